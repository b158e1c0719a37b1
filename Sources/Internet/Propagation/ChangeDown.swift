/// The last pass of a change: what providers say to customers.
///
/// Six of seven ASes have no customers, so most of the work is theirs, and nobody hears from them. They come last, in one of
/// two ways: from the providers that have news, when those are few; or all of them in order, as a fresh plan goes through
/// them, when those are many: then reading everything in order takes less than finding each of its customers.
extension Propagation {
    mutating func changeDown() -> Bool {
        guard let links = changeTransits() else { return false }
        if Self.perLink * links > Int(graph.providers.starts[graph.firstTransit]) {
            lookAtAllStubs()
        } else {
            for teller in journal.tellers { tellChange(Int(teller), .customer, stubLinks(of: Int(teller))) }
        }
        lookAtLostStubs()
        journal.tellers.removeAll(keepingCapacity: true)
        journal.anew.removeAll()
        return true
    }

    /// How many times longer it takes to find somebody from his provider than in order.
    private static let perLink = 10

    /// ASes that have customers, providers before their customers.
    ///
    /// - Returns: how many customers without customers those with news have; nil if that took too long.
    private mutating func changeTransits() -> Int? {
        let first = graph.firstTransit
        var count = 0
        for block in stride(from: journal.lost.blocks.count - 1, through: first >> 6, by: -1) {
            guard isPatient else { return nil }
            let mask = block == first >> 6 ? UInt64.max << UInt64(first & 63) : .max
            // Whoever is added meanwhile is a customer, so it stands before, and what was seen is removed.
            while case let left = (journal.lost.blocks[block] | journal.news.blocks[block]) & mask, left != 0 {
                let position = block * 64 + 63 - left.leadingZeroBitCount
                if journal.lost.contains(position) { look(position, .provider) }
                if journal.news.contains(position) {
                    settle(position)
                    let (all, stubs) = (graph.customers.range(position), stubLinks(of: position))
                    tellChange(position, .customer, stubs.upperBound..<all.upperBound)
                    journal.tellers.append(UInt32(position))
                    count += stubs.count
                }
                journal.lost.remove(position)
                journal.news.remove(position)
            }
        }
        return count
    }

    /// The links to customers that have none themselves: they stand before the others.
    private func stubLinks(of position: Int) -> Range<Int> {
        let range = graph.customers.range(position)
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if graph.customers.ends[middle] < graph.firstTransit { low = middle + 1 } else { high = middle }
        }
        return range.lowerBound..<low
    }

    /// Those that lost what they had, or of whom more is to be known than what their providers tell all.
    private mutating func lookAtLostStubs() {
        for block in 0..<(graph.firstTransit + 63) / 64 {
            while case let left = journal.lost.blocks[block], left != 0 {
                let position = block * 64 + left.trailingZeroBitCount
                look(position, .provider)
                journal.lost.remove(position)
            }
            journal.news.blocks[block] = 0
        }
    }

    private mutating func lookAtAllStubs() {
        for position in isSeeded.members(below: graph.firstTransit) { journal.lost.insert(position) }
        for teller in rules.special.members(from: graph.firstTransit) {
            for link in stubLinks(of: teller) { journal.lost.insert(Int(graph.customers.ends[link])) }
        }
        if tie.usesDistance { hearProviders(ByDistance.self) } else { hearProviders(ByOrder.self) }
    }

    private mutating func hearProviders<Tie: TieKind>(_: Tie.Type) {
        StubPass<Tie>.run(graph, tie, heardBelow, &routes, &journal)
    }
}

private enum StubPass<Tie: TieKind> {
    /// Everybody without customers who has nothing better than a provider's route takes the best of those, but for the lost.
    static func run(
        _ graph: ASGraph, _ tie: TieOrder, _ heardBelow: [UInt64], _ routes: inout [UInt64], _ journal: inout Journal
    ) {
        let (starts, ends) = (graph.providers.starts.span, graph.providers.ends.span)
        let (distances, first) = (tie.distances(.provider), graph.firstTransit)
        let heard = heardBelow.span
        var routes = routes.mutableSpan
        for position in 0..<first where routes[position] >= RouteWord.provider {
            var best = RouteWord.none
            for link in Int(starts[position])..<Int(starts[position + 1]) {
                best = min(best, Tie.distance(distances, link) | heard[Int(ends[link]) - first])
            }
            guard best != routes[position], !journal.lost.contains(position) else { continue }
            journal.touch(position, routes[position])
            routes[position] = best
        }
    }
}
