internal import Announce
internal import Config
internal import Health
internal import Kernel
internal import Net
internal import Speaker

/// The file's words in the words of the engines.
extension Announcer {
    init(network: Network, site: Config.Site) {
        let services = network.services.flatMap { service in
            service.addresses.map { Announcer.Service(address: $0, checks: service.checks.count) }
        }
        let neighbors = site.neighbors.map { neighbor in
            Announce.Neighbor(
                name: neighbor.name, family: neighbor.address.family, prepend: neighbor.prepend, med: neighbor.med,
                communities: neighbor.communities, largeCommunities: neighbor.largeCommunities)
        }
        self.init(policy: network.announce, prefixes: network.prefixes, services: services, neighbors: neighbors)
    }
}

extension Speaker.Configuration {
    init(network: Network, site: Config.Site) {
        let neighbors = site.neighbors.map { neighbor in
            var told = Speaker.Neighbor(name: neighbor.name, address: neighbor.address, asn: neighbor.asn)
            told.port = neighbor.port
            told.localAddress = site.host.unicast.first { $0.family == neighbor.address.family }
            told.passive = neighbor.passive
            told.holdTime = neighbor.holdTime
            return told
        }
        self.init(asn: network.asn, routerID: site.routerID, neighbors: neighbors)
    }
}

extension Network {
    /// What the agent of a site keeps of root's rights: for addresses, low ports, and ICMP where something needs it.
    var rights: CapabilitySet {
        let needsICMP = services.flatMap(\.checks).contains { if case .icmp = $0.kind { true } else { false } }
        return needsICMP ? [.netAdmin, .netBindService, .netRaw] : [.netAdmin, .netBindService]
    }
}
