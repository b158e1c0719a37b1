import Net
import YAML

extension Rules {
    mutating func checkSites(_ network: Network) {
        checkHostNames(network)
        var routerIDs = Seen<RouterID>()
        var addresses = Seen<Address>()
        for site in network.sites {
            for host in site.hosts {
                checkRouterID(of: host, at: site, &routerIDs)
                checkUnicast(of: host, at: site, network, &addresses)
            }
        }
        for site in network.sites { checkNeighbors(site, network) }
    }

    private mutating func checkRouterID(of host: Host, at site: Site, _ routerIDs: inout Seen<RouterID>) {
        guard let owner = routerIDs.take(host.routerID, for: site.words(for: host)) else { return }
        refuse(
            wayToRouterID(of: host, at: site),
            because: "router-id: \(host.routerID) is that of the \(owner); it is unique within an AS (RFC 6286)")
    }

    private mutating func checkUnicast(
        of host: Host, at site: Site, _ network: Network, _ addresses: inout Seen<Address>
    ) {
        for (index, address) in host.unicast.enumerated() {
            let way: [Step] = ["sites", .key(site.name), "hosts", .key(host.name), "unicast", .index(index)]
            if let owner = addresses.take(address, for: site.words(for: host)) {
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
        let isOfSite = node(at: way + ["router-id"]) != nil
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
                checkInternal(neighbor, at: way)
            } else {
                checkExternal(neighbor, at: way)
            }
        }
    }

    /// A router of our own AS: the path to it is empty, so nothing can be prepended (RFC 4271 §5.1.2).
    private mutating func checkInternal(_ neighbor: Neighbor, at way: [Step]) {
        if neighbor.role != .internal {
            refuse(
                way + ["role"],
                because:
                    "role: \(neighbor.role.rawValue) is for other ASes; \(neighbor.asn.rawValue) is your own, so write "
                    + "\"internal\", or leave it out")
        }
        for state in [[], ["healthy"], ["degraded"], ["drain"]] as [[Step]] {
            let here = way + state + ["prepend"]
            guard case .scalar(let text, _)? = node(at: here)?.content, text != "0" else { continue }
            refuse(
                here,
                because: "prepend: means nothing inside your own AS, where the AS path is empty; use local-pref or med")
        }
    }

    /// LOCAL_PREF isn't for them (RFC 4271 §5.1.5).
    private mutating func checkExternal(_ neighbor: Neighbor, at way: [Step]) {
        if node(at: way + ["role"]) == nil {
            refuse(way, because: "neighbors: \"role\" is missing; it should be provider, peer or customer")
        } else if neighbor.role == .internal {
            refuse(
                way + ["role"],
                because: "role: internal is for your own AS, and \(neighbor.asn.rawValue) is another; "
                    + "it should be provider, peer or customer")
        }
        for state in [[], ["healthy"], ["degraded"], ["drain"]] as [[Step]]
        where node(at: way + state + ["local-pref"]) != nil {
            refuse(
                way + state + ["local-pref"],
                because: "local-pref: is told to routers of your own AS only; use prepend or med")
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

extension Site {
    fileprivate func words(for host: Host) -> String { hasSeveralHosts ? "host \(host.name)" : "site \(name)" }
}
