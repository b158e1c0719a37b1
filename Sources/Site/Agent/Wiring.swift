internal import Announce
internal import BGP
package import Config
internal import Daemon
internal import Health
package import Kernel
internal import Net
internal import Speaker

/// The file's words in the words of the engines.
extension Announce.Configuration {
    init(network: Network, site: Config.Site) {
        let services = network.services.flatMap { service in
            // Asked at another port it is another check.
            let port = service.serve?.dns.port ?? 53
            return service.addresses.map { address in
                Service(
                    name: service.name, address: address,
                    checks: service.checks(of: address, at: site).map { Check($0, port: port) },
                    isAnchor: service.isAnchor)
            }
        }
        let neighbors = site.neighbors.map { neighbor in
            var told = Announce.Neighbor(
                name: neighbor.name, family: neighbor.address.family, prepend: neighbor.prepend, med: neighbor.med,
                communities: neighbor.communities, largeCommunities: neighbor.largeCommunities)
            (told.states, told.isStandby) = (neighbor.states, neighbor.isStandby)
            (told.isLocal, told.isInternal) = (neighbor.scope == .local, neighbor.role == .internal)
            told.attributes.localPref = told.isInternal ? neighbor.localPref ?? 100 : nil
            told.hasAlternative = network.hasAlternative(for: neighbor, at: site)
            return told
        }
        self.init(policy: network.announce, prefixes: network.prefixes, services: services, neighbors: neighbors)
        (isAnchor, isStandby) = (site.isAnchor, site.isStandby)
        covers = site.isAnchor ? network.covers : []
        sharesSite = site.hasSeveralHosts
    }
}

extension Announce.Configuration.Check {
    /// - Parameter port: the service's own.
    init(_ check: Health.Check, port: UInt16) {
        self.init(
            "\(check) port \(port)", name: check.name, reach: check.policy.reach == .shared ? .shared : .local,
            neighbor: check.neighbor)
    }
}

extension Network {
    /// Whether the neighbor's AS hears the same prefixes from another site.
    fileprivate func hasAlternative(for neighbor: Config.Neighbor, at site: Config.Site) -> Bool {
        sites.contains { other in
            other.name != site.name
                && other.neighbors.contains { $0.asn == neighbor.asn && $0.address.family == neighbor.address.family }
        }
    }
}

extension Speaker.Configuration {
    /// Throws when a password can't be read.
    init(network: Network, site: Config.Site, host: Config.Host) throws(PasswordError) {
        let neighbors = try site.neighbors.map { neighbor throws(PasswordError) in
            var told = Speaker.Neighbor(name: neighbor.name, address: neighbor.address, asn: neighbor.asn)
            told.port = neighbor.port
            told.localAddress = host.address(neighbor.address.family)
            told.passive = neighbor.passive
            told.holdTime = neighbor.holdTime
            (told.hops, told.ttlSecurity) = (neighbor.link.hops, neighbor.link.ttlSecurity)
            told.key = try neighbor.link.key(of: neighbor.name)
            (told.role, told.requiresRole) = (neighbor.role.ours, neighbor.isStrict)
            told.maxPrefixes = neighbor.maxPrefixes
            // Nothing that it announces is used: a mistake there must not cost what we announce.
            (told.disablesFamilies, told.acceptsASSets) = (true, true)
            return told
        }
        self.init(asn: site.asn, routerID: host.routerID, neighbors: neighbors)
    }
}

extension Config.Neighbor.Role {
    /// What we are to somebody who is this to us (RFC 9234 §4.2).
    fileprivate var ours: BGP.Role? {
        switch self {
        case .provider: .customer
        case .peer: .peer
        case .routeServer: .routeServerClient
        case .customer: .provider
        case .internal: nil
        }
    }
}

extension Network {
    /// What the agent of a site keeps of root's rights: for addresses, low ports, ICMP where a check needs it,
    /// and packet sockets where another program serves.
    package var rights: CapabilitySet {
        needsICMP || hasForeignService ? Self.leastRights.union(.netRaw) : Self.leastRights
    }

    static let leastRights: CapabilitySet = [.netAdmin, .netBindService]

    var needsICMP: Bool {
        services.flatMap(\.checks).contains { if case .icmp = $0.kind { true } else { false } }
    }

    /// At one site at least.
    var hasForeignService: Bool {
        services.contains { service in sites.contains { service.serve(at: $0.name) == nil } }
    }

    /// Where checks of an address ask that don't name a port.
    func port(of address: Address) -> UInt16 {
        services.first { $0.addresses.contains(address) }?.serve?.dns.port ?? 53
    }
}
