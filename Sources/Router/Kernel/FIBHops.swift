internal import Kernel
internal import Net
internal import RIB

// Next hops: what wishes come to, and what it costs to reach them. There may be as many as neighbors please, so what is new
// is resolved by itself, and all of them, when something around has changed, in slices.
extension FIB {
    /// How many are resolved between two turns of others.
    static var slice: Int { 2000 }

    /// Many may come at once, so what follows is left to the turns.
    mutating func place(_ id: NeighborID, _ place: Topology.Place) {
        if topology.setNeighbor(id, place) { beginResolving() }
    }

    /// Only what is new is told; of all there are, after a change of what lies around.
    mutating func track(_ uses: [NextHopUse]) -> [Action] {
        var news: [NextHopCost] = []
        for use in uses {
            if !use.isUsed {
                forget(use.address)
            } else if tracked.find(use.address) == nil {
                let number = Int(tracked.use(use.address).number)
                interest.add(use.address)
                if number == costs.count { costs.append(nil) }
                tellCost(number, &news)
            }
        }
        return news.isEmpty ? [] : [.costs(news)]
    }

    private mutating func forget(_ address: Address) {
        guard let number = tracked.find(address) else { return }
        tracked.release(number)
        interest.remove(address)
        costs[Int(number)] = nil
    }

    /// After a change of what lies around.
    mutating func resolveAgain() -> [Action] {
        beginResolving()
        return resolveSlice()
    }

    private mutating func beginResolving() {
        resolving.begin()
        telling.begin()
    }

    /// There are some left.
    var isResolving: Bool { resolving.isUnderWay || telling.isUnderWay }

    mutating func resolveSlice() -> [Action] {
        var (left, changed, news) = (Self.slice, false, [NextHopCost]())
        while left > 0, let number = resolving.next(below: Int(wishes.end)) {
            left -= 1
            if resolveAgain(UInt32(number)) { changed = true }
        }
        while left > 0, let number = telling.next(below: Int(tracked.end)) {
            left -= 1
            tellCost(number, &news)
        }
        if changed { startSweep([]) }
        return news.isEmpty ? [] : [.costs(news)]
    }

    /// Whether it comes to something else now.
    private mutating func resolveAgain(_ number: UInt32) -> Bool {
        guard let wish = wishes[number] else { return false }
        let (old, new) = (outcomes[Int(number)], use(outcome(of: wish)))
        outcomes[Int(number)] = new
        targets.release(old)
        return old != new
    }

    mutating func outcome(of wish: Wish) -> Target? {
        tally.resolved += 1
        return topology.outcome(of: wish)
    }

    /// If it isn't what was said last. Before the first look nothing is known.
    private mutating func tellCost(_ number: Int, _ news: inout [NextHopCost]) {
        guard phase != .starting, let address = tracked[UInt32(number)] else { return }
        tally.resolved += 1
        let cost = Cost(value: cost(of: address))
        guard costs[number] != cost else { return }
        costs[number] = cost
        news.append(NextHopCost(address: address, cost: cost.value))
    }

    /// A link-local one is on the link of a session, which is up.
    private func cost(of address: Address) -> UInt32? {
        address.isLinkLocal || address.isUnspecified ? 0 : topology.resolve(address)?.cost
    }
}

/// Addresses that next hops are reached by, so that among routes of others those that matter are known at once.
struct Interest: ~Copyable, Sendable {
    private var index = PrefixIndex()
    private var addresses = Interned<Address>()
    /// How many depend on where a neighbor is, so on everything.
    private var linked = 0

    mutating func add(_ address: Address) {
        let (number, isNew) = addresses.use(address)
        if isNew { index.insert(Prefix(host: address), number) }
    }

    mutating func remove(_ address: Address) {
        guard let number = addresses.find(address), addresses.release(number) else { return }
        index.remove(Prefix(host: address))
    }

    mutating func add(_ wish: Wish) {
        linked += wish.linked
        for hop in wish.nextHops { if let address = hop.address { add(address) } }
    }

    mutating func remove(_ wish: Wish) {
        linked -= wish.linked
        for hop in wish.nextHops { if let address = hop.address { remove(address) } }
    }

    /// Whether a next hop that somebody uses may be reached by such a route.
    func covers(_ prefix: Prefix) -> Bool { linked > 0 || index.hasAny(within: prefix) }
}

extension Wish {
    fileprivate var linked: Int { nextHops.count { $0.neighbor != nil } }
}
