import FoundationEssentials

/// A case of Ferret (github.com/dns-groot/Ferret): a small zone, a query, and what BIND, NSD, Knot and PowerDNS answered.
struct FerretCase: Decodable {
    var id: Int
    var zone: String
    /// There is one in each.
    var exchange: Exchange
    enum Key: String, CodingKey {
        case id, zone
        case exchanges = "case"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        (id, zone) = (try container.decode(Int.self, forKey: .id), try container.decode(String.self, forKey: .zone))
        var exchanges = try container.nestedUnkeyedContainer(forKey: .exchanges)
        exchange = try exchanges.decode(Exchange.self)
    }

    struct Exchange: Decodable {
        var query: Query
        var groups: [Group]

        enum CodingKeys: String, CodingKey {
            case query = "Query"
            case groups = "Expected Response"
        }
    }

    struct Query: Decodable {
        var name: String
        var type: String

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case type = "Type"
        }
    }

    /// Servers that gave the same answer, by Ferret's own comparison.
    struct Group: Decodable {
        var servers: String
        var response: [String]

        enum CodingKeys: String, CodingKey {
            case servers = "Server/s"
            case response = "Response"
        }
    }

    /// All four gave one answer.
    var isUnanimous: Bool { exchange.groups.count == 1 }
}

/// What counts of an answer.
struct FerretAnswer {
    /// `noerror`, …
    var rcode: String
    /// `qr`, `aa`, `tc`. Whether recursion is offered says nothing about the zone.
    var flags: Set<String>
    /// As lines of a zone file, without letter case and order.
    var answer: Set<String>
    var authority: Set<String>
    var additional: Set<String>

    /// As Ferret compares: authority plays no part when both have an answer, since a server may add the zone's NS there.
    func agrees(with other: Self) -> Bool {
        guard rcode == other.rcode, flags == other.flags, answer == other.answer else { return false }
        return additional == other.additional && (!answer.isEmpty || authority == other.authority)
    }

    /// From dnspython's text of a message.
    init(_ lines: [String]) {
        var sections: [String: Set<String>] = [:]
        var section = ""
        for line in lines.map({ $0.lowercased() }) {
            if line.hasPrefix(";") {
                section = line
            } else {
                sections[section, default: []].insert(Self.normal(line))
            }
        }
        let head = sections[""] ?? []
        rcode = head.lazy.compactMap { Self.value(of: "rcode", $0) }.first ?? ""
        let words = head.lazy.compactMap { Self.value(of: "flags", $0) }.first?.split(separator: " ") ?? []
        flags = Set(words.map(String.init)).subtracting(["ra"])
        (answer, authority) = (sections[";answer"] ?? [], sections[";authority"] ?? [])
        additional = sections[";additional"] ?? []
    }

    init(rcode: String, flags: Set<String>, answer: [String], authority: [String], additional: [String]) {
        (self.rcode, self.flags) = (rcode.lowercased(), flags)
        func folded(_ lines: [String]) -> Set<String> { Set(lines.map { Self.normal($0.lowercased()) }) }
        (self.answer, self.authority) = (folded(answer), folded(authority))
        self.additional = folded(additional)
    }

    private static func normal(_ line: String) -> String {
        line.split(separator: " ").joined(separator: " ")
    }

    private static func value(of key: String, _ line: String) -> String? {
        line.hasPrefix(key + " ") ? String(line.dropFirst(key.count + 1)) : nil
    }
}

extension FerretAnswer: CustomStringConvertible {
    var description: String {
        let sections = [("answer", answer), ("authority", authority), ("additional", additional)]
        return ([rcode] + flags.sorted()).joined(separator: " ")
            + sections.map { name, lines in "\n    \(name):" + lines.sorted().map { "\n      " + $0 }.joined() }
            .joined()
    }
}
