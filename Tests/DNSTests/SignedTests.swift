import DNS
import Testing

/// A question with DO and its answer from `Vectors/signed`: `answer www.example.org. RRSIG A`.
struct SignedCase: CustomStringConvertible, Sendable {
    var file: String
    var question: Question
    var status: String
    var records: [String]

    var description: String { "\(file): \(question)" }

    /// The same zone, signed in three ways.
    static let all = ["nsec", "nsec3", "optout"].flatMap { file in
        Vectors.text("signed/\(file).lookups").split(separator: "\n\n").compactMap { Self(file, String($0)) }
    }

    init?(_ file: String, _ block: String) {
        let lines = block.split(separator: "\n").map(String.init)
        let words = lines[0].split(separator: " ")
        guard lines.count >= 2, words.count == 3, let name = Name(words[1]), let type = RecordType(name: words[2])
        else {
            return nil
        }
        (self.file, question) = (file, Question(name, type))
        (status, records) = (lines[1], Array(lines.dropFirst(2)))
    }
}

/// What NSD and Knot answer from the same files; where they differ, what one of them does.
@Suite("Answers from signed zones")
struct SignedTests {
    static let zones = Dictionary(
        uniqueKeysWithValues: ["nsec", "nsec3", "optout"].compactMap { file in
            (try? Zone.parse(Vectors.bytes("signed/\(file).zone"), path: file)).map { (file, $0) }
        })

    private func responder(_ file: String) throws -> Responder {
        Responder(zones: Zones([try #require(Self.zones[file])]))
    }

    @Test("every lookup of Vectors/signed", arguments: SignedCase.all)
    func lookup(_ expected: SignedCase) throws {
        var responder = try responder(expected.file)
        let answer = try responder.ask(expected.question, edns: EDNS(dnssecOK: true))
        let status = "\(answer.rcode)" + (answer.flags.contains(.authoritative) ? " aa" : "")
        #expect(status == expected.status)
        #expect(answer.kinds == expected.records)
    }

    @Test("the files with the lookups have been read")
    func count() { #expect(SignedCase.all.count == 3 * 43 && Self.zones.count == 3) }

    @Test("without DO nothing of DNSSEC comes unasked", arguments: SignedCase.all)
    func plain(_ expected: SignedCase) throws {
        var responder = try responder(expected.file)
        let answer = try responder.ask(expected.question, edns: EDNS())
        let surplus = (answer.answers + answer.authority + answer.additional).filter {
            [.rrsig, .nsec, .nsec3, .ds].contains($0.type) && $0.type != expected.question.type
        }
        #expect(surplus.isEmpty)
        #expect("\(answer.rcode)" == expected.status.split(separator: " ")[0])
    }

    @Test("a denial says each thing once, and with the TTL of denials")
    func denial() throws {
        var responder = try responder("nsec")
        let name = try #require(Name("0.example.org"))
        let answer = try responder.ask(Question(name, .a), edns: EDNS(dnssecOK: true))
        let apex = try #require(Name("example.org"))
        #expect(answer.authority.filter { $0.type == .nsec }.map(\.name) == [apex], "it covers the wildcard too")
        #expect(answer.authority.filter { $0.name == apex }.allSatisfy { $0.ttl == 300 })
    }

    @Test("an answer with signatures is whole within any size, or truncated", arguments: [512, 600, 700, 900, 1232])
    func sizes(size: Int) throws {
        for expected in SignedCase.all {
            var responder = try responder(expected.file)
            let edns = EDNS(payloadSize: UInt16(size), dnssecOK: true)
            let query = try Message(id: 1, questions: [expected.question], edns: edns).encode()
            var buffer: [UInt8] = []
            _ = responder.respond(to: query.span, over: .udp, into: &buffer)
            let answer = try Message(buffer)
            #expect(buffer.count <= size)
            if !answer.flags.contains(.truncated) {
                let required = expected.records.filter { !$0.hasPrefix("additional") }
                #expect(answer.kinds.filter { !$0.hasPrefix("additional") } == required, "\(expected)")
            }
        }
    }

    @Test("NSEC3 that is hashed too often isn't served (RFC 9276 §3.2)")
    func iterations() throws {
        let text = Vectors.text("signed/optout.zone")
        #expect(try #require(Self.zones["optout"]).nsec3Iterations == 2)
        #expect(try #require(Self.zones["nsec"]).nsec3Iterations == nil)
        let often = text.replacing("NSEC3PARAM 1 0 2", with: "NSEC3PARAM 1 0 151")
        let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](often.utf8), path: "a.zone") }
        #expect("\(try #require(error))".contains("NSEC3 with 151 iterations"))
    }

    /// A zone of a few records with signatures that nobody could validate, and `count` long strings at a wildcard.
    private func text(wildcard count: Int) -> String {
        func signature(_ owner: String, _ type: String, _ labels: Int) -> String {
            "\(owner) RRSIG \(type) 13 \(labels) 60 20301231235959 20200101000000 1 example.org. AA==\n"
        }
        var text = "$ORIGIN example.org.\n$TTL 60\n@ SOA n h 1 2 3 4 5\n@ NS ns.example.net.\n@ NSEC *.wild NS SOA\n"
        text += signature("@", "SOA", 2) + signature("@", "NS", 2) + signature("@", "NSEC", 2)
        for index in 0..<count { text += "*.wild TXT \"\(index) \(String(repeating: "x", count: 240))\"\n" }
        return text + "*.wild NSEC @ TXT\n" + signature("*.wild", "TXT", 3) + signature("*.wild", "NSEC", 3)
    }

    @Test("proof comes along behind an answer that no pointer reaches across", arguments: [4, 80, 200])
    func farProof(count: Int) throws {
        let zone = try Zone.parse([UInt8](text(wildcard: count).utf8), path: "far.zone")
        var responder = Responder(zones: Zones([zone]))
        let question = Question(try #require(Name("any.wild.example.org")), .txt)
        let answer = try responder.ask(question, over: .tcp, edns: EDNS(dnssecOK: true))
        #expect(!answer.flags.contains(.truncated) && answer.answers.count == count + 1)
        #expect(answer.kinds.suffix(2) == ["NSEC", "RRSIG NSEC"].map { "authority *.wild.example.org. \($0)" })
    }

    @Test("a signed zone that can't deny anything is refused")
    func nothingToDenyWith() throws {
        let whole = text(wildcard: 1)
        let without = whole.split(separator: "\n").filter { !$0.contains("NSEC") }.joined(separator: "\n") + "\n"
        let hashed =
            without + "@ NSEC3PARAM 1 0 0 -\n"
            + "00000000000000000000000000000000 NSEC3 1 0 0 - 00000000000000000000000000000001 A\n"
        for (text, reason) in [(without, "nothing proves what isn't there"), (hashed, "the chain of NSEC3 is cut")] {
            let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](text.utf8), path: "a.zone") }
            #expect("\(try #require(error))".contains(reason))
        }
    }

    @Test("a signature of nothing is refused at its line")
    func orphan() throws {
        let text = Vectors.text("signed/nsec.zone").replacing(
            "www.example.org. 3600 IN A", with: "web.example.org. 3600 IN A")
        let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](text.utf8), path: "a.zone") }
        #expect("\(try #require(error))".contains("an RRSIG of A, of which www.example.org. has no record"))
    }
}

