import DNS
import Testing

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
