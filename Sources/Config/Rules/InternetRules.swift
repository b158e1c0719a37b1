import Net

extension Rules {
    /// Names become indexes; a link that both ends mention is one link.
    mutating func resolve(_ draft: InternetDraft) -> Internet {
        var links = Links(names: draft.ases.map(\.system.name))
        for (index, system) in draft.ases.enumerated() {
            let way: [Step] = ["internet", "ases", .key(system.system.name)]
            for mention in mentions(of: system.providers, at: way + ["providers"], label: "providers") {
                guard let provider = find(mention, links, from: index) else { continue }
                add(Internet.Link(a: provider, b: index, relation: .transit), mention, &links)
            }
            for mention in mentions(of: system.peers, at: way + ["peers"], label: "peers") {
                guard let peer = find(mention, links, from: index) else { continue }
                add(.peering(index, peer), mention, &links)
            }
        }
        for exchange in draft.exchanges { resolve(exchange, &links) }
        return Internet(ases: draft.ases.map(\.system), links: links.all, gracefulShutdown: draft.gracefulShutdown)
    }

    private mutating func resolve(_ exchange: InternetDraft.Exchange, _ links: inout Links) {
        let way: [Step] = ["internet", "exchanges", .key(exchange.name)]
        var members: [Int] = []
        for mention in mentions(of: exchange.members, at: way, label: exchange.name) {
            guard let index = find(mention, links, from: nil) else { continue }
            if members.contains(index) {
                refuse(mention.way, because: "\(mention.label): \(quoted(mention.name)) is here twice")
                continue
            }
            for other in members { add(.peering(other, index), mention, &links) }
            members.append(index)
        }
    }

    /// A name as it stands somewhere in the file.
    private struct Mention {
        var name: String
        var way: [Step]
        var label: String
    }

    private func mentions(of names: [String], at way: [Step], label: String) -> [Mention] {
        names.enumerated().map { Mention(name: $0.element, way: way + [.index($0.offset)], label: label) }
    }

    private mutating func find(_ mention: Mention, _ links: Links, from own: Int?) -> Int? {
        guard let index = links.indexes[mention.name] else {
            checkName(mention.name, among: links.names, what: "AS", at: mention.way, label: mention.label)
            return nil
        }
        if index == own { refuse(mention.way, because: "\(mention.label): \(quoted(mention.name)) is this AS itself") }
        return index == own ? nil : index
    }

    private mutating func add(_ link: Internet.Link, _ mention: Mention, _ links: inout Links) {
        guard let other = links.add(link) else { return }
        let ends = "\(links.names[link.a]) and \(links.names[link.b])"
        let what = other.relation == .peering ? "peers" : "customer and provider"
        refuse(mention.way, because: "\(mention.label): \(ends) are \(what) elsewhere; two ASes have one relation")
    }
}

extension Internet.Link {
    fileprivate static func peering(_ one: Int, _ other: Int) -> Self {
        Self(a: min(one, other), b: max(one, other), relation: .peering)
    }
}

/// In the order in which they were written.
private struct Links {
    let names: [String]
    let indexes: [String: Int]
    private(set) var all: [Internet.Link] = []
    private var places: [Set<Int>: Int] = [:]

    init(names: [String]) {
        self.names = names
        indexes = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }

    /// What the two are to each other already, if that is something else.
    mutating func add(_ link: Internet.Link) -> Internet.Link? {
        let ends: Set = [link.a, link.b]
        if let place = places[ends] { return all[place] == link ? nil : all[place] }
        places[ends] = all.count
        all.append(link)
        return nil
    }
}
