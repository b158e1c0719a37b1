import Net

extension Rules {
    mutating func checkInternet(_ draft: InternetDraft, _ network: Network) {
        guard let internet = network.internet else { return }
        checkNumbers(internet, network)
        checkAttachment(internet, network)
        // What follows is about routes, which take right names and relations.
        guard problems.isEmpty else { return }
        if let loop = internet.providerLoop {
            let names = loop.map { internet.ases[$0].name }
            refuse(
                "internet", "ases", .key(names[0]), "providers",
                because: "providers: each of \(listed(names)) is its own provider in the end; "
                    + "a provider loop has no routes")
            return
        }
        let reached = internet.reached(from: network)
        for (index, system) in internet.ases.enumerated() where !reached[index] {
            refuse(
                "internet", "ases", .name(system.name),
                because: "\(system.name): no route to any site gets here; it needs a provider that has one")
        }
    }

    private mutating func checkNumbers(_ internet: Internet, _ network: Network) {
        var numbers = Seen<ASN>()
        var clients = Seen<String>()
        for system in internet.ases {
            let way: [Step] = ["internet", "ases", .key(system.name)]
            if system.asn == network.asn || network.sites.contains(where: { $0.asn == system.asn }) {
                refuse(way + ["asn"], because: "asn: \(system.asn.rawValue) is your own network's")
            } else if let owner = numbers.take(system.asn, for: system.name) {
                refuse(way + ["asn"], because: "asn: \(system.asn.rawValue) is that of \(owner) already")
            }
            if let client = system.client, let owner = clients.take(client, for: system.name) {
                refuse(way + ["client"], because: "client: \(quoted(client)) lives in \(owner) already")
            }
        }
        if !internet.ases.contains(where: { $0.client != nil }) {
            refuse("internet", "ases", because: "ases: none has a client, so nobody would ask the sites anything")
        }
    }

    /// A rehearsal makes the links between sites and ASes, so it must know both ends of each. Routers of the network's own
    /// are not part of it.
    private mutating func checkAttachment(_ internet: Internet, _ network: Network) {
        for site in network.sites {
            if site.neighbors.allSatisfy({ $0.role == .internal }) {
                refuse(
                    "sites", .key(site.name), "neighbors",
                    because: "neighbors: a rehearsal needs one in another AS: inside your own it has no routers")
            }
            for (index, neighbor) in site.neighbors.enumerated() where neighbor.role != .internal {
                let way: [Step] = ["sites", .key(site.name), "neighbors", .index(index)]
                if !internet.ases.contains(where: { $0.asn == neighbor.asn }) {
                    refuse(
                        way + ["asn"],
                        because: "asn: no AS of \"internet\" has the number \(neighbor.asn.rawValue), "
                            + "so a rehearsal can't connect it")
                }
                if site.hosts.contains(where: \.unicast.isEmpty) {
                    let family = neighbor.address.family.spoken
                    refuse(
                        way + ["address"],
                        because: "address: a rehearsal needs the host's own \(family) address; "
                            + "give it under hosts: {NAME: {unicast: …}}")
                }
            }
        }
    }
}
