import Testing

@testable import DNS

@Suite("Zone files")
struct ZoneFileTests {
    @Test(
        "each broken zone of Vectors/broken-zones has its message",
        arguments: Vectors.list("broken-zones").filter { $0.hasSuffix(".zone") })
    func broken(_ file: String) {
        let expected = Vectors.text(file.dropLast(5) + ".expected").split(separator: "\n").map { line in
            line.hasPrefix("…") ? String(line) : "f.zone:\(line)"
        }
        do throws(ZoneError) {
            _ = try Zone.parse(Vectors.bytes(file), path: "f.zone")
            Issue.record("\(file) was taken for a zone")
        } catch { #expect(error.description.split(separator: "\n").map(String.init) == expected, "\(file)") }
    }

    @Test("a zone in every notation is the zone in the plainest")
    func notations() throws {
        let fancy = """
            $TTL 1h30m ; a default
            example.org. 5400 IN SOA ( ns.example.org. host\\.master.example.org.
                1 2h
                30m 2w 5m ) ; over several lines\r
            $ORIGIN org.
            example\tIN\t1h NS ns.example ; class before TTL
            $ORIGIN example.org.
            @ 3600 NS NS2
            ns A 192.0.2.1
             \tAAAA 2001:DB8::1
            ns2 a 192.0.2.2
            t txt plain "quoted ; ( \\" \\\\" \\065\\;
            """
        let zone = try Zone.parse([UInt8](fancy.utf8), path: "fancy.zone")
        var responder = Responder(zones: Zones([zone]))
        let org = try #require(Name("example.org"))
        #expect(
            try responder.ask(Question(org, .soa)).answers.map(\.description) == [
                #"example.org. 5400 IN SOA ns.example.org. host\.master.example.org. 1 7200 1800 1209600 300"#
            ])
        #expect(try responder.ask(Question(org, .ns)).answers.map(\.ttl) == [3600, 3600])
        let ns = try responder.ask(Question(try #require(Name("ns.example.org")), .aaaa))
        #expect(ns.answers.map(\.description) == ["ns.example.org. 5400 IN AAAA 2001:db8::1"])
        let text = try responder.ask(Question(try #require(Name("t.example.org")), .txt))
        #expect(text.answers.map(\.description) == [##"t.example.org. 5400 IN TXT "plain" "quoted ; ( \" \\" "A;""##])
        #expect(zone.serial == 1 && zone.recordCount == 7 && zone.origin == org)
    }

    @Test("a record that stands there twice is one record")
    func twice() throws {
        let text = "$ORIGIN a.\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\n@ NS N.A.\nn A 192.0.2.1\nn A 192.0.2.1\n"
        #expect(try Zone.parse([UInt8](text.utf8), path: "a.zone").recordCount == 3)
        let more = text + "s SRV 1 2 3 n\ns SRV 1 2 3 N\nh HTTPS 1 n\nh HTTPS 1 N\n"
        #expect(
            try Zone.parse([UInt8](more.utf8), path: "a.zone").recordCount == 6,
            "SRV's names are equal without case, those of newer types aren't (RFC 4034 §6.2)")
    }

    @Test("records that differ in a number only are two, also where that number looks like a letter")
    func numbersLikeLetters() throws {
        let text = "$ORIGIN a.\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n@ MX 65 n\n@ MX 97 n\n@ MX 97 N\n"
        let zone = try Zone.parse([UInt8](text.utf8), path: "a.zone")
        #expect(zone.recordCount == 5)
        let two = text + "@ SOA n h 33 2 3 4 5\n@ SOA n h 65 2 3 4 5\n@ SOA n h 97 2 3 4 5\n"
        let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](two.utf8), path: "a.zone") }
        #expect(error.map { "\($0)".split(separator: "\n").count } == 3)
    }

    /// It takes a minute if every record is compared with every other.
    @Test("a name can have twenty thousand records, and each may stand there twice")
    func manyAtOneName() throws {
        let origin = try #require(Name("a"))
        var builder = ZoneBuilder(origin: origin, path: "a.zone")
        func add(_ type: RecordType, _ text: String) throws {
            let data = try RecordData.parse(text, type: type, origin: origin)
            builder.add(owner: origin.wire.span, type: type, ttl: 1, data: data.span, at: .start)
        }
        try add(.soa, "n h 1 2 3 4 5")
        try add(.ns, "ns.example.")
        for number in 0..<40_000 as Range<UInt32> {
            let data = (0..<4).map { UInt8(truncatingIfNeeded: (number % 20_000) >> (8 * $0)) }
            builder.add(owner: origin.wire.span, type: .a, ttl: 1, data: data.span, at: Place(line: number, column: 1))
        }
        #expect(try builder.build().recordCount == 20_002)
    }

    @Test("a second TTL in one RRset is refused at its line, however many records lie between", arguments: [2, 40])
    func ttl(_ count: Int) throws {
        let lines = (0..<count).map { "t 7 TXT \"\($0)\"" } + ["t 8 TXT \"1\"", "t 8 TXT \"x\""]
        let head = "$ORIGIN a.\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n"
        let text = head + lines.joined(separator: "\n") + "\n"
        let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](text.utf8), path: "a.zone") }
        let message = "\(try #require(error))"
        #expect(message.contains("a.zone:\(count + 6):") && message.contains(" in line 7: "), "\(message)")
    }

    @Test("the root can be a zone")
    func root() throws {
        let text = "$ORIGIN .\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\norg NS ns.org\nns.org A 192.0.2.2\n"
        var responder = Responder(zones: Zones([try Zone.parse([UInt8](text.utf8), path: "root.zone")]))
        let referral = try responder.ask(Question(try #require(Name("www.example.org")), .a))
        #expect(referral.lines == ["additional ns.org. 1 IN A 192.0.2.2", "authority org. 1 IN NS ns.org."])
        #expect(try responder.ask(Question(.root, .soa)).answers.count == 1)
        #expect(try responder.ask(Question(try #require(Name("com")), .a)).rcode == .nameError)
    }
}
