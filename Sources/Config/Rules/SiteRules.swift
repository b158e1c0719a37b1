import Net
import YAML

extension Rules {
    mutating func checkSites(_ network: Network) {
        checkHostNames(network)
        var routerIDs = Seen<RouterID>()
        var addresses = Seen<Address>()
        for site in network.sites {
            for host in site.hosts {
                let whose = site.hasSeveralHosts ? "host \(host.name)" : "site \(site.name)"
                if let owner = routerIDs.take(host.routerID, for: whose) {
                    refuse(
                        wayToRouterID(of: host, at: site),
                        because:
                            "router-id: \(host.routerID) is that of the \(owner); it is unique within an AS (RFC 6286)")
                }
                for (index, address) in host.unicast.enumerated() {
                    let way: [Step] = ["sites", .key(site.name), "hosts", .key(host.name), "unicast", .index(index)]
                    if let owner = addresses.take(address, for: whose) {
                        refuse(way, because: "unicast: \(address) is the address of the \(owner) already")
                    }
                    if let prefix = network.prefix(containing: address) {
                        refuse(
                            way,
                            because:
                                "unicast: \(address) is in \(prefix), which every site announces; it should be an "
                                + "address that only this host has")
                    }
                }
            }
        }
        for site in network.sites { checkNeighbors(site, network) }
    }

    /// Steps, identities and reports name a host without its site, and the only host of a site may be called like it.
    private mutating func checkHostNames(_ network: Network) {
        var names = Seen<String>()
        for site in network.sites {
            for host in site.hosts {
                let way: [Step] = ["sites", .key(site.name), "hosts", .name(host.name)]
                if let owner = names.take(host.name, for: site.name) {
                    refuse(way, because: "hosts: \(quoted(host.name)) is the host of \(owner) already")
                }
                let mayShare = site.name == host.name && !site.hasSeveralHosts
                if !mayShare, network.sites.contains(where: { $0.name == host.name }) {
                    refuse(way, because: "hosts: \(quoted(host.name)) is the name of a site; call the host otherwise")
                }
            }
        }
    }

    /// Where it was written: at the host, or at the site.
    private func wayToRouterID(of host: Host, at site: Site) -> [Step] {
        let way: [Step] = ["sites", .key(site.name)]
        let isOfSite = document["sites"]?[site.name]?["router-id"] != nil
        return way + (isOfSite ? ["router-id"] : ["hosts", .key(host.name), "router-id"])
    }

    private mutating func checkNeighbors(_ site: Site, _ network: Network) {
        var names = Seen<String>()
        var addresses = Seen<Address>()
        for (index, neighbor) in site.neighbors.enumerated() {
            let way: [Step] = ["sites", .key(site.name), "neighbors", .index(index)]
            if names.take(neighbor.name, for: neighbor.name) != nil {
                refuse(
                    way + ["name"], because: "name: \(quoted(neighbor.name)) is another neighbor of this site already")
            }
            if let owner = addresses.take(neighbor.address, for: neighbor.name) {
                refuse(way + ["address"], because: "address: \(neighbor.address) is the address of \(owner) already")
            }
            checkAddress(neighbor, of: site, network, at: way + ["address"])
            if neighbor.asn == site.asn {
                refuse(
                    way + ["asn"],
                    because:
                        "asn: \(neighbor.asn.rawValue) is your own; internal sessions are not supported by this version"
                )
            }
        }
    }

    private mutating func checkAddress(_ neighbor: Neighbor, of site: Site, _ network: Network, at way: [Step]) {
        let address = neighbor.address
        if let owner = network.sites.first(where: { $0.hosts.contains { $0.unicast.contains(address) } }) {
            refuse(way, because: "address: \(address) is the site \(owner.name)'s own; it should be the neighbor's")
        }
        if let prefix = network.prefix(containing: address) {
            refuse(
                way, because: "address: \(address) is in \(prefix), which you announce; it should be the neighbor's own"
            )
        }
        for host in site.hosts where !host.unicast.isEmpty && host.address(address.family) == nil {
            let which = site.hasSeveralHosts ? "host \(host.name)" : "host"
            refuse(
                way, because: "address: the \(which) has no \(address.family.spoken) address to reach \(address) from")
        }
    }
}

extension Family {
    var spoken: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
