internal import Kernel
internal import Net
internal import RIB

// What is wanted, and what it comes to.
extension FIB {
    /// The metric that ours have; IPv6 knows no 0, and makes 1024 of it.
    func metric(_ family: Family) -> UInt32 { family == .ipv6 && options.metric == 0 ? 1024 : options.metric }

    mutating func want(_ installations: [Installation]) -> [Action] {
        if case .flushing = phase { return [] }
        for installation in installations { want(installation) }
        return []
    }

    private mutating func want(_ installation: Installation) {
        let wish = Wish(installation)
        let found = wish == nil ? entries.find(installation.prefix) : entries.insert(installation.prefix)
        guard let number = found else { return }
        let new = wish.map { use($0) } ?? 0
        let old = entries[number].wanted
        entries.update(number) {
            $0.wanted = new
            $0.flags.subtract([.left, .refused])
        }
        release(wish: old)
        touch(number)
        entries.tidy(number)
    }

    private mutating func use(_ wish: Wish) -> UInt32 {
        let (number, isNew) = wishes.use(wish)
        if number == outcomes.count { outcomes.append(0) }
        if isNew {
            interest.add(wish)
            outcomes[Int(number)] = use(outcome(of: wish))
        }
        return number
    }

    private mutating func release(wish number: UInt32) {
        guard let wish = wishes[number], wishes.release(number) else { return }
        interest.remove(wish)
        targets.release(outcomes[Int(number)])
        outcomes[Int(number)] = 0
    }

    mutating func use(_ target: Target?) -> UInt32 { target.map { targets.use($0).number } ?? 0 }

    /// How many prefixes are wanted whose next hops can't be reached.
    var unreachable: Int {
        (1..<max(wishes.end, 1)).reduce(0) { $0 + (outcomes[Int($1)] == 0 ? wishes.count($1) : 0) }
    }
}

extension Wish {
    /// nil: the kernel has nothing to do for it, because nobody has a route, or because we are the origin and it's others who
    /// know the way.
    init?(_ installation: Installation) {
        family = installation.prefix.family
        isBlackhole = installation.isBlackhole
        nextHops = []
        for (index, addresses) in installation.nextHops.enumerated() {
            let neighbor = index < installation.neighbors.count ? installation.neighbors[index] : nil
            if neighbor != .local, let hop = NextHop(addresses, neighbor) { nextHops.append(hop) }
        }
        if nextHops.isEmpty { return nil }
        if isBlackhole { nextHops = [] }
    }
}

extension NextHop {
    fileprivate init?(_ addresses: [Address], _ neighbor: NeighborID?) {
        address = addresses.first { !$0.isLinkLocal && !$0.isUnspecified }
        linkLocal = addresses.first { $0.isLinkLocal }
        self.neighbor = linkLocal == nil ? nil : neighbor
        if address == nil, linkLocal == nil { return nil }
    }
}
