public import Net

/// Why an AS lands where it does: the route that it chose, and each other one that it heard with the rule that beat it.
public struct Choice: Hashable, Sendable {
    public var asn: ASN
    /// Nil: it hears of no site at all.
    public var chosen: Candidate?
    /// The best of them first.
    public var losers: [Loser]

    public struct Candidate: Hashable, Sendable {
        public var route: Route
        /// As its routers would show it: the next hop first, the origin last, repetitions included.
        public var path: [ASN]
    }

    public struct Loser: Hashable, Sendable {
        public var candidate: Candidate
        public var rule: Rule
    }

    /// The first thing in which the chosen route is better, in the order in which routes are compared.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// It announces the prefix itself.
        case own
        /// Routes of customers before those of peers before those of providers: they pay, exchange, and cost.
        case relation
        /// The shorter AS path.
        case length
        /// The nearer next hop.
        case distance
        /// The lower router ID of the next hop.
        case routerID = "router-id"
        /// The lower AS number of the next hop.
        case lowestASN = "lowest-asn"
        /// It hears both sites itself, over sessions that are as good: the one that was named first.
        case order
    }
}

extension Propagation {
    /// Why the AS at a position lands where it does, in the plan as it is now.
    public func choice(at position: Int) -> Choice {
        let words = candidateWords(at: position)
        let best = routes[position]
        let losers = words.filter { $0 != best }.compactMap { word in
            candidate(word).map { Choice.Loser(candidate: $0, rule: rule(by: best, over: word)) }
        }
        return Choice(asn: graph.ases[position], chosen: candidate(best), losers: losers)
    }

    private func candidate(_ word: UInt64) -> Choice.Candidate? {
        guard let route = route(word), let path = path(of: word) else { return nil }
        return Choice.Candidate(route: route, path: path)
    }

    private func rule(by best: UInt64, over other: UInt64) -> Choice.Rule {
        let (best, other) = (RouteWord.Fields(best), RouteWord.Fields(other))
        if best.class != other.class { return best.class == 0 ? .own : .relation }
        if best.length != other.length { return .length }
        if best.distance != other.distance { return .distance }
        guard best.order != other.order else { return .order }
        return tie.usesRouterIDs ? .routerID : .lowestASN
    }
}

extension RouteWord {
    /// A route taken apart.
    struct Fields {
        let `class`, length, distance, order: UInt64

        init(_ word: UInt64) {
            (self.class, length) = (word >> 62, word & lengthMask)
            (distance, order) = (word >> distanceShift & farthest, word >> orderShift & orderMask)
        }
    }
}
