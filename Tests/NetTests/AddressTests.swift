import Net
import Testing

@Suite("Addresses and prefixes")
struct AddressTests {
    @Test(
        "an address is read and written in its canonical form",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1::", "1::"), ("fe80::192.0.2.1", "fe80::c000:201"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("0:0:1::", "0:0:1::"),
        ])
    func canonical(text: String, expected: String) throws {
        let address = try #require(Address(text))
        #expect(address.description == expected)
        #expect(Address(expected) == address)
        #expect(Address(bytes: address.bytes) == address)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.+4", "1.2.3.4 ", ":", ":::", "1:2",
            "1::2::3",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::g", "::1%eth0", "::1.2.3", "1:", ":1", "+1::",
        ])
    func refused(text: String) { #expect(Address(text) == nil) }

    @Test("a prefix holds what begins with its bits")
    func contains() throws {
        let prefix = try #require(Prefix("203.0.113.0/24"))
        #expect(prefix.contains(try #require(Address("203.0.113.53"))))
        #expect(!prefix.contains(try #require(Address("203.0.114.53"))))
        #expect(!prefix.contains(try #require(Address("::"))))
        #expect(prefix.overlaps(try #require(Prefix("203.0.0.0/16"))))
        #expect(try #require(Prefix("::/0")).contains(try #require(Address("2001:db8::"))))
    }

    @Test(
        "a prefix with host bits, or a length that doesn't fit, is refused",
        arguments: [
            "203.0.113.1/24", "203.0.113.0/33", "::/129", "203.0.113.0", "203.0.113.0/", "203.0.113.0/+24", "/24",
        ])
    func refusedPrefix(text: String) { #expect(Prefix(text) == nil) }

    @Test("communities and ASNs are read as operators write them")
    func tags() throws {
        #expect(ASN("AS65000") == ASN(65000) && ASN("65000") == ASN(65000))
        #expect(ASN("") == nil && ASN("AS") == nil && ASN("4294967296") == nil && ASN("-1") == nil)
        #expect(Community("65000:100")?.description == "65000:100")
        #expect(Community("no-export") == .noExport && Community.noExport.description == "no-export")
        #expect(Community("65536:1") == nil && Community("1:2:3") == nil && Community("1:") == nil)
        #expect(LargeCommunity("4200000000:1:2")?.description == "4200000000:1:2")
    }
}
