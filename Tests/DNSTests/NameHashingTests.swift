import Net
import Testing

@testable import DNS

@Suite("Hashes and the order of names")
struct NameHashingTests {
    private func hex(_ digest: SHA1.Digest) -> String {
        (0..<20).map { (digest[$0] < 16 ? "0" : "") + String(digest[$0], radix: 16) }.joined()
    }

    @Test(
        "SHA-1 of FIPS 180-4's examples",
        arguments: [
            ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ])
    func digest(_ text: String, _ times: Int, _ expected: String) {
        var sum = SHA1()
        let bytes = [UInt8](text.utf8)
        for _ in 0..<times { sum.update(bytes.span) }
        #expect(hex(sum.finish()) == expected)
    }

    /// RFC 5155, appendix A.
    @Test(
        "names are hashed as in RFC 5155",
        arguments: [
            ("example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"), ("a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
            ("ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"), ("ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"),
            ("x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"),
        ])
    func names(_ text: String, _ expected: String) throws {
        let hashing = try #require(NameHashing([1, 1, 0, 12, 4, 0xaa, 0xbb, 0xcc, 0xdd]))
        let name = try #require(Name(text)).folded
        let hash = hashing.hash(name.wire.span)
        #expect(decodeHash([UInt8](expected.utf8)[...]) == (0..<20).map { hash[$0] })
        #expect(decodeHash([UInt8](expected.uppercased().utf8)[...]) == (0..<20).map { hash[$0] })
    }

    @Test(
        "what isn't a hash isn't taken for one",
        arguments: ["", "0p9mhaveqvm6t7vbl5lop2u3t2rp3to", "w" + String(repeating: "0", count: 31)])
    func noHash(_ text: String) { #expect(decodeHash([UInt8](text.utf8)[...]) == nil) }

    @Test("parameters that are cut short, or of another algorithm, are none")
    func parameters() {
        let whole: [UInt8] = [1, 0, 0, 0, 2, 0xaa, 0xbb]
        for length in 0..<whole.count { #expect(NameHashing(whole[..<length]) == nil) }
        #expect(NameHashing(whole[...]) != nil)
        #expect(NameHashing([2, 0, 0, 0, 0]) == nil)
    }

    /// RFC 4034 §6.1, and what its sort keys can't tell apart.
    private static let ordered = [
        "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example", #"\001.z.example"#,
        #"*.z.example"#, #"\200.z.example"#, "zz.example", "zzzzzzzzzzzzzzzzzzzzzzzz.example",
        "zzzzzzzzzzzzzzzzzzzzzzzzz.example", #"zzzzzzzzzzzzzzzzzzzzzzzzz\000.example"#,
    ]

    @Test("the canonical order is that of RFC 4034, by the names and by their keys")
    func order() throws {
        let names = try Self.ordered.map { try #require(Name($0)).wire.dropLast() }.map { [UInt8]($0) }
        for (left, one) in names.enumerated() {
            for (right, other) in names.enumerated() {
                #expect(NameOrder.precedes(one.span, other.span) == (left < right), "\(left) \(right)")
                if left < right { #expect(!(NameOrder.Key(other.span) < NameOrder.Key(one.span))) }
            }
        }
    }

    @Test("random names are in the order of their labels", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func name() throws -> Name {
            let labels = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    [0, 1, 2, 0x2a, 0x41, 0x61, 0x7a, 0xff].randomElement(using: &random) ?? UInt8(0)
                }
            }
            return try Name(labels: labels)
        }
        for _ in 0..<2000 {
            let (a, b) = (try name(), try name())
            let (left, right) = ([UInt8](a.wire.dropLast()), [UInt8](b.wire.dropLast()))
            #expect(NameOrder.precedes(left.span, right.span) == (a < b), "\(a) \(b), seed \(seed)")
            if a < b { #expect(!(NameOrder.Key(right.span) < NameOrder.Key(left.span)), "\(a) \(b), seed \(seed)") }
        }
    }

    @Test("eight bytes are folded as each of them is")
    func folding() {
        for byte in UInt8.min...UInt8.max {
            let word = UInt64(byte) * 0x0101_0101_0101_0101
            #expect(fold(word) == UInt64(fold(byte)) * 0x0101_0101_0101_0101)
        }
    }

    @Test("a name is read up to its end only, and not when it is cut short")
    func lookupName() throws {
        let wire = try #require(Name("wWw.Example.org")).wire
        var name = LookupName()
        for length in 0..<wire.count { #expect(name.read([UInt8](wire[..<length]).span, at: 0) == nil) }
        let message = [1, 2, 3] + wire + [9, 9]
        #expect(name.read(message.span, at: 3) == 3 + wire.count)
        #expect(name.labelCount == 3 && name.length == wire.count)
        let tail = name.hashes[1]
        let other = try #require(Name("eXAMPLE.ORG")).wire
        #expect(name.read(other.span, at: 0) == other.count && name.hashes[0] == tail)
        #expect(name.read(message.span, at: message.count) == nil)
        #expect(name.read([0xc0, 0, 0].span, at: 0) == nil)
    }

    @Test("the longest name and the one with the most labels can be looked up; longer ones can't")
    func longest() {
        var name = LookupName()
        let many = [UInt8]((0..<127).flatMap { _ in [1, 0x61] as [UInt8] } + [0])
        #expect(name.read(many.span, at: 0) == 255 && name.labelCount == 127)
        #expect(name.read(([1, 0x61] + many).span, at: 0) == nil)
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let long = label + label + label + [61] + [UInt8](repeating: 0x61, count: 61) + [0]
        #expect(name.read(long.span, at: 0) == 255)
        #expect(
            name.read((label + label + label + [62] + [UInt8](repeating: 0x61, count: 62) + [0]).span, at: 0) == nil)
    }
}
