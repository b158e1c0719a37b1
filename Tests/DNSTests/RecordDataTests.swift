import Peers
import Testing

@testable import DNS

@Suite("Record data of every type")
struct EveryTypeTests {
    /// `type | text | bytes | the text of those bytes, where it is another`.
    struct Vector: Sendable, CustomStringConvertible {
        var line: String
        var type: String
        var text: String
        var bytes: [UInt8]
        var shown: String

        init?(_ line: Substring) {
            let columns = line.split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
            guard !line.hasPrefix("#"), columns.count >= 3 else { return nil }
            (self.line, type, text) = (String(line), columns[0], columns[1])
            bytes = stride(from: 0, to: columns[2].utf8.count - 1, by: 2).compactMap { start in
                UInt8(columns[2].dropFirst(start).prefix(2), radix: 16)
            }
            shown = columns.count > 3 ? columns[3] : columns[1]
        }

        var description: String { "\(type) \(text)" }

        static let all = Vectors.text("record-data.txt").split(separator: "\n").compactMap(Self.init)
    }

    @Test("text is the bytes that others make of it, and comes back", arguments: Vector.all)
    func forms(_ vector: Vector) throws {
        let type = try #require(RecordType(name: vector.type))
        let data = try RecordData.parse(vector.text, type: type)
        #expect(data == vector.bytes, "\(vector.line)")
        let shown = RecordData.describe(data, type: type)
        #expect(shown == vector.shown, "\(vector.line)")
        #expect(try RecordData.parse(shown, type: type) == data, "\(vector.line)")
        let generic = "\\# \(data.count) " + Encoded.hex(data)
        #expect(try RecordData.parse(generic, type: type) == data)
    }

    @Test("every type of the registry has a vector")
    func complete() {
        let missing = Set(RecordFormat.all.map(\.name)).subtracting(Vector.all.map(\.type))
        #expect(missing.sorted() == [])
    }

    @Test("data that ends anywhere earlier is other data or none, and is never shown as something that can't be read")
    func truncations() throws {
        for vector in Vector.all {
            let type = try #require(RecordType(name: vector.type))
            for count in vector.bytes.indices {
                let data = [UInt8](vector.bytes[..<count])
                let shown = RecordData.describe(data, type: type)
                guard RecordData.isValid(data, type: type) else {
                    #expect(shown.hasPrefix("\\# \(count)"), "\(vector.line)")
                    continue
                }
                do { #expect(try RecordData.parse(shown, type: type) == data, "\(vector.line)") } catch {
                    // What is readable, and refused in a zone: a digest that was cut off, a parameter that is missing.
                    let isRule = ["; those of type", "; it has at least 12", "is mandatory, and"].contains {
                        "\(error)".contains($0)
                    }
                    #expect(isRule, "\(vector.line): \(error)")
                }
            }
        }
    }

    @Test("bytes at random are never shown as text that says something else", arguments: [1, 2] as [UInt64])
    func random(_ seed: UInt64) throws {
        var generator = Seeded(state: seed)
        for vector in Vector.all where !vector.bytes.isEmpty {
            let type = try #require(RecordType(name: vector.type))
            for _ in 0..<50 {
                var data = vector.bytes
                data[Int(generator.next() % UInt64(data.count))] = UInt8(truncatingIfNeeded: generator.next())
                guard RecordData.isValid(data, type: type),
                    let again = try? RecordData.parse(RecordData.describe(data, type: type), type: type)
                else { continue }
                #expect(Self.isSame(again, data, type), "seed \(seed): \(vector.line): \(data)")
            }
        }
    }

    /// Digits after the first of a size and the order of bits are lost in some types' text.
    private static func isSame(_ a: [UInt8], _ b: [UInt8], _ type: RecordType) -> Bool {
        a == b || RecordData.describe(a, type: type) == RecordData.describe(b, type: type)
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 17
        }
    }

    @Test(
        "what isn't data of the type is refused with its reason",
        arguments: Vectors.text("record-refusals.txt").split(separator: "\n").map(String.init))
    func refused(_ line: String) throws {
        let columns = line.split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
        try #require(columns.count == 3)
        let type = try #require(RecordType(name: columns[0]))
        do {
            let data = try RecordData.parse(columns[1], type: type)
            Issue.record("\(line): \(data)")
        } catch { #expect(error.description == columns[2], "\(line)") }
    }

    @Test("names of the canonical form are in lower case, and what isn't a name stays (RFC 4034 §6.2, RFC 6840 §5.1)")
    func canonical() throws {
        func folded(_ text: String, _ type: String) throws -> String {
            let type = try #require(RecordType(name: type))
            var data = try RecordData.parse(text, type: type)
            CanonicalData.fold(&data, from: 0, type)
            return RecordData.describe(data, type: type)
        }
        #expect(try folded("65 MAIL.Example.", "MX") == "65 mail.example.")
        #expect(try folded("A. B. 1094795585 2 3 4 5", "SOA") == "a. b. 1094795585 2 3 4 5")
        #expect(try folded(#"1 2 "U" "E2U" "!X!" SIP.Example."#, "NAPTR") == #"1 2 "U" "E2U" "!X!" sip.example."#)
        #expect(try folded("1 2 3 SIP.Example.", "SRV") == "1 2 3 sip.example.")
        #expect(
            try folded("A 8 2 3600 20261222000000 20261122000000 12345 EXAMPLE.org. QUJD", "RRSIG")
                == "A 8 2 3600 20261222000000 20261122000000 12345 example.org. QUJD")
        #expect(try folded("NEXT.Example. A", "NSEC") == "NEXT.Example. A")
        #expect(try folded("1 SVC.Example.", "SVCB") == "1 SVC.Example.")
        #expect(try folded(#""ABC""#, "TXT") == #""ABC""#)
    }
}
