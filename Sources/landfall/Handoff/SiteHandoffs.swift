import Announce
import Config
import Dialect
import Net

/// The file's words in the words of ``Handoff``.
extension Handoff {
    /// What the neighbors of a site are to configure: one for each AS and role, in the order of the file.
    ///
    /// - Parameters:
    ///   - neighbors: those of the site that were asked for.
    ///   - source: a line about the file that it comes from.
    static func all(
        of network: Network, at site: Site, for neighbors: [Config.Neighbor], source: String
    ) -> [Handoff] {
        let parties = neighbors.map { Party(asn: $0.asn, role: $0.role) }
        let unique = parties.reduce(into: [Party]()) { if !$0.contains($1) { $0.append($1) } }
        return unique.map { party in
            let mine = zip(neighbors, parties).filter { $0.1 == party }.map(\.0)
            return Handoff(party, mine, network: network, site: site, source: source)
        }
    }

    /// Whom one is for.
    private struct Party: Equatable {
        var asn: ASN
        var role: Config.Neighbor.Role
    }

    private init(
        _ party: Party, _ neighbors: [Config.Neighbor], network: Network, site: Site, source: String
    ) {
        let isOnlyRole = site.neighbors.allSatisfy { $0.asn != party.asn || $0.role == party.role }
        let names = neighbors.map(\.name).joined(separator: ", ")
        self.init(
            head: [
                "Landfall hand-off: network \(network.name), site \(site.name), for the routers of "
                    + "\(party.asn) (\(names)).",
                source,
            ],
            name: "landfall-\(site.name)" + (isOnlyRole ? "" : "-\(party.role)"),
            asn: party.asn, origin: site.asn, relation: party.role.relation,
            prefixes: network.prefixes + (site.isAnchor ? network.covers : []),
            longestPath: 1 + Attributes.longestPrepend,
            sessions: neighbors.flatMap { neighbor in site.hosts.map { Session(neighbor, $0) } })
        let marks = neighbors.map { Marks($0, network, site) }
        communities = Marks.tags(marks, of: neighbors.map(\.name))
        hasMED = marks.contains(where: \.hasMED)
    }
}

extension Config.Neighbor.Role {
    /// What we are to whoever is that to us.
    fileprivate var relation: Router.Relation? {
        switch self {
        case .provider: .customer
        case .peer, .routeServer: .peer
        case .customer: .provider
        case .internal: nil
        }
    }
}

extension Handoff.Session {
    fileprivate init(_ neighbor: Config.Neighbor, _ host: Config.Host) {
        self.init(
            host: host.name, neighbor: neighbor.name, routerAddress: neighbor.address,
            hostAddress: host.address(neighbor.address.family), port: neighbor.port, isPassive: neighbor.passive,
            holdTime: neighbor.holdTime)
        hops = neighbor.link.hops
        (hasTTLSecurity, hasPassword) = (neighbor.link.ttlSecurity, neighbor.link.password != nil)
    }
}

/// What routes may carry at one neighbor, and when.
private struct Marks {
    /// In the order in which one thinks of them; a community may be there more than once.
    private var tags: [Handoff.Tag] = []
    var hasMED: Bool

    init(_ neighbor: Config.Neighbor, _ network: Network, _ site: Site) {
        let states = neighbor.states.over(network.announce.states)
        let isStandby = site.isStandby || neighbor.isStandby
        let isAnchor = site.isAnchor || network.services.contains { $0.isAnchor == true }
        let own = Attributes(
            med: neighbor.med, communities: neighbor.communities, largeCommunities: neighbor.largeCommunities)
        let scope = Attributes(communities: neighbor.scope == .local ? [.noExport] : [])
        let all: [(Attributes, String)] =
            [(own, "always"), (scope, "always")]
            + (isStandby ? [(states.standby, "always")] : [])
            + [(states.healthy, "while healthy"), (states.degraded, "while degraded")]
            + (isAnchor && !isStandby ? [(states.standby, "as last resort")] : [])
            + [(states.draining, "in a drain")]
        hasMED = all.contains { $0.0.med != nil }
        for (attributes, when) in all {
            tags += (attributes.communities.map(\.numbers) + attributes.largeCommunities.map(\.description)).map {
                Handoff.Tag(value: $0, when: when)
            }
        }
    }

    /// Each community once, with all that is to be said of it.
    static func tags(_ marks: [Marks], of neighbors: [String]) -> [Handoff.Tag] {
        let all = marks.flatMap(\.tags).map(\.value)
        return all.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.map { value in
            let here = zip(marks, neighbors).filter { mark, _ in mark.tags.contains { $0.value == value } }
            let when = here.flatMap { $0.0.tags }.filter { $0.value == value }.map(\.when)
            let words = when.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            let places = here.count < marks.count ? " at " + here.map(\.1).joined(separator: " and ") : ""
            return Handoff.Tag(value: value, when: words.joined(separator: ", ") + places)
        }
    }
}

extension Community {
    /// `65535:0`: every router's own name for it.
    fileprivate var numbers: String { "\(rawValue >> 16):\(rawValue & 0xffff)" }
}
