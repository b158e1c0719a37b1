import DNS
import Net
import Testing

@Suite("What a server answers, and what not")
struct ResponderTests {
    private let responder: Responder
    private let www: Question

    init() throws {
        responder = Responder(
            zones: Zones([try #require(LookupTests.zone)]),
            identity: ServerIdentity(identity: "fra-1", version: "landfall 1"))
        www = Question(try #require(Name("www.example.org")), .a)
    }

    private func answer(_ query: [UInt8], _ transport: Responder.Transport = .udp) -> [UInt8] {
        var responder = responder
        var buffer: [UInt8] = []
        _ = responder.respond(to: query.span, over: transport, into: &buffer)
        return buffer
    }

    private func ask(_ question: Question, edns: EDNS? = EDNS(options: [EDNS.nsidRequest])) throws -> Message {
        var responder = responder
        return try responder.ask(question, edns: edns)
    }

    /// A query as bytes that a test then breaks.
    private func query(_ question: Question? = nil, edns: EDNS? = nil) throws -> [UInt8] {
        try Message(id: 4711, flags: .recursionDesired, questions: [question ?? www], edns: edns).encode()
    }

    // MARK: Silence and refusals

    @Test("less than a header gets no answer", arguments: 0..<12)
    func short(length: Int) throws { #expect(answer([UInt8](try query()[..<length])).isEmpty) }

    @Test("a response gets no answer")
    func response() throws {
        var bytes = try query()
        bytes[2] |= 0x80
        #expect(answer(bytes).isEmpty)
    }

    @Test("a truncated query gets FORMERR and nothing but a header")
    func truncated() throws {
        let bytes = try query(edns: EDNS(options: [EDNS.nsidRequest]))
        for length in 12..<bytes.count {
            let answer = try Message(answer([UInt8](bytes[..<length])))
            #expect(answer.rcode == .formatError && answer.questions.isEmpty && answer.id == 4711, "\(length) bytes")
        }
    }

    @Test(
        "what deserves FORMERR gets it",
        arguments: [
            "no question", "two questions", "an answer in a query", "bytes behind the end", "a compressed question",
            "two OPT records", "an OPT record with a name", "an option that is longer than its record",
        ])
    func malformed(_ what: String) throws {
        var bytes = try query(edns: EDNS(options: [EDNS.nsidRequest]))
        let opt = bytes.suffix(15)
        switch what {
        case "no question": bytes = [0x12, 0x67, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        case "two questions": bytes[5] = 2
        case "an answer in a query": bytes[7] = 1
        case "bytes behind the end": bytes.append(0)
        case "a compressed question": bytes[12] = 0xc0
        case "two OPT records":
            bytes += opt
            bytes[11] = 2
        case "an OPT record with a name": bytes.insert(contentsOf: [1, UInt8(ascii: "a")], at: bytes.count - 15)
        default: bytes[bytes.count - 1] = 1
        }
        #expect(try Message(answer(bytes)).rcode == .formatError)
    }

    @Test("other opcodes aren't implemented", arguments: [1, 2, 3, 5, 6, 15] as [UInt8])
    func opcodes(_ opcode: UInt8) throws {
        var bytes = try query()
        bytes[2] = opcode << 3
        let answer = try Message(answer(bytes))
        #expect(answer.rcode == .notImplemented && answer.flags.opcode.rawValue == opcode)
    }

    @Test(
        "NOTIFY is refused for our zones, and we aren't authoritative for others (RFC 1996 §3.10)",
        arguments: [
            ("example.org", .refused), ("www.example.org", .notAuthoritative), ("example.net", .notAuthoritative),
        ] as [(String, ResponseCode)])
    func notify(_ name: String, _ rcode: ResponseCode) throws {
        let zone = try #require(Name(name))
        let soa = Record(zone, .soa, ttl: 1, data: [0, 0] + [UInt8](repeating: 0, count: 20))
        let flags = Flags(rawValue: 4 << 11)
        for answers in [[], [soa]] {
            let bytes = try Message(id: 7, flags: flags, questions: [Question(zone, .soa)], answers: answers).encode()
            let answer = try Message(answer(bytes))
            #expect(answer.rcode == rcode && answer.flags.opcode == .notify && answer.questions.count == 1)
        }
    }

    @Test("zones are found in the class IN only")
    func otherClasses() throws {
        #expect(try ask(Question(www.name, .a, .any)).rcode == .refused)
        #expect(try ask(Question(www.name, .a, RecordClass(rawValue: 4))).rcode == .refused)
        #expect(try ask(Question(www.name, .txt, .chaos)).rcode == .refused)
    }

    // MARK: Flags and EDNS

    @Test("RD and CD come back, RA and AD never do")
    func flags() throws {
        var bytes = try query()
        (bytes[2], bytes[3]) = (0x01, 0xb0)
        let flags = try Message(answer(bytes)).flags
        #expect(flags == [.response, .authoritative, .recursionDesired, .checkingDisabled])
    }

    @Test("the letters of the question come back as they were (0x20)")
    func letters() throws {
        let mixed = try query(Question(try #require(Name("wWw.ExAmPlE.oRg")), .a))
        #expect(answer(mixed)[12..<33] == mixed[12..<33])
    }

    @Test("EDNS is answered with EDNS, and only then")
    func edns() throws {
        #expect(try ask(www, edns: nil).edns == nil)
        #expect(try ask(www, edns: EDNS()).edns == EDNS(payloadSize: 1232))
        #expect(try ask(www, edns: EDNS(dnssecOK: true)).edns?.dnssecOK == true)
    }

    @Test("an EDNS version that isn't known gets BADVERS (RFC 6891 §6.1.3)")
    func badVersion() throws {
        let answer = try ask(www, edns: EDNS(version: 1))
        #expect(answer.rcode == .badVersion && answer.answers.isEmpty && answer.edns?.version == 0)
    }

    @Test("what another EDNS version's options look like isn't judged")
    func optionsOfAnotherVersion() throws {
        var bytes = try query(edns: EDNS(version: 1, options: [EDNS.nsidRequest]))
        bytes[bytes.count - 1] = 9  // longer than its record
        #expect(try Message(answer(bytes)).rcode == .badVersion)
    }

    @Test("the longest question and the longest identity leave room for each other", arguments: ["org", "net"])
    func longest(_ top: String) throws {
        let label = String(repeating: "x", count: 60)
        let name = try #require(Name("\(label).\(label).\(label).\(label.dropLast(2)).example.\(top)"))
        #expect(name.wire.count == 255)
        var responder = Responder(
            zones: responder.zones, identity: ServerIdentity(identity: String(repeating: "i", count: 255)))
        let edns = EDNS(payloadSize: 512, options: [EDNS.nsidRequest])
        let query = try Message(id: 1, questions: [Question(name, .a)], edns: edns).encode()
        var buffer: [UInt8] = []
        _ = responder.respond(to: query.span, over: .udp, into: &buffer)
        #expect(buffer.count <= 512)
        #expect(try Message(buffer).edns?.nsid == nil)
        #expect(try responder.ask(www, edns: edns).edns?.nsid?.count == 255)
    }

    @Test("who asks for NSID learns which site answered, also with a denial or a refusal")
    func nsid() throws {
        for name in ["www.example.org", "nowhere.example.org", "example.net"] {
            #expect(try ask(Question(try #require(Name(name)), .a)).nsid == "fra-1")
        }
        #expect(try ask(www, edns: EDNS()).nsid == nil)
        var silent = Responder(zones: responder.zones)
        #expect(try silent.ask(www).nsid == nil)
    }

    // MARK: Class CHAOS

    @Test(
        "the server's names tell who it is",
        arguments: [
            ("id.server", "fra-1"), ("hostname.bind", "fra-1"), ("VERSION.bind", "landfall 1"),
            ("version.server", "landfall 1"),
        ])
    func chaos(_ name: String, _ text: String) throws {
        let question = Question(try #require(Name(name)), .txt, .chaos)
        let answer = try ask(question)
        #expect(answer.rcode == .noError && answer.flags.contains(.authoritative))
        #expect(
            answer.answers == [Record(question.name, .txt, .chaos, ttl: 0, data: [UInt8(text.utf8.count)] + text.utf8)])
        var hidden = Responder(zones: responder.zones)
        #expect(try hidden.ask(question).rcode == .refused)
    }

    // MARK: Size

    /// A zone with `count` strings of 100 bytes at `big`, and a delegation with that many servers.
    private func bigZone(_ count: Int) throws -> Responder {
        var text = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n"
        for index in 0..<count {
            text += "big TXT \"\(index + 1000)\(String(repeating: "x", count: 96))\"\n"
            text += "sub NS server-\(index).sub\nserver-\(index).sub A 192.0.2.\(index)\n"
        }
        return Responder(zones: Zones([try Zone.parse([UInt8](text.utf8), path: "big.zone")]))
    }

    @Test(
        "what doesn't fit is truncated: TC, and no part of an RRset (RFC 2181 §9)",
        arguments: [
            (nil, 4, false), (nil, 5, true), (EDNS(payloadSize: 100), 4, false), (EDNS(payloadSize: 100), 5, true),
            (EDNS(payloadSize: 4096), 10, false), (EDNS(payloadSize: 4096), 11, true),
            (EDNS(payloadSize: 800), 7, true),
        ] as [(EDNS?, Int, Bool)])
    func truncation(_ edns: EDNS?, _ count: Int, _ isTruncated: Bool) throws {
        var responder = try bigZone(count)
        let question = Question(try #require(Name("big.example.org")), .txt)
        let answer = try responder.ask(question, edns: edns)
        #expect(answer.flags.contains(.truncated) == isTruncated)
        #expect(answer.answers.count == (isTruncated ? 0 : count) && (answer.edns == nil) == (edns == nil))
        #expect(try responder.ask(question, over: .tcp, edns: edns).answers.count == count)
    }

    @Test("a referral whose glue doesn't fit is truncated (RFC 9471)")
    func glue() throws {
        var responder = try bigZone(16)
        let question = Question(try #require(Name("www.sub.example.org")), .a)
        let cut = try responder.ask(question, edns: nil)
        #expect(cut.flags.contains(.truncated))
        let whole = try responder.ask(question, over: .tcp, edns: nil)
        #expect(whole.authority.count == 16 && whole.additional.count == 16 && !whole.flags.contains(.truncated))
    }

    @Test("answers follow one another in a buffer, each complete in itself")
    func buffer() throws {
        var responder = responder
        let query = try query()
        var buffer: [UInt8] = []
        _ = responder.respond(to: query.span, over: .udp, into: &buffer)
        let end = buffer.count
        _ = responder.respond(to: query.span, over: .udp, into: &buffer)
        #expect(Array(buffer[..<end]) == Array(buffer[end...]))
    }

    @Test("of two zones the nearer answers; DS at its apex belongs to the other")
    func nested() throws {
        let child = "$ORIGIN sub.example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.77\n"
        let parent = try #require(LookupTests.zone)
        var responder = Responder(zones: Zones([parent, try Zone.parse([UInt8](child.utf8), path: "sub.zone")]))
        let name = try #require(Name("a.sub.example.org"))
        #expect(try responder.ask(Question(name, .a)).answers.count == 1)
        let ds = try responder.ask(Question(try #require(Name("sub.example.org")), .ds))
        #expect(ds.authority.map(\.name) == [parent.origin])
    }

    @Test(
        "random bytes after a good header never trap and never get too long an answer",
        arguments: [1, 2, 3] as [UInt64])
    func garbage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let good = try query(edns: EDNS(options: [EDNS.nsidRequest]))
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            let answer = answer(bytes)
            #expect(answer.count <= 1232, "seed \(seed)")
            if !answer.isEmpty { #expect(throws: Never.self, "seed \(seed)") { try Message(answer) } }
        }
    }
}
