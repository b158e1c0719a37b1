import Files
import Glibc
import Peers

/// A zone as a file.
struct DNSZone: Sendable {
    var name: String
    var file: String

    /// `example.org`, with so many records: addresses of `host0` and those after it.
    static func hosts(_ count: Int, serial: Int = 1, in folder: String) throws -> DNSZone {
        var text = """
            $ORIGIN example.org.
            $TTL 300
            @ IN SOA ns1 hostmaster \(serial) 7200 3600 1209600 300
            @ IN NS ns1
            ns1 IN A 192.0.2.53

            """
        for number in 0..<count - 3 { text += "host\(number) IN A 192.0.2.\(number % 250 + 1)\n" }
        let zone = DNSZone(name: "example.org", file: "\(folder)/example.org-\(count).zone")
        try writeFile(zone.file, text)
        return zone
    }

    /// The signed root zone of the data that lies beside this repository.
    static func root(in folder: String) throws -> (zone: DNSZone, domains: [Substring]) {
        let data = getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data"
        let bytes = try File.readDecompressed(data + "/dns/root.zone.gz", limit: 100_000_000)
        let text = String(decoding: bytes, as: UTF8.self)
        let zone = DNSZone(name: ".", file: folder + "/root.zone")
        try writeFile(zone.file, text)
        var domains: [Substring] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count == 5, fields[3] == "NS", fields[0] != ".", fields[0] != domains.last else { continue }
            domains.append(fields[0])
        }
        return (zone, domains)
    }
}

/// A file of queries in random order, asked again and again.
struct DNSQueries: Sendable {
    var file: String
    /// `plain` or `do`.
    var edns = "plain"

    init(_ name: String, _ lines: [String], edns: String = "plain", in folder: String) throws {
        (file, self.edns) = ("\(folder)/\(name).queries", edns)
        var random = SystemRandomNumberGenerator()
        try writeFile(file, lines.shuffled(using: &random).joined(separator: "\n") + "\n")
    }
}

/// Queries to a zone.
struct DNSWorkload: Sendable {
    var title: String
    var zone: DNSZone
    var queries: DNSQueries
    /// A line each: name and type.
    var lines: [String]

    private init(_ title: String, _ zone: DNSZone, _ lines: [String], edns: String, in folder: String) throws {
        (self.title, self.zone, self.lines) = (title, zone, lines)
        let name = title.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
        queries = try DNSQueries(name, lines, edns: edns, in: folder)
    }

    static func tenThousand(in folder: String) throws -> [DNSWorkload] {
        let zone = try DNSZone.hosts(10_000, in: folder)
        let names = (0..<10_000 - 3).map { "host\($0).example.org A" }
        return [
            try DNSWorkload("10k records: a name that exists", zone, names, edns: "plain", in: folder),
            try DNSWorkload(
                "10k records: a name that doesn't", zone, names.map { "no-" + $0 }, edns: "plain", in: folder),
        ]
    }

    static func root(in folder: String) throws -> [DNSWorkload] {
        let (zone, domains) = try DNSZone.root(in: folder)
        let below = domains.enumerated().map { "www\($0.offset).\($0.element) A" }
        let absent = (0..<10_000).map { "\(nobody($0)) A" }
        return [
            try DNSWorkload("root zone, DO: a delegation", zone, below, edns: "do", in: folder),
            try DNSWorkload("root zone, DO: a name that doesn't exist", zone, absent, edns: "do", in: folder),
        ]
    }

    /// A top-level domain that isn't there, anywhere in the alphabet.
    private static func nobody(_ number: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let start = [number % 26, number / 26 % 26, number / 676 % 26].map { String(letters[$0]) }.joined()
        return "\(start)-no-such-domain-\(number)"
    }

    /// All that can be had here; why the others can't.
    static func all(in folder: String) throws -> (workloads: [DNSWorkload], lack: String?) {
        let small = try tenThousand(in: folder)
        do { return (small + (try root(in: folder)), nil) } catch { return (small, "root zone: \(error)") }
    }
}
