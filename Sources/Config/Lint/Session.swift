internal import Announce
internal import Net
internal import YAML

/// A neighbor at its site, and the way to it in the file.
struct Session {
    var site: Site
    var neighbor: Neighbor
    var way: [KeyStep]
    /// As it is written.
    var node: Node?

    var isExternal: Bool { neighbor.role != .internal }
    var family: Family { neighbor.address.family }
    /// `rhine (AS64501) at fra`.
    var text: String { "\(neighbor.name) (\(neighbor.asn)) at \(site.name)" }

    /// Whether its AS tells nobody else, as long as the service is healthy.
    func staysInside(_ policy: Policy) -> Bool {
        let communities = told(.healthy, policy).communities
        return !communities.isDisjoint(with: [.noExport, .noAdvertise])
    }

    /// The states that a route can be in, by the words of the file.
    enum State: String, CaseIterable { case healthy, degraded, drain, standby }

    /// What a route carries, as far as the neighbor can prefer one to another by it.
    struct Told: Equatable {
        var prepend = 0
        var med: UInt32?
        var localPref: UInt32?
        var communities: Set<Community> = []
        var largeCommunities: Set<LargeCommunity> = []

        mutating func add(_ attributes: Attributes) {
            prepend = min(16, prepend + attributes.prepend)
            (med, localPref) = (attributes.med ?? med, attributes.localPref ?? localPref)
            communities.formUnion(attributes.communities)
            largeCommunities.formUnion(attributes.largeCommunities)
        }
    }

    /// What the neighbor is told of a route in a state, as `Announce` would put it together.
    func told(_ state: State, _ policy: Policy) -> Told {
        var told = Told(
            prepend: neighbor.prepend, med: neighbor.med, localPref: neighbor.localPref ?? 100,
            communities: Set(neighbor.communities), largeCommunities: Set(neighbor.largeCommunities))
        if site.isStandby || neighbor.isStandby { told.add(policy.states.standby) }
        told.add(attributes(state, policy))
        if neighbor.scope == .local { told.communities.insert(.noExport) }
        if isExternal { told.localPref = nil } else { told.prepend = 0 }
        return told
    }

    func attributes(_ state: State, _ policy: Policy) -> Attributes {
        switch state {
        case .healthy: neighbor.states.healthy ?? policy.states.healthy
        case .degraded: neighbor.states.degraded ?? policy.states.degraded
        case .drain: neighbor.states.draining ?? policy.states.draining
        case .standby: neighbor.states.standby ?? policy.states.standby
        }
    }

    /// Where a state's attributes are written: at the neighbor, or for all.
    func way(to state: State) -> [KeyStep] {
        says([.key(state.rawValue)]) ? way + [.key(state.rawValue)] : ["announce", .key(state.rawValue)]
    }

    /// Whether the file says so here, or leaves it to a default.
    func says(_ way: [KeyStep]) -> Bool { node?.node(at: way) != nil }
}

extension Network {
    /// Every neighbor of every site, in the order of the file.
    func sessions(in document: Node) -> [Session] {
        var nodes: [String: Node] = [:]
        if case .mapping(let entries)? = document["sites"]?.content {
            nodes = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        }
        return sites.flatMap { site in
            let node = nodes[site.name]?["neighbors"]
            return site.neighbors.indices.map { index in
                Session(
                    site: site, neighbor: site.neighbors[index],
                    way: ["sites", .key(site.name), "neighbors", .index(index)], node: node?[index])
            }
        }
    }
}

/// Whom one AS hears from, in one family: what its routers choose between.
struct Audience: Hashable {
    var asn: ASN
    var family: Family

    init(_ session: Session) { (asn, family) = (session.neighbor.asn, session.family) }
}
