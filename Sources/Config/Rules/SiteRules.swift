import Net

extension Rules {
    mutating func checkSites(_ network: Network) {
        var routerIDs = Seen<RouterID>()
        var addresses = Seen<Address>()
        for site in network.sites {
            let way: [Step] = ["sites", .key(site.name)]
            if let owner = routerIDs.take(site.routerID, for: site.name) {
                refuse(
                    way + ["router-id"],
                    because:
                        "router-id: \(site.routerID) is that of the site \(owner); it is unique within an AS (RFC 6286)"
                )
            }
            for (index, address) in site.host.unicast.enumerated() {
                let way = way + ["hosts", .key(site.host.name), "unicast", .index(index)]
                if let owner = addresses.take(address, for: site.name) {
                    refuse(way, because: "unicast: \(address) is the address of the site \(owner) already")
                }
                if let prefix = network.prefix(containing: address) {
                    refuse(
                        way,
                        because:
                            "unicast: \(address) is in \(prefix), which every site announces; it should be an address "
                            + "that only this host has")
                }
            }
        }
        for site in network.sites { checkNeighbors(site, network) }
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
        if let owner = network.sites.first(where: { $0.host.unicast.contains(address) }) {
            refuse(way, because: "address: \(address) is the site \(owner.name)'s own; it should be the neighbor's")
        }
        if let prefix = network.prefix(containing: address) {
            refuse(
                way, because: "address: \(address) is in \(prefix), which you announce; it should be the neighbor's own"
            )
        }
        let families = site.host.unicast.map(\.family)
        if !families.isEmpty, !families.contains(address.family) {
            refuse(way, because: "address: the host has no \(address.family.spoken) address to reach \(address) from")
        }
    }
}

extension Family {
    var spoken: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
