import DNS
import Testing

@Suite("What EDNS asks and is told")
struct EDNSOptionTests {
    private let responder: Responder
    private let www: Question

    init() throws {
        responder = Responder(
            zones: Zones([try #require(LookupTests.zone)]), identity: ServerIdentity(identity: "fra-1"))
        www = Question(try #require(Name("www.example.org")), .a)
    }

    private func ask(
        _ question: Question, _ codes: [UInt16], over transport: Responder.Transport = .udp, keepalive: UInt16? = 300
    ) throws -> EDNS {
        var responder = responder
        responder.keepalive = keepalive
        let options = codes.map { EDNS.Option(code: $0, data: []) }
        return try #require(try responder.ask(question, over: transport, edns: EDNS(options: options)).edns)
    }

    @Test("the zone's serial comes with answers, denials and referrals from it (RFC 9660)")
    func zoneVersion() throws {
        let version: [UInt8] = [2, 0, 0x78, 0xc4, 0x04, 0x65]
        for name in ["www.example.org", "nowhere.example.org", "x.child.example.org"] {
            let edns = try ask(Question(try #require(Name(name)), .a), [EDNS.zoneVersionCode])
            #expect(edns.options == [EDNS.Option(code: EDNS.zoneVersionCode, data: version)])
        }
        let outside = Question(try #require(Name("example.net")), .a)
        #expect(try ask(outside, [EDNS.zoneVersionCode]).options.map(\.code) == [EDNS.extendedErrorCode])
        #expect(try ask(www, []).options.isEmpty)
    }

    @Test("a query that tells a zone's version instead of asking for it is malformed")
    func badVersion() throws {
        var responder = responder
        let option = EDNS.Option(code: EDNS.zoneVersionCode, data: [0])
        #expect(try responder.ask(www, edns: EDNS(options: [option])).rcode == .formatError)
    }

    @Test("how long a connection may be idle is told over TCP, to those who ask (RFC 7828)")
    func keepalive() throws {
        let told = [EDNS.Option(code: EDNS.keepaliveCode, data: [1, 44])]
        #expect(try ask(www, [EDNS.keepaliveCode], over: .tcp).options == told)
        #expect(try ask(www, [EDNS.keepaliveCode]).options.isEmpty)
        #expect(try ask(www, [], over: .tcp).options.isEmpty)
        #expect(try ask(www, [EDNS.keepaliveCode], over: .tcp, keepalive: nil).options.isEmpty)
    }

    @Test(
        "who is refused is told why (RFC 8914)",
        arguments: [
            ("example.net", .a, .internet, .notAuthoritative), ("example.org", .axfr, .internet, .notSupported),
            ("example.org", RecordType(rawValue: 253), .internet, .notSupported),
            ("version.bind", .txt, .chaos, .notAuthoritative), ("example.org", .a, .any, .notAuthoritative),
        ] as [(String, RecordType, RecordClass, ExtendedError)])
    func extendedErrors(_ name: String, _ type: RecordType, _ recordClass: RecordClass, _ reason: ExtendedError) throws
    {
        #expect(try ask(Question(try #require(Name(name)), type, recordClass), []).extendedError == reason)
        #expect(try ask(www, []).extendedError == nil)
    }

    @Test("several options are answered together, within the size")
    func together() throws {
        let codes = [EDNS.nsidCode, EDNS.zoneVersionCode, EDNS.keepaliveCode]
        #expect(try ask(www, codes, over: .tcp).options.map(\.code) == [3, 11, 19])
    }

    @Test("every reply says what it was for")
    func replies() throws {
        var responder = responder
        let query = try Message(id: 1, questions: [www], edns: EDNS(dnssecOK: true)).encode()
        var buffer: [UInt8] = []
        guard case .answered(let reply) = responder.respond(to: query.span, over: .udp, into: &buffer) else {
            Issue.record("no answer")
            return
        }
        #expect(reply.rcode == .noError && reply.zone == 0 && reply.type == .a && reply.opcode == .query)
        #expect(reply.hasEDNS && reply.dnssecOK && !reply.isTruncated)
    }
}
