internal import Announce
package import Config
internal import Internet
package import Net

/// Where the ASes of a file's own Internet land, by a plan that decides as the routers of its rehearsal do: the same links,
/// the same announcements, the same last tie-break, so that whatever is measured there has to equal it.
///
/// A landing that hangs on a tie is exact as well: the tie-break is a rule, and ``possibleSites(of:)`` says where another
/// rule could lead.
package struct Prediction: Sendable {
    /// The least specific prefix first: an AS follows the most specific that it has a route to.
    private var plans: [Propagation] = []
    private let surroundings: Surroundings
    private let landings: [Int?]
    /// What the rehearsal's routers do and the plan can't express; empty: it is exact.
    package let gaps: [String]

    /// - Parameters:
    ///   - path: of the network's file, for errors.
    ///   - address: where clients send to.
    ///   - told: what a site tells a neighbor about a prefix; nil: what the file says of a healthy site.
    package init(
        _ network: Network, from path: String, of address: Address,
        told: @escaping (_ site: Int, Config.Neighbor, Prefix) -> [Announcement]? = { _, _, _ in nil }
    ) throws(PlanError) {
        surroundings = try Surroundings.own(of: network, path)
        var forwarding = Forwarding(surroundings.graph)
        var gaps: [String] = []
        let around = (network.prefixes + network.covers).filter { $0.contains(address) }
        for prefix in around.sorted(by: { $0.length < $1.length }) {
            var deploying = Deploying(network, prefix, on: surroundings, skipsUnknown: false)
            deploying.isRehearsed = true
            deploying.told = { told($0, $1, prefix) }
            let deployment = try deploying.deployment(.ofRouters(surroundings.graph)) { _ in path }
            gaps += deploying.gaps
            guard !deployment.sessions.isEmpty else { continue }
            do throws(PropagationError) {
                var plan = try deployment.propagation(on: surroundings.graph)
                plan.findEquals()
                plans.append(plan)
            } catch { throw .input("plan: \(error)") }
        }
        for plan in plans { forwarding.add(plan) }
        (landings, self.gaps) = (forwarding.landings(), gaps)
    }

    /// nil: it has no route.
    package func site(of asn: ASN) -> Int? { surroundings.graph.position(of: asn).flatMap { landings[$0] } }

    /// As its router shows it, the neighbor first and the origin last; nil: no route.
    package func path(of asn: ASN) -> [ASN]? {
        guard let position = surroundings.graph.position(of: asn) else { return nil }
        return plan(at: position)?.path(at: position)
    }

    /// Where it could land if ties were broken otherwise, ascending.
    package func possibleSites(of asn: ASN) -> [Int] {
        guard let position = surroundings.graph.position(of: asn) else { return [] }
        return plan(at: position)?.equalSites(at: position) ?? []
    }

    /// Of the most specific prefix that an AS has a route to.
    private func plan(at position: Int) -> Propagation? { plans.last { $0.site(at: position) != nil } }
}

// MARK: Why not

extension Prediction {
    /// The AS at which what was measured leaves the plan.
    package struct Parting: Hashable, Sendable {
        package var asn: ASN
        /// `rhine (AS64501)`.
        package var name: String
        /// What it does and what it should, as its router shows paths.
        package var taken: [ASN]
        package var planned: [ASN]
        /// By what the planned route is better; nil: it never hears of the one that it takes.
        package var rule: Rule?
    }

    /// As in `landfall explain`.
    package enum Rule: String, Hashable, Sendable {
        case own, relation, length, distance, order
        case routerID = "router-id"
        case lowestASN = "lowest-asn"
    }

    /// Follows a measured path from its end, and finds the first AS that does something else than planned: all behind it
    /// only follow. Nil: none does, or the path doesn't lead through this Internet.
    package func parting(of asn: ASN, on path: [ASN], at site: Int?) -> Parting? {
        guard let start = surroundings.graph.position(of: asn), let plan = plan(at: start) else { return nil }
        let stops = Self.stops(from: asn, on: path).compactMap { stop in
            surroundings.graph.position(of: stop.asn).map { (position: $0, taken: stop.rest) }
        }
        let parting =
            stops.last { plan.path(at: $0.position) ?? [] != $0.taken }
            ?? stops.last { plan.site(at: $0.position) != site }
        guard let (position, taken) = parting else { return nil }
        let choice = plan.choice(at: position)
        let heard = choice.losers.filter { $0.candidate.path == taken }
        let loser = heard.first { $0.candidate.route.site == site } ?? heard.first
        return Parting(
            asn: choice.asn, name: surroundings.name(of: choice.asn), taken: taken,
            planned: choice.chosen?.path ?? [], rule: loser.flatMap { Rule(rawValue: $0.rule.rawValue) })
    }

    /// Each AS on a path, however often it repeats itself, with the rest behind it; without the origin.
    private static func stops(from asn: ASN, on path: [ASN]) -> [(asn: ASN, rest: [ASN])] {
        var stops = [(asn: asn, rest: path)]
        for index in path.indices where index + 1 < path.endIndex && path[index] != path[index + 1] {
            stops.append((asn: path[index], rest: Array(path[(index + 1)...])))
        }
        return stops
    }
}
