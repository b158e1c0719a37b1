import DNS
import Testing

@Suite("DNAME, and names in data that bring addresses along")
struct AliasTests {
    private let responder: Responder

    private static let zone = """
        $ORIGIN example.org.
        $TTL 60
        @ SOA ns h 1 2 3 4 5
        @ NS ns
        ns A 192.0.2.1
        old 300 DNAME new
        www.new A 192.0.2.80
        *.any.new A 192.0.2.81
        out DNAME example.net.
        root DNAME .
        first DNAME second
        second DNAME first
        grow DNAME a.grow.example.org.
        long DNAME \(String(repeating: "a", count: 60)).\(String(repeating: "b", count: 60)).\(String(repeating: "c", count: 60))
        _sip._tcp SRV 1 2 5060 server
        server A 192.0.2.60
        server AAAA 2001:db8::60
        alias HTTPS 0 service
        service HTTPS 1 . alpn=h2
        service A 192.0.2.90
        none HTTPS 0 .
        svcb SVCB 1 server
        kx KX 10 server
        away MX 10 mail.example.net.
        glued MX 10 ns.child
        child NS ns.child
        ns.child A 192.0.2.53
        wild MX 10 x.wildcard
        *.wildcard A 192.0.2.70

        """

    init() throws { responder = Responder(zones: Zones([try Zone.parse([UInt8](Self.zone.utf8), path: "a.zone")])) }

    private func ask(_ name: String, _ type: RecordType) throws -> Message {
        var responder = responder
        return try responder.ask(Question(try #require(Name(name)), type), edns: nil)
    }

    @Test("a DNAME makes an alias of each name below it, with its TTL (RFC 6672 §3.1)")
    func redirect() throws {
        let answer = try ask("wWw.old.example.org", .a)
        #expect(
            answer.answers.map(\.description) == [
                "old.example.org. 300 IN DNAME new.example.org.",
                "wWw.old.example.org. 300 IN CNAME wWw.new.example.org.",
                "wWw.new.example.org. 60 IN A 192.0.2.80",
            ])
        #expect(answer.flags.contains(.authoritative) && answer.rcode == .noError)
    }

    @Test("of its own name a DNAME says nothing")
    func owner() throws {
        #expect(try ask("old.example.org", .dname).answers.count == 1)
        #expect(
            try ask("old.example.org", .a).lines == [
                "authority example.org. 5 IN SOA ns.example.org. h.example.org. 1 2 3 4 5"
            ])
    }

    @Test(
        "where a DNAME leads",
        arguments: [
            ("x.old.example.org", "NXDOMAIN", 2), ("deep.any.old.example.org", "NOERROR", 3),
            ("x.out.example.org", "NOERROR", 2), ("com.root.example.org", "NOERROR", 2),
            ("x.first.example.org", "NOERROR", 4), ("x.grow.example.org", "NOERROR", 2),
        ])
    func leads(_ name: String, _ rcode: String, _ count: Int) throws {
        let answer = try ask(name, .a)
        #expect(answer.rcode.description == rcode && answer.answers.count == count)
        #expect(answer.flags.contains(.authoritative))
    }

    @Test("an alias that would be too long is YXDOMAIN (RFC 6672 §2.2)")
    func tooLong() throws {
        let prefix = String(repeating: "x", count: 50)
        #expect(try ask("\(prefix).long.example.org", .a).rcode == .nameError)
        let answer = try ask("\(prefix).\(prefix).long.example.org", .a)
        #expect(answer.rcode.description == "YXDOMAIN" && answer.answers.map(\.type) == [.dname])
    }

    @Test(
        "addresses come along where they are ours to tell",
        arguments: [
            ("_sip._tcp", .srv, ["server A", "server AAAA"]), ("alias", .https, ["service A", "service HTTPS"]),
            ("service", .https, ["service A"]), ("none", .https, []), ("svcb", .svcb, ["server A", "server AAAA"]),
            ("kx", .kx, ["server A", "server AAAA"]), ("away", .mx, []), ("glued", .mx, []),
            ("wild", .mx, ["x.wildcard A"]), ("@", .ns, ["ns A"]),
        ] as [(String, RecordType, [String])])
    func additional(_ name: String, _ type: RecordType, _ expected: [String]) throws {
        let origin = try #require(Name("example.org"))
        let answer = try ask(try Name(text: name, origin: origin).description, type)
        #expect(answer.answers.count == 1)
        let expected = try expected.map { text in
            let words = text.split(separator: " ")
            return "\(try Name(text: words[0], origin: origin)) \(words[1])"
        }
        #expect(answer.additional.map { "\($0.name) \($0.type)" } == expected)
    }

    @Test(
        "what stands beside or below a DNAME wrongly is refused",
        arguments: [
            ("old DNAME other", "a second DNAME"), ("child DNAME new", "DNAME at the delegation"),
            ("x.old A 192.0.2.1", "lies below the DNAME of old.example.org."),
            ("old CNAME new", "CNAME beside other records"),
        ])
    func wrong(_ line: String, _ reason: String) throws {
        let text = Self.zone.replacing("old 300 DNAME", with: "old DNAME") + line + "\n"
        let error = #expect(throws: ZoneError.self) { try Zone.parse([UInt8](text.utf8), path: "a.zone") }
        #expect("\(try #require(error))".contains(reason))
    }
}