extension Message {
    /// Section, owner and type of every record, sorted; of a signature, what it covers.
    fileprivate var kinds: [String] {
        func kinds(_ section: String, _ records: [Record]) -> [String] {
            records.map { record in
                let covered =
                    record.type == .rrsig
                    ? " \(RecordType(rawValue: UInt16(record.data[0]) << 8 | UInt16(record.data[1])))" : ""
                return "\(section) \(record.name) \(record.type)\(covered)".replacing(
                    "\(record.name)", with: "\(record.name.lowercased)")
            }
        }
        return (kinds("answer", answers) + kinds("authority", authority) + kinds("additional", additional)).sorted()
    }
}

extension Name {
    fileprivate var lowercased: String { description.lowercased() }
}

@Suite("Every answer")
struct EveryAnswerTests {
    private static let types: [RecordType] = [
        .a, .aaaa, .ns, .cname, .soa, .mx, .txt, .srv, .ds, .dname, .rrsig, .nsec, .nsec3, .nsec3param, .any,
        RecordType(rawValue: 65280),
    ]

    /// Names of a zone, names beside, below and between them, and names outside.
    private static func names(_ zone: Zone) throws -> [Name] {
        let owners = try ["@", "www", "ns1", "alias", "wild", "x.wild", "x.y.wild", "*.wild", "empty", "deep.empty"].map
        {
            try Name(text: $0, origin: zone.origin)
        }
        let more = try [
            "unsigned", "signed", "insecure", "only.insecure", "old", "new", "child", "chain", "circle", "type",
        ]
        .map { try Name(text: $0, origin: zone.origin) }
        let below = try (owners + more).map { try Name(text: "Below", origin: $0) }
        return owners + more + below + [.root, try #require(Name("example.net"))]
    }

    @Test(
        "can be read, fits, and says nothing twice",
        arguments: ["example.org.zone", "signed/nsec.zone", "signed/nsec3.zone", "signed/optout.zone"])
    func sound(_ file: String) throws {
        let zone = try Zone.parse(Vectors.bytes(file), path: file)
        var responder = Responder(zones: Zones([zone]))
        for name in try Self.names(zone) {
            for type in Self.types {
                for (edns, limit) in [(nil, 512), (EDNS(), 1232), (EDNS(dnssecOK: true), 1232)] as [(EDNS?, Int)] {
                    let query = try Message(id: 9, questions: [Question(name, type)], edns: edns).encode()
                    var buffer: [UInt8] = []
                    _ = responder.respond(to: query.span, over: .udp, into: &buffer)
                    let answer = try Message(buffer)
                    let records = answer.answers + answer.authority + answer.additional
                    #expect(Set(records).count == records.count, "\(file): \(name) \(type)")
                    #expect(buffer.count <= limit && answer.questions == [Question(name, type)])
                }
            }
        }
    }
}
