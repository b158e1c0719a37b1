import Digest
import Files
import Glibc
import Testing

@testable import DNS

@Suite("What a zone's content is known by")
struct ZoneDigestTests {
    private func zone(_ text: String) throws -> Zone { try Zone.parse([UInt8](text.utf8), path: "a.zone") }

    @Test(
        "a digest that others made is found right, with SHA-384 and with SHA-512",
        arguments: Vectors.list("digests").filter { $0.hasSuffix(".zone") })
    func verified(_ file: String) throws {
        let zone = try Zone.parse(Vectors.bytes(file), path: file)
        #expect(zone.digestComplaint() == nil)
        #expect(zone.zoneDigest(.sha512).count == 64)
    }

    @Test("one of two digests is enough, and the other kind is seen to be wrong when it stands alone")
    func either() throws {
        let text = Vectors.text("digests/many-types.zone")
        let lines = text.split(separator: "\n").map(String.init)
        func without(_ kind: String, damaging other: String) -> String {
            let left = lines.filter { !$0.hasPrefix("@ ZONEMD 2018031900 1 \(kind)") }
            let damaged = left.map { line in
                line.hasPrefix("@ ZONEMD 2018031900 1 \(other)") ? String(line.dropLast(2)) + "00" : line
            }
            return damaged.joined(separator: "\n") + "\n"
        }
        #expect(throws: Never.self) { try zone(without("1", damaging: "-")) }
        #expect(throws: Never.self) { try zone(without("2", damaging: "-")) }
        #expect(throws: ZoneError.self) { try zone(without("1", damaging: "2")) }
        #expect(throws: ZoneError.self) { try zone(without("2", damaging: "1")) }
        #expect(throws: Never.self) { try zone(without("-", damaging: "1")) }
    }

    @Test("a record more, less or changed is refused at the ZONEMD, whatever the type", arguments: [0, 1, 2])
    func damaged(_ how: Int) throws {
        let lines = Vectors.text("digests/rfc8976-a1.zone").split(separator: "\n").map(String.init)
        let text = [
            lines + ["x 1 TXT more"], lines.filter { !$0.hasPrefix("ns2") } + ["ns2 3600 AAAA 2001:db8::64"],
            lines.map { $0.replacing("86400  IN  NS      ns1", with: "86400  IN  NS      ns3.test.") },
        ][how].joined(separator: "\n")
        let error = #expect(throws: ZoneError.self) { try zone(text + "\n") }
        #expect(
            error?.description
                == "a.zone:7:15: the ZONEMD isn't the digest of this zone: a record was changed, added or lost (RFC 8976 §4)"
        )
    }

    @Test("a digest of another version is said to be one, and two of one kind don't count")
    func serial() throws {
        let text = Vectors.text("digests/rfc8976-a1.zone")
        let newer = text.replacing("admin 2018031900", with: "admin 2018031901")
        let other = #expect(throws: ZoneError.self) { try zone(newer) }
        #expect(
            other?.description
                == "a.zone:7:15: the ZONEMD is for serial 2018031900, the SOA has 2018031901: the zone was changed without it"
        )
        let two = text + "@ 86400 ZONEMD 2018031900 1 1 \(String(repeating: "00", count: 48))\n"
        let contradicting = #expect(throws: ZoneError.self) { try zone(two) }
        #expect(contradicting?.description.contains("neither counts") == true)
    }

    @Test("a digest of a kind that nobody knows is nothing to refuse a zone for")
    func unknown() throws {
        let text = Vectors.text("digests/rfc8976-a1.zone").replacing("ZONEMD  2018031900 1 1", with: "ZONEMD 1 1 240")
        #expect(throws: Never.self) { try zone(text) }
    }

    @Test("how a file is written makes no difference to its hash; what it says does")
    func content() throws {
        let plain = """
            $ORIGIN a.
            $TTL 60
            @ SOA n h 1 2 3 4 5
            @ NS n
            n A 192.0.2.1
            n A 192.0.2.2
            t TXT "a" "b"

            """
        let other = """
            t.A. 1m IN TXT a ( b ) ; the same
            N.a. 60 IN A 192.0.2.2
            n.a. 60 IN A \\# 4 c0000201
            a. 60 NS N.a.
            a. 60 SOA n.A. h.a. 1 2 3 4 5

            """
        #expect(try zone(plain).contentHash == zone(other).contentHash)
        #expect(try zone(plain).contentHash.count == 32)
        for (old, new) in [("192.0.2.2", "192.0.2.3"), ("$TTL 60", "$TTL 61"), ("\"a\"", "\"A\""), ("h 1 ", "h 2 ")] {
            #expect(try zone(plain).contentHash != zone(plain.replacing(old, with: new)).contentHash)
        }
    }

    @Test(
        "the digest of the root zone of September 2020 is what dnspython makes of it",
        .enabled(if: Root.exists, "no dns/root.zone.gz in LANDFALL_DATA"))
    func root() throws {
        let text = try File.readDecompressed(Root.path, limit: 1 << 26)
        let zone = try Zone.parse(text, path: "root.zone")
        #expect(
            Encoded.hex(zone.zoneDigest(.sha384)).lowercased()
                == "894b33cc85fe7d580165e7728c1e663fb2919f3466124dda432d3fb7026970bbba2ba10858868dbb3b182980d4e808b4")
        let signatures = try #require(zone.signatures)
        #expect(signatures.count > 1000 && signatures.begins < signatures.expires)
    }

    private enum Root {
        static let path =
            (unsafe getenv("LANDFALL_DATA").map { unsafe String(cString: $0) } ?? "../shared/data")
            + "/dns/root.zone.gz"
        static var exists: Bool { unsafe access(path, R_OK) == 0 }
    }

    @Test("the first signature to end is found, and what it covers")
    func signatures() throws {
        let head = "$ORIGIN a.\n$TTL 60\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n"
        func signature(_ owner: String, _ type: String, _ ends: String, _ begins: String) -> String {
            "\(owner) RRSIG \(type) 13 1 60 \(ends) \(begins) 1 a. AAAA\n"
        }
        #expect(try zone(head).signatures == nil)
        let signed =
            head + "@ NSEC n NS SOA\n" + signature("@", "SOA", "20261222000000", "20261122000000")
            + signature("n", "A", "20261201000000", "20261123000000")
        let found = try #require(zone(signed).signatures)
        #expect(found.count == 2 && found.first == "n.a. A")
        #expect(describe(moment: found.expires) == "20261201000000")
        #expect(describe(moment: found.begins) == "20261123000000")
    }

    @Test("SHA-256, 384 and 512 in pieces are those of the whole")
    func hashing() {
        for (algorithm, count) in [(Hashing.Algorithm.sha256, 32), (.sha384, 48), (.sha512, 64)] {
            var whole = Hashing(algorithm)
            var pieces = Hashing(algorithm)
            let bytes = [UInt8](0...255)
            whole.update(bytes.span)
            for byte in bytes { pieces.update([byte].span) }
            let digest = whole.finish()
            #expect(digest == pieces.finish() && digest.count == count)
        }
        var empty = Hashing(.sha256)
        empty.update([UInt8]("abc".utf8).span)
        #expect(empty.finish() == SHA256(of: [UInt8]("abc".utf8)).bytes)
    }
}
