import Net

extension Rules {
    /// Names become indexes; a link that both ends mention is one link.
    mutating func resolve(_ draft: InternetDraft) -> Internet {
        let names = draft.ases.map(\.system.name)
        var links = Links()
        for (index, system) in draft.ases.enumerated() {
            let way: [Step] = ["internet", "ases", .key(system.system.name)]
            for (place, name) in system.providers.enumerated() {
                guard let provider = find(name, names, self: index, at: way + ["providers", .index(place)], "providers")
                else { continue }
                add(provider, index, .transit, names, &links, at: way + ["providers", .index(place)], "providers")
            }
            for (place, name) in system.peers.enumerated() {
                guard let peer = find(name, names, self: index, at: way + ["peers", .index(place)], "peers") else { continue }
                add(min(index, peer), max(index, peer), .peering, names, &links, at: way + ["peers", .index(place)], "peers")
            }
        }
        for exchange in draft.exchanges { resolve(exchange, names, &links) }
        return Internet(ases: draft.ases.map(\.system), links: links.all)
    }

    private mutating func resolve(_ exchange: InternetDraft.Exchange, _ names: [String], _ links: inout Links) {
        let way: [Step] = ["internet", "exchanges", .key(exchange.name)]
        for (place, member) in exchange.members.enumerated() {
            let here = way + [.index(place)]
            guard let index = find(member, names, self: nil, at: here, exchange.name) else { continue }
            if exchange.members[..<place].contains(member) {
                refuse(here, because: "\(exchange.name): \(quoted(member)) is here twice")
                continue
            }
            for other in exchange.members[..<place].compactMap({ names.firstIndex(of: $0) }) {
                add(min(index, other), max(index, other), .peering, names, &links, at: here, exchange.name)
            }
        }
    }

    private mutating func find(
        _ name: String, _ names: [String], self own: Int?, at way: [Step], _ label: String
    ) -> Int? {
        checkName(name, among: names, what: "AS", at: way, label: label)
        guard let index = names.firstIndex(of: name) else { return nil }
        if index == own { refuse(way, because: "\(label): \(quoted(name)) is this AS itself") }
        return index == own ? nil : index
    }

    private mutating func add(
        _ a: Int, _ b: Int, _ relation: Internet.Link.Relation, _ names: [String], _ links: inout Links, at way: [Step],
        _ label: String
    ) {
        guard let other = links.add(Internet.Link(a: a, b: b, relation: relation)) else { return }
        let what = other.relation == .peering ? "peers" : "customer and provider"
        refuse(way, because: "\(label): \(names[a]) and \(names[b]) are \(what) elsewhere; two ASes have one relation")
    }
}

/// In the order in which they were written.
private struct Links {
    private(set) var all: [Internet.Link] = []
    private var places: [Set<Int>: Int] = [:]

    /// What the two are to each other already, if that is something else.
    mutating func add(_ link: Internet.Link) -> Internet.Link? {
        let ends: Set = [link.a, link.b]
        if let place = places[ends] { return all[place] == link ? nil : all[place] }
        places[ends] = all.count
        all.append(link)
        return nil
    }
}

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
                because: "providers: each of \(listed(names)) is its own provider in the end; a provider loop has no routes")
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
            if system.asn == network.asn {
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

    /// A rehearsal makes the links between sites and ASes, so it must know both ends of each.
    private mutating func checkAttachment(_ internet: Internet, _ network: Network) {
        for site in network.sites {
            for (index, neighbor) in site.neighbors.enumerated() {
                let way: [Step] = ["sites", .key(site.name), "neighbors", .index(index)]
                if !internet.ases.contains(where: { $0.asn == neighbor.asn }) {
                    refuse(
                        way + ["asn"],
                        because: "asn: no AS of \"internet\" has the number \(neighbor.asn.rawValue), so a rehearsal can't connect it")
                }
                if site.host.unicast.isEmpty {
                    refuse(
                        way + ["address"],
                        because: "address: a rehearsal needs the host's own \(neighbor.address.family.spoken) address; give it "
                            + "under hosts: {NAME: {unicast: …}}")
                }
            }
        }
    }
}
