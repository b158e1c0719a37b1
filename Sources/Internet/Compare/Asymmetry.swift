public import Net

/// Where answers probably take another way than questions, by the same rules that predict where questions go.
///
/// A round trip has two halves, and anycast chooses only one: the site answers over whichever of its own sessions has the best
/// route back. Then traceroutes from a site say little about how its clients come in, and one half may be long though the other
/// is short.
public struct Asymmetry: Hashable, Sendable {
    public struct Hint: Hashable, Sendable {
        public var client: ASN
        /// Its part of what everybody counts for.
        public var share: Double
        public var site: Int
        /// ASes between the client and the site, from the client on.
        public var forth: [ASN]
        /// ASes between the site and the client, from the site on; empty: the site has no route back.
        public var back: [ASN]
    }

    /// How many clients were looked at, those that count most, and their part of everybody.
    public private(set) var clients = 0
    public private(set) var share = 0.0
    /// Their part whose answers leave over another session than the one that questions come in by.
    public private(set) var otherSession = 0.0
    /// Their part whose answers pass other ASes.
    public private(set) var otherPath = 0.0
    /// Those whose site has no route to them at all: it announces to ASes that it hears nothing from.
    public private(set) var noWayBack = 0.0
    /// Where other ASes are passed, by share.
    public private(set) var hints: [Hint] = []

    /// - Parameters:
    ///   - plan: where everybody lands.
    ///   - limit: how many clients are looked at; each costs a plan of its own.
    ///   - goesOn: asked before each.
    public init(
        _ plan: Propagation, _ deployment: Deployment, _ weights: Clients, limit: Int = 200,
        while goesOn: (Int) -> Bool = { _ in true }
    ) throws(PropagationError) {
        let graph = plan.graph
        var back = try Propagation(graph, deployment.tieBreak)
        let total = weights.total
        guard total > 0 else { return }
        let heaviest = (0..<graph.count).sorted {
            (weights.weights[$1], graph.ases[$0]) < (weights.weights[$0], graph.ases[$1])
        }
        for (index, position) in heaviest.prefix(limit).enumerated() where weights.weights[position] > 0 {
            guard goesOn(index) else { break }
            guard let route = plan.route(at: position), !route.isDirect, route.routeClass != .own,
                let forth = plan.path(at: position)
            else { continue }
            try back.announce([Origination(site: 0, origin: graph.ases[position])])
            let sessions = deployment.sessions(of: route.site).map { deployment.sessions[$0].origination }
            take(
                graph.ases[position], weights.weights[position] / total, route,
                forth: Self.unrepeated(forth).dropLast(),
                back: Self.wayBack(back, graph, sessions),
                entry: deployment.sessions[route.origination].origination.recipient)
        }
        hints.sort { ($1.share, $0.client) < ($0.share, $1.client) }
    }

    private mutating func take(
        _ client: ASN, _ share: Double, _ route: Route, forth: [ASN], back: [ASN]?, entry: Origination.Recipient
    ) {
        clients += 1
        self.share += share
        guard let back else {
            noWayBack += share
            return hints.append(Hint(client: client, share: share, site: route.site, forth: forth, back: []))
        }
        if case .neighbor(let neighbor, _) = entry, back.first != neighbor { otherSession += share }
        guard Set(forth) != Set(back) else { return }
        otherPath += share
        hints.append(Hint(client: client, share: share, site: route.site, forth: forth, back: back))
    }

    /// The best route that a site hears over its sessions: customers' before peers' before providers', then the shortest, then
    /// the lowest number. The ASes on it, the client excluded. Nil: there is none.
    private static func wayBack(_ plan: Propagation, _ graph: ASGraph, _ sessions: [Origination]) -> [ASN]? {
        var best: (rank: (UInt8, Int, UInt32), path: [ASN])?
        for session in sessions {
            guard case .neighbor(let neighbor, let relation) = session.recipient,
                let position = graph.position(of: neighbor),
                let route = plan.route(at: position), relation == .provider || route.routeClass <= .customer
            else { continue }
            let rank = (relation.rawValue, route.length, neighbor.rawValue)
            if let best, best.rank <= rank { continue }
            best = (rank, [neighbor] + unrepeated(plan.path(at: position) ?? []).dropLast())
        }
        return best?.path
    }

    private static func unrepeated(_ path: [ASN]) -> [ASN] {
        path.reduce(into: []) { path, asn in if path.last != asn { path.append(asn) } }
    }
}
