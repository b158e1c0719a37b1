internal import Announce
internal import Config
internal import Net
internal import Speaker

/// The file's words in the words of the engines.
extension Announce.Configuration {
    init(network: Network, site: Config.Site) {
        let services = network.services.flatMap { service in
            let checks = service.checks.map { Check("\($0)") }
            return service.addresses.map { Service(name: service.name, address: $0, checks: checks) }
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
