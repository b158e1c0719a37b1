import DNS
import Loop
import Nameserver
import Net
import Peers
import Testing

/// The same zone served by NSD and by us, a few hundred questions to both.
@Suite("Beside NSD", .enabled(if: Program.lack("nsd") == nil, "\(Program.lack("nsd") ?? "")"))
struct NSDTests {
    /// Where we differ on purpose: NSD gives ANY everything it has, and transfers are refused by both in ways of their
    /// own.
    private static let types: [RecordType] = [
        .a, .aaaa, .ns, .soa, .mx, .txt, .cname, .ptr, .ds, RecordType(rawValue: 65280), RecordType(rawValue: 33),
    ]

    /// Every name of the zone, names beside and below each, and names outside.
    private static func names() throws -> [Name] {
        let owners = [
            "", "ns1", "mail", "www", "www2", "chain", "chain1", "outside", "dangling", "toempty", "empty",
            "deep.empty",
            "wild", "*.wild", "x.wild", "x.y.wild", "host.wild", "below.host.wild", "sub.*.wild", "ghost.*.wild",
            "alias",
            "x.alias", "child", "ns.child", "below.child", "x.y.child", "fromalias", #"a\.b"#, "type", "nowhere",
            "again.again", "same.same.again.again", "same.again.again",
        ]
        let inside = try owners.map { try Name(text: $0.isEmpty ? "@" : $0, origin: Name("example.org")) }
        return inside + ["example.net", "org", "xexample.org"].compactMap { Name($0) }
    }

    @Test("answers are equal, RRset by RRset")
    func equal() async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let sandbox = try await Sandbox(fresh: false)
        // An address of its own, and a port that no client is given.
        let theirs = Endpoint(try #require(Address("127.0.77.53")), port: 5300)
        let nsd = try await NSD(
            in: sandbox, addresses: ["127.0.77.53"], port: 5300,
            zones: [(name: "example.org", file: Fixture.zonePath)])
        var compared = 0
        for name in try Self.names() {
            for type in Self.types {
                let query = try Message.query(id: UInt16(compared), Question(name, type)).encode()
                let ours = try Self.ask(fixture.endpoint, query)
                #expect(try Self.ask(theirs, query) == ours, "\(name) \(type)")
                compared += 1
            }
        }
        await nsd.stop()
        #expect(compared > 300)
    }

    /// What must be the same: code, AA, answers, and who is named in authority. NSD adds the zone's NS to answers, which
    /// RFC 1034 allows and we leave out.
    private static func ask(_ server: Endpoint, _ query: [UInt8]) throws -> [String] {
        let client = try PlainClient(server)
        client.send(query)
        let message = try Message(try required(client.receive()))
        let flags = message.flags.contains(.authoritative) ? "aa" : ""
        let isReferral = !message.flags.contains(.authoritative)
        let authority = message.authority.filter { isReferral || $0.type == .soa }
        let glue = isReferral ? message.additional : []
        let records =
            message.answers.map { "answer \($0)" } + authority.map { "authority \($0)" }
            + glue.map { "additional \($0)" }
        return ["\(message.rcode) \(flags)"] + records.map { $0.lowercased() }.sorted()
    }
}

extension Fixture {
    /// A port that was free a moment ago: the server that had it is stopped.
    fileprivate func port() -> UInt16 {
        server.stop()
        return endpoint.port
    }
}
