import Testing

@testable import DNS

@Suite("The contents of a zone")
struct ZoneContentsTests {
    /// What `forEachRRset` gives, as text.
    private func contents(_ zone: Zone) -> [String] {
        var lines: [String] = []
        zone.forEachRRset { set in
            for index in 0..<set.count {
                let name = Name(checked: [UInt8](set.owner))
                lines.append("\(Record(name, set.type, ttl: set.ttl, data: [UInt8](set.data(index))))")
            }
        }
        return lines
    }

    @Test(
        "what went in comes out again, names whole",
        arguments: ["example.org.zone", "signed/nsec3.zone", "signed/nsec.zone"])
    func roundTrip(_ file: String) throws {
        let zone = try Zone.parse(Vectors.bytes(file), path: file)
        let lines = contents(zone)
        #expect(lines.count == zone.recordCount)
        let again = try Zone.parse([UInt8](lines.joined(separator: "\n").utf8), path: "again")
        #expect(contents(again) == lines)
        #expect(
            again.recordCount == zone.recordCount && again.nameCount == zone.nameCount && again.serial == zone.serial)
    }

    @Test("owners come in canonical order, types ascending")
    func order() throws {
        let zone = try Zone.parse(Vectors.bytes("signed/nsec3.zone"), path: "a.zone")
        var seen: [(Name, RecordType)] = []
        zone.forEachRRset { seen.append((Name(checked: [UInt8]($0.owner)), $0.type)) }
        for (one, other) in zip(seen, seen.dropFirst()) {
            #expect(one.0 < other.0 || (one.0 == other.0 && one.1 <= other.1), "\(one) \(other)")
        }
        #expect(seen.count > 40)
    }

    @Test("glue and delegations are told from what is ours")
    func glue() throws {
        let zone = try #require(LookupTests.zone)
        var (below, at): (Set<String>, Set<String>) = ([], [])
        zone.forEachRRset { set in
            let name = Name(checked: [UInt8](set.owner)).description
            if set.isBelowCut { below.insert(name) }
            if set.isAtCut { at.insert(name) }
        }
        #expect(below == ["ns.child.example.org.", "below.child.example.org."] && at == ["child.example.org."])
    }

    @Test("names within an RRset that nothing can point to are written out, in long answers over TCP")
    func far() throws {
        var text = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n"
        for index in 0..<700 {
            text +=
                "sub NS server-\(index).region-\(index % 7).sub\nserver-\(index).region-\(index % 7).sub A 192.0.2.\(index % 256)\n"
            text += "mail MX 10 mail-\(index).far.example.\n"
        }
        var responder = Responder(zones: Zones([try Zone.parse([UInt8](text.utf8), path: "a.zone")]))
        let referral = try responder.ask(Question(try #require(Name("www.sub.example.org")), .a), over: .tcp, edns: nil)
        #expect(referral.authority.count == 700 && referral.additional.count == 700)
        #expect(!referral.flags.contains(.truncated))
        #expect(Set(referral.additional.map(\.name)).count == 700)
        let mail = try responder.ask(Question(try #require(Name("mail.example.org")), .mx), over: .tcp, edns: nil)
        #expect(Set(mail.answers.map(\.description)).count == 700)
    }

    @Test("what doesn't fit over TCP either is truncated")
    func tooLong() throws {
        var text = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n"
        for index in 0..<5000 { text += "a MX 10 mail-\(index).example.net.\n" }
        var responder = Responder(zones: Zones([try Zone.parse([UInt8](text.utf8), path: "a.zone")]))
        let answer = try responder.ask(Question(try #require(Name("a.example.org")), .mx), over: .tcp, edns: nil)
        #expect(answer.flags.contains(.truncated) && answer.answers.isEmpty)
    }

    @Test("many zones are found by their names, the nearest above a name first")
    func zones() throws {
        let names = ["org", "example.org", "a.b.example.org", "other.net"]
        let all = try names.map {
            try Zone.parse([UInt8]("\($0). 1 SOA a. a. 1 2 3 4 5\n\($0). 1 NS a.example.\n".utf8), path: $0)
        }
        let zones = Zones(all)
        var name = LookupName()
        func nearest(_ text: String, _ type: RecordType = .a) throws -> String? {
            let wire = try #require(Name(text)).wire
            _ = name.read(wire.span, at: 0)
            return zones.nearest(name, type).map { names[$0] }
        }
        #expect(try nearest("www.example.org") == "example.org" && nearest("EXAMPLE.org") == "example.org")
        #expect(try nearest("b.example.org") == "example.org" && nearest("x.a.b.example.org") == "a.b.example.org")
        #expect(try nearest("x.org") == "org" && nearest("net") == nil && nearest(".") == nil)
        #expect(try nearest("example.org", .ds) == "org" && nearest("other.net", .ds) == "other.net")
        #expect(try nearest("x.example.org", .ds) == "example.org")
    }
}

@Suite("Answers that nearly fit")
struct PackingTests {
    /// The question has `nic.ch` in common with the servers: that is what makes the difference.
    @Test(
        "are compressed by what the question has below the delegation",
        arguments: [("zz.d.nic.ch", false), ("zzzzzzzzzzzz.ch", true)])
    func referral(_ name: String, _ isTruncated: Bool) throws {
        var text = ". 60 SOA a. a. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\n"
        for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            text +=
                "ch. 60 NS \(letter).nic.ch.\n\(letter).nic.ch. 60 A 192.0.2.1\n\(letter).nic.ch. 60 AAAA 2001:db8::1\n"
        }
        var responder = Responder(zones: Zones([try Zone.parse([UInt8](text.utf8), path: "root.zone")]))
        let answer = try responder.ask(Question(try #require(Name(name)), .a), edns: nil)
        #expect(answer.flags.contains(.truncated) == isTruncated)
        #expect(isTruncated || (answer.authority.count == 8 && answer.additional.count == 16))
    }
}
