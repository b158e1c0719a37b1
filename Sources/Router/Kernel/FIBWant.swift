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
        if isNew { outcomes[Int(number)] = use(topology.outcome(of: wish)) }
        return number
    }

    private mutating func release(wish number: UInt32) {
        guard wishes.release(number) else { return }
        targets.release(outcomes[Int(number)])
        outcomes[Int(number)] = 0
    }

    mutating func use(_ target: Target?) -> UInt32 { target.map { targets.use($0).number } ?? 0 }

    // MARK: Next hops

    mutating func place(_ id: NeighborID, _ place: Topology.Place) -> [Action] {
        topology.setNeighbor(id, place) ? resolveAgain() : []
    }

    mutating func track(_ uses: [NextHopUse]) -> [Action] {
        for use in uses {
            if use.isUsed {
                costs.updateValue(costs[use.address] ?? nil, forKey: use.address)
            } else {
                costs[use.address] = nil
            }
        }
        return tellCosts()
    }

    /// After a change of what lies around.
    mutating func resolveAgain() -> [Action] {
        var changed = false
        for number in 1..<max(wishes.end, 1) {
            guard let wish = wishes[number] else { continue }
            let (old, new) = (outcomes[Int(number)], use(topology.outcome(of: wish)))
            outcomes[Int(number)] = new
            if old != new { changed = true }
            targets.release(old)
        }
        if changed { startSweep([]) }
        return tellCosts()
    }

    /// Those that aren't what was said last. Before the first look nothing is known.
    private mutating func tellCosts() -> [Action] {
        guard phase != .starting else { return [] }
        var news: [NextHopCost] = []
        for address in costs.keys.sorted() {
            let cost = Cost(value: cost(of: address))
            guard costs[address] != .some(cost) else { continue }
            costs[address] = cost
            news.append(NextHopCost(address: address, cost: cost.value))
        }
        return news.isEmpty ? [] : [.costs(news)]
    }

    /// A link-local one is on the link of a session, which is up.
    private func cost(of address: Address) -> UInt32? {
        address.isLinkLocal || address.isUnspecified ? 0 : topology.resolve(address)?.cost
    }

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
