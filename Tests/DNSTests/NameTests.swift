import DNS
import Testing

@Suite("Names")
struct NameTests {
    @Test(
        "text and wire are two forms of one name",
        arguments: [
            ("www.example.org.", "\u{3}www\u{7}example\u{3}org\u{0}"), (".", "\u{0}"),
            (#"a\.b.c."#, "\u{3}a.b\u{1}c\u{0}"),
            (#"\065."#, "\u{1}A\u{0}"), (#"a\ b."#, "\u{3}a b\u{0}"), ("*.x.", "\u{1}*\u{1}x\u{0}"),
            ("_dns._udp.", "\u{4}_dns\u{4}_udp\u{0}"),
        ])
    func forms(_ text: String, _ wire: String) throws {
        let name = try Name(text: text, origin: nil)
        #expect(name.wire == [UInt8](wire.utf8))
        #expect(try Name(text: name.description, origin: nil) == name)
    }

    @Test("a name without a final dot is completed; @ is the origin")
    func relative() throws {
        let origin = try #require(Name("example.org"))
        #expect(try Name(text: "www", origin: origin).description == "www.example.org.")
        #expect(try Name(text: "@", origin: origin) == origin)
        #expect(throws: DNSError.relative("www")) { try Name(text: "www", origin: nil) }
    }

    @Test(
        "what isn't a name is refused with its reason",
        arguments: [
            ("", DNSError.emptyLabel(in: "")), ("a..b", .emptyLabel(in: "a..b")), (".a", .emptyLabel(in: ".a")),
            (#"a\"#, .badCharacter("a backslash at the end")), (#"a\25"#, .badCharacter(#"\25"#)),
            (#"a\256"#, .badCharacter(#"\256"#)), ("münchen.de", .badCharacter("münchen.de")),
            (String(repeating: "x", count: 64), .labelTooLong(64)),
            (Array(repeating: "xxxxxxxxx", count: 26).joined(separator: "."), .nameTooLong),
        ])
    func refused(_ text: String, _ error: DNSError) {
        #expect(throws: error) { try Name(text: text, origin: .root) }
    }

    @Test("63 bytes in a label and 255 in a name are allowed")
    func limits() throws {
        let label = String(repeating: "x", count: 63)
        let name = try Name(text: "\(label).\(label).\(label).\(String(repeating: "x", count: 61)).", origin: nil)
        #expect(name.wire.count == 255)
    }

    @Test("letter case is no difference (RFC 4343)")
    func letterCase() {
        #expect(Name("WWW.Example.org") == Name("www.eXample.ORG"))
        #expect(Set([Name("A"), Name("a")]).count == 1)
        #expect(Name("[") != Name("{"))
    }

    @Test("the canonical order is that of RFC 4034 §6.1")
    func order() {
        let sorted = [
            "example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.",
            #"\001.z.example."#, "*.z.example.", #"\200.z.example."#,
        ].compactMap { Name($0) }
        #expect(sorted.reversed().sorted() == sorted && sorted.count == 9)
    }

    @Test("a name is within itself and what is above it")
    func within() throws {
        let (www, org) = (try #require(Name("www.example.org")), try #require(Name("EXAMPLE.org")))
        #expect(www.isWithin(org) && org.isWithin(org) && www.isWithin(.root) && !org.isWithin(www))
        #expect(try !#require(Name("wwwexample.org")).isWithin(org))
    }

    @Test("types and codes have names in both directions")
    func registries() {
        #expect(RecordType(name: "aaaa") == .aaaa && RecordType(name: "TYPE65280")?.rawValue == 65280)
        #expect(RecordType(rawValue: 65280).description == "TYPE65280" && RecordType(name: "TYPE1") == .a)
        #expect(
            RecordType(name: "TYPE65536") == nil && RecordType(name: "TYPE+1") == nil && RecordType(name: "") == nil)
        #expect(ResponseCode(name: "nxdomain") == .nameError && ResponseCode(name: "RCODE5000") == nil)
    }
}

@Suite("Record data")
struct RecordDataTests {
    @Test(
        "text and wire are two forms of the same data",
        arguments: [
            (RecordType.a, "192.0.2.1"), (.aaaa, "2001:db8::1"), (.ns, "ns.example.org."),
            (.mx, "10 mail.example.org."),
            (.txt, #""a b" "" "\"quoted\" \\ \255""#), (.soa, "a. b.c. 1 2 3 4 4294967295"), (.cname, "."),
            (RecordType(rawValue: 65280), ##"\# 3 0a00ff"##), (RecordType(rawValue: 65280), ##"\# 0"##),
        ])
    func forms(_ type: RecordType, _ text: String) throws {
        let text = type == .soa ? "a. b.c. 1 2 3 4 5" : text
        let data = try RecordData.parse(text, type: type)
        #expect(RecordData.describe(data, type: type) == text)
    }

    @Test("units, generic forms and relative names are understood")
    func sugar() throws {
        let origin = Name("example.org")
        #expect(
            try RecordData.describe(
                RecordData.parse("ns host 1 1h30m 1w2d 3s 1M", type: .soa, origin: origin), type: .soa)
                == "ns.example.org. host.example.org. 1 5400 777600 3 60")
        #expect(try RecordData.parse(##"\# 4 c0 00 02 01"##, type: .a) == [192, 0, 2, 1])
    }

    @Test(
        "what isn't data of the type is refused with its reason",
        arguments: [
            (RecordType.a, "192.0.2.256", "'192.0.2.256' where an IPv4 address should be"),
            (.a, "", "an IPv4 address is missing"), (.a, "192.0.2.1 x", "'x' after the end of the record"),
            (.aaaa, "192.0.2.1", "'192.0.2.1' where an IPv6 address should be"),
            (.mx, "mail.example.org.", "'mail.example.org.' where the preference, 0 to 65535, should be"),
            (.mx, "10", "the name of a mail server is missing"),
            (.soa, "a. b. 1 2 3 4 99999w", "'99999w' where minimum, seconds or like 1h30m, should be"),
            (.txt, "\"open", "a quoted string without its end on the same line"),
            (.a, ##"\# 3 010203"##, "the data isn't that of A"),
            (.a, ##"\# 4 0102"##, "'0102' where 4 bytes in hexadecimal should be"),
            (RecordType(rawValue: 65280), "x", "\\# length hex, the form for types unknown here, is missing"),
        ])
    func refused(_ type: RecordType, _ text: String, _ reason: String) {
        do {
            let data = try RecordData.parse(text, type: type)
            Issue.record("\(data)")
        } catch { #expect(error.description == reason) }
    }
}
