import DNS
import Files
import Net
import Peers
import Testing

/// The root zone of November 2019, signed, with 1,527 delegations.
@Suite("The root zone", .enabled(if: RootZone.lack == nil, "\(RootZone.lack ?? "")"))
struct RootZoneTests {
    @Test("20,000 questions are answered as NSD and Knot answer them, with DO and without", arguments: [true, false])
    func equal(_ dnssec: Bool) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let trio = try await Trio([(name: ".", file: try RootZone.unpacked(in: sandbox))], in: sandbox)
        let questions = try RootZone.questions(20_000, seed: dnssec ? 1 : 2)
        // All over TCP, where nothing is lost or truncated; some over UDP.
        for (some, tcp) in [(questions[...], true), (questions[..<2000], false)] {
            let options = DNSQuestion.Options(dnssec: dnssec)
            let tally = try trio.compare(Array(some), options, tcp: tcp)
            #expect(tally.all == some.count, "\(tally.nsd) as NSD alone, \(tally.knot) as Knot alone")
            for one in tally.alone.prefix(5) { Issue.record("\(one)") }
        }
        await trio.stop()
    }

    @Test(
        "put together, what we answer is a zone that ldns-verify-zone accepts",
        .enabled(if: Program.lack("ldns-verify-zone") == nil, "\(Program.lack("ldns-verify-zone") ?? "")"))
    func verified() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let path = try RootZone.unpacked(in: sandbox)
        let zone = try Zone.parse(readBytes(path) ?? [], path: path)
        let lines = try Answered(zone, owners: try RootZone.owners()).lines
        #expect(lines.count > 20_000)
        let file = sandbox.folder + "/answered.zone"
        try writeFile(file, lines.sorted().joined(separator: "\n") + "\n")
        let words = ["-t", "20191103000000", "-k", try #require(Repository.given("dns/root.key")), file]
        let (status, output) = try await sandbox.run("ldns-verify-zone", words, within: .seconds(120))
        #expect(status == 0 && output.contains("verified and complete"), "\(output.suffix(1000))")
    }
}

/// A zone as somebody finds it who asks for everything in it.
private struct Answered {
    var lines: Set<String> = []
    private var responder: Responder

    init(_ zone: Zone, owners: [String]) throws {
        responder = Responder(zones: Zones([zone]))
        // Names below are glue, which comes with the delegations.
        for owner in owners where !owner.dropLast().contains(".") {
            for type in ["NS", "DS"] { try ask(DNSQuestion(owner, type)) }
            // The name that would be next: its denial shows the NSEC of this one.
            try ask(DNSQuestion(owner.dropLast() + "-", "A"))
        }
        for type in ["SOA", "DNSKEY", "NSEC"] { try ask(DNSQuestion(".", type)) }
    }

    private mutating func ask(_ question: DNSQuestion) throws {
        var buffer: [UInt8] = []
        let query = question.query(id: 1, DNSQuestion.Options(payload: 65535, dnssec: true))
        _ = responder.respond(to: query.span, over: .tcp, into: &buffer)
        let message = try Message(buffer)
        lines.formUnion((message.answers + message.authority + message.additional).map(\.description))
    }
}

enum RootZone {
    private static let given = Repository.given("dns/root.zone.gz")

    static let lack =
        given == nil ? "no root.zone.gz in LANDFALL_DATA/dns" : Program.lack("nsd", "knotd")

    private static let text = Result { try File.readDecompressed(given ?? "", limit: 1 << 24) }

    /// A file for servers that don't read compressed ones.
    static func unpacked(in sandbox: Sandbox) throws -> String {
        let path = sandbox.folder + "/root.zone"
        try File.write(try text.get(), to: path)
        return path
    }

    /// Every name that has records, once.
    static func owners() throws -> [String] {
        let lines = try text.get().split(separator: UInt8(ascii: "\n"))
        return Set(lines.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "\t") }, as: UTF8.self) }).sorted()
    }

    private static let types = [
        "A", "AAAA", "NS", "SOA", "DS", "DNSKEY", "TXT", "NSEC", "RRSIG", "MX", "CNAME", "DNAME", "SRV", "HTTPS",
        "ZONEMD",
        "TYPE65280",
    ]

    /// Names of the zone, children of names of the zone and wildcards below them, names in no zone at all: each in any
    /// letter case.
    static func questions(_ count: Int, seed: UInt64) throws -> [DNSQuestion] {
        let owners = try owners()
        var random = SeededRandom(seed: seed)
        return try (0..<count).map { _ in
            let owner = try #require(owners.randomElement(using: &random))
            let label = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                String(UnicodeScalar(UInt8.random(in: 97...122, using: &random)))
            }.joined()
            let name =
                switch Int.random(in: 0..<8, using: &random) {
                case 0...3: owner
                case 4: "\(label).\(owner)"
                case 5: "*.\(owner)"
                case 6: label
                default: "\(label).\(label)"
                }
            let type = try #require(types.randomElement(using: &random))
            return DNSQuestion(anyCase(name, &random), type)
        }
    }

    private static func anyCase(_ name: String, _ random: inout SeededRandom) -> String {
        String(name.map { Bool.random(using: &random) ? Character($0.uppercased()) : $0 })
    }
}
