package import Config

/// How far a site is in AS hops, over ways that Gao and Rexford's rules allow: up to providers, at most once across to a
/// peer, then down to customers. For words in a report: where packets really go, the routers say.
package struct Hops: Sendable {
    /// What the way was like so far, seen from the client.
    private enum Leg: Int { case up, down }

    private var links: [[(to: Int, relation: Relation)]]
    private enum Relation { case provider, peer, customer }

    package init(_ internet: Internet) {
        links = internet.ases.map { _ in [] }
        for link in internet.links {
            switch link.relation {
            case .transit:
                links[link.a].append((link.b, .customer))
                links[link.b].append((link.a, .provider))
            case .peering:
                links[link.a].append((link.b, .peer))
                links[link.b].append((link.a, .peer))
            }
        }
    }

    /// The length of the AS path from the router of AS `start` to a site that hangs on `ends`, each with how often the
    /// site prepends there, and whether it is told to customers only (the site is the provider, or a peer). nil: no way.
    package func fewest(from start: Int, to ends: [(router: Int, prepend: Int, toCustomersOnly: Bool)]) -> Int? {
        var distance = links.map { _ in [Int?](repeating: nil, count: 2) }
        var queue = [(start, Leg.up)]
        distance[start][Leg.up.rawValue] = 0
        var next = 0
        while next < queue.count {
            let (here, leg) = queue[next]
            next += 1
            for (there, relation) in links[here] {
                guard let onward = Self.leg(after: leg, relation), distance[there][onward.rawValue] == nil else {
                    continue
                }
                distance[there][onward.rawValue] = (distance[here][leg.rawValue] ?? 0) + 1
                queue.append((there, onward))
            }
        }
        return ends.compactMap { end in
            // Coming down means that the router told its provider or peer, which it does for customers' routes only.
            let legs: [Leg] = end.toCustomersOnly ? [.up] : [.up, .down]
            return legs.compactMap { distance[end.router][$0.rawValue] }.min().map { $0 + 1 + end.prepend }
        }.min()
    }

    private static func leg(after leg: Leg, _ relation: Relation) -> Leg? {
        switch (leg, relation) {
        case (.up, .provider): .up
        case (.up, .peer), (_, .customer): .down
        case (.down, .provider), (.down, .peer): nil
        }
    }
}

extension Network {
    /// How many ASes a path from a client's AS to a site has at least.
    package func hops(from access: Int, to site: Int) -> Int? {
        guard let internet else { return nil }
        let ends = sites[site].neighbors.compactMap { neighbor in
            internet.ases.firstIndex { $0.asn == neighbor.asn }.map {
                ($0, neighbor.prepend, neighbor.role != .provider)
            }
        }
        return Hops(internet).fewest(
            from: access, to: ends.map { (router: $0.0, prepend: $0.1, toCustomersOnly: $0.2) })
    }
}
