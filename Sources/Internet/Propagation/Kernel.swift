extension Propagation {
    /// The whole plan, from nothing but what sites say.
    mutating func spread() {
        journal.forget()
        equals.isCurrent = false
        spreadAll()
    }

    mutating func spreadAll() {
        sow()
        if tie.usesDistance { spread(ByDistance.self) } else { spread(ByOrder.self) }
    }

    private mutating func spread<Tie: TieKind>(_: Tie.Type) {
        Kernel<Tie>.up(graph, tie, rules, &routes, &knownToAll)
        Kernel<Tie>.across(graph, tie, rules, &routes, knownToAll)
        Kernel<Tie>.down(graph, tie, rules, &routes, &heardBelow)
    }

    private mutating func sow() {
        for position in routes.indices { routes[position] = RouteWord.none }
        knownToAll.removeAll()
        for seed in seeds where seed.isAnnounced { sow(seed.word, at: Int(seed.position)) }
        for block in rules.silent.blocks.indices where rules.silent.blocks[block] != 0 {
            for position in block * 64..<min(block * 64 + 64, routes.count) where rules.silent.contains(position) {
                routes[position] = silentWord(position)
                knownToAll.insert(position)
            }
        }
    }

    private mutating func sow(_ word: UInt64, at position: Int) {
        routes[position] = min(routes[position], word)
        if RouteWord.isKnownToAll(word) { knownToAll.insert(position) }
    }
}

/// The three passes, as a fresh plan runs them. Nothing is allocated, every array is read in order, and the loop that
/// most of the time goes into, ``down``'s, has no branch but its own end: a better class is a smaller word, so the least
/// of what an AS has and hears is right whatever its class.
///
/// The order of ASes within a pass makes this exact: an AS comes after everybody that it could hear from.
private enum Kernel<Tie: TieKind> {
    /// Every AS whose route everybody may hear tells its providers, customers before providers.
    static func up(
        _ graph: ASGraph, _ tie: TieOrder, _ rules: ExportRules, _ routes: inout [UInt64], _ knownToAll: inout Bits
    ) {
        let (starts, ends) = (graph.providers.starts.span, graph.providers.ends.span)
        let (distances, order) = (tie.distances(.provider), tie.order.span)
        var routes = routes.mutableSpan
        for block in knownToAll.blocks.indices {
            // An AS stands behind its customers, so whoever is added while this runs is still ahead.
            var done: UInt64 = 0
            while case let left = knownToAll.blocks[block] & ~done, left != 0 {
                let bit = left.trailingZeroBitCount
                done |= 1 << UInt64(bit)
                let teller = block * 64 + bit
                let told = RouteWord.told(routes[teller], order[teller])
                let isSpecial = rules.special.contains(teller)
                for link in Int(starts[teller])..<Int(starts[teller + 1]) {
                    let provider = Int(ends[link])
                    let heard = isSpecial ? rules.told(told, by: teller, to: provider, .provider) : told
                    guard heard != RouteWord.none else { continue }
                    let word = Tie.distance(distances, link) | heard | RouteWord.customer
                    routes[provider] = min(routes[provider], word)
                    knownToAll.insert(provider)
                }
            }
        }
    }

    /// The same ASes tell their peers.
    static func across(
        _ graph: ASGraph, _ tie: TieOrder, _ rules: ExportRules, _ routes: inout [UInt64], _ knownToAll: Bits
    ) {
        let (starts, ends) = (graph.peers.starts.span, graph.peers.ends.span)
        let (distances, order) = (tie.distances(.peer), tie.order.span)
        var routes = routes.mutableSpan
        for block in knownToAll.blocks.indices {
            var left = knownToAll.blocks[block]
            while left != 0 {
                let teller = block * 64 + left.trailingZeroBitCount
                left &= left - 1
                let told = RouteWord.told(routes[teller], order[teller])
                let isSpecial = rules.special.contains(teller)
                for link in Int(starts[teller])..<Int(starts[teller + 1]) {
                    let peer = Int(ends[link])
                    let heard = isSpecial ? rules.told(told, by: teller, to: peer, .peer) : told
                    routes[peer] = min(routes[peer], Tie.distance(distances, link) | heard | RouteWord.peer)
                }
            }
        }
    }

    /// Every AS takes the best of what it has and what its providers have, providers before customers.
    static func down(
        _ graph: ASGraph, _ tie: TieOrder, _ rules: ExportRules, _ routes: inout [UInt64],
        _ heardBelow: inout [UInt64]
    ) {
        let (starts, ends) = (graph.providers.starts.span, graph.providers.ends.span)
        let (distances, order) = (tie.distances(.provider), tie.order.span)
        let first = graph.firstTransit
        var routes = routes.mutableSpan
        var heard = heardBelow.mutableSpan
        for position in stride(from: graph.count - 1, through: first, by: -1) {
            var best = routes[position]
            for link in Int(starts[position])..<Int(starts[position + 1]) {
                best = min(best, Tie.distance(distances, link) | heard[Int(ends[link]) - first])
            }
            routes[position] = best
            let told = RouteWord.told(best, order[position]) | RouteWord.provider
            let isSpecial = rules.special.contains(position)
            heard[position - first] = isSpecial ? RouteWord.none : told
            if isSpecial { tell(told, by: position, graph, tie, rules, &routes) }
        }
        for position in 0..<first {
            var best = routes[position]
            for link in Int(starts[position])..<Int(starts[position + 1]) {
                best = min(best, Tie.distance(distances, link) | heard[Int(ends[link]) - first])
            }
            routes[position] = best
        }
    }

    /// One that doesn't tell all customers the same tells them one by one, before they look for themselves.
    private static func tell(
        _ told: UInt64, by teller: Int, _ graph: ASGraph, _ tie: TieOrder, _ rules: ExportRules,
        _ routes: inout MutableSpan<UInt64>
    ) {
        for link in graph.customers.range(teller) {
            let customer = Int(graph.customers.ends[link])
            let heard = rules.told(told, by: teller, to: customer, .customer) | tie.distance(.customer, at: link)
            routes[customer] = min(routes[customer], heard | RouteWord.provider)
        }
    }
}

/// Whether distance decides: known when compiled, so that each kind of tie-break has a loop of its own.
protocol TieKind {
    static func distance(_ distances: [UInt16], _ link: Int) -> UInt64
}

enum ByOrder: TieKind {
    @inline(__always)
    static func distance(_: [UInt16], _: Int) -> UInt64 { 0 }
}

enum ByDistance: TieKind {
    @inline(__always)
    static func distance(_ distances: [UInt16], _ link: Int) -> UInt64 {
        UInt64(distances[link]) << RouteWord.distanceShift
    }
}
