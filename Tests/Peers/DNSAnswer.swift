import Glibc

/// What is in an answer, read by code that Landfall's has no part in: for comparing servers. Names are without letter case
/// and compression, and records stand in an order of their own.
public struct DNSAnswer: Sendable {
    public let id: UInt16
    /// Flags, opcode and the low bits of the response code, as in the header, without RA: whether a server recurses says
    /// nothing about its zones.
    public let word: UInt16
    /// DO as it came back; nil without OPT.
    public let dnssec: Bool?
    /// The question, and the records of each section, OPT not among them.
    fileprivate private(set) var content: [UInt8]
    /// Where each record begins and ends in it.
    fileprivate private(set) var sections: [[Range<Int>]]

    public var rcode: UInt16 { word & 15 }
    public var isAuthoritative: Bool { word & 0x0400 != 0 }
    public var isTruncated: Bool { word & 0x0200 != 0 }

    public init(_ bytes: [UInt8]) throws(PeerError) {
        let scratch = Scratch(bytes)
        (id, word) = (scratch.word(), scratch.word() & ~0x0080)
        let counts = [Int(scratch.word()), Int(scratch.word()), Int(scratch.word()), Int(scratch.word())]
        for _ in 0..<counts[0] {
            scratch.name()
            scratch.copy(4)
        }
        let start = scratch.count
        var sections = [scratch.records(counts[1]), scratch.records(counts[2]), scratch.records(counts[3])]
        guard !scratch.isBroken, scratch.isAtEnd else { throw PeerError("an answer that can't be read: \(bytes)") }
        let place = sections[2].firstIndex { scratch.type(of: $0) == 41 }
        dnssec = place.map { scratch.output[sections[2].remove(at: $0).lowerBound + 7] & 0x80 != 0 }
        (content, self.sections) = scratch.sorted(from: start, sections)
    }
}

extension DNSAnswer {
    /// Without what a server may add to what was asked, as addresses to an SRV record.
    public var bare: Self {
        guard !sections[0].isEmpty, let end = sections[2].first?.lowerBound else { return self }
        var bare = self
        bare.content.removeSubrange(end...)
        bare.sections[2] = []
        return bare
    }
}

extension DNSAnswer: Equatable {
    /// All but the ID.
    public static func == (one: Self, other: Self) -> Bool {
        guard one.word == other.word, one.dnssec == other.dnssec, one.content.count == other.content.count,
            one.sections.map(\.count) == other.sections.map(\.count)
        else { return false }
        return memcmp(one.content, other.content, one.content.count) == 0
    }
}

/// Reads a message and writes it out in plain form. Tests aren't optimized, and some read 100,000 messages: hence pointers.
///
/// SAFETY: `input` lives as long as this does. Every read is checked against its end, every write against `room`.
private final class Scratch {
    private let input: UnsafeMutablePointer<UInt8>
    private let end: Int
    private var at = 0
    let output: UnsafeMutablePointer<UInt8>
    private static let room = 100_000
    var count = 0
    var isBroken = false

    var isAtEnd: Bool { at == end }

    init(_ bytes: [UInt8]) {
        end = bytes.count
        input = .allocate(capacity: max(end, 1))
        input.initialize(from: bytes, count: end)
        output = .allocate(capacity: Self.room)
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    func word() -> UInt16 {
        guard at + 2 <= end else {
            isBroken = true
            return 0
        }
        at += 2
        return UInt16(input[at - 2]) << 8 | UInt16(input[at - 1])
    }

    func copy(_ length: Int) {
        guard length >= 0, at + length <= end, count + length <= Self.room else {
            isBroken = true
            return
        }
        memcpy(output + count, input + at, length)
        at += length
        count += length
    }

    /// Uncompressed, lower case.
    func name() {
        var place = at
        var behind: Int?
        var jumps = 0
        while place < end, count + 64 <= Self.room {
            let length = Int(input[place])
            if length >= 0xc0, place + 1 < end, jumps < 128 {
                behind = behind ?? place + 2
                place = (length & 0x3f) << 8 | Int(input[place + 1])
                jumps += 1
                continue
            }
            guard length < 64, place + length < end else { break }
            var byte = place
            while byte <= place + length {
                let letter = input[byte]
                output[count] = letter &- 0x41 < 26 ? letter | 0x20 : letter
                count += 1
                byte += 1
            }
            place += 1 + length
            if length == 0 {
                at = behind ?? place
                return
            }
        }
        isBroken = true
    }

    func records(_ number: Int) -> [Range<Int>] {
        var records: [Range<Int>] = []
        for _ in 0..<number where !isBroken {
            let start = count
            record()
            records.append(start..<count)
        }
        return records
    }

    /// Owner, type, class, TTL, data.
    private func record() {
        name()
        let type = word()
        at -= 2
        copy(8)
        let length = Int(word())
        let next = at + length
        guard !isBroken, next <= end else {
            isBroken = true
            return
        }
        let (before, names) = Self.names(in: type)
        if names > 0, length > before {
            copy(before)
            for _ in 0..<names where !isBroken { name() }
        }
        copy(next - at)
    }

    /// Where names stand in a type's data: behind how many bytes, and how many of them (RFC 4034 §6.2, 6840 §5.1).
    private static func names(in type: UInt16) -> (before: Int, count: Int) {
        switch type {
        case 2, 5, 12, 39, 47: (0, 1)  // NS, CNAME, PTR, DNAME, NSEC
        case 6, 17: (0, 2)  // SOA, RP
        case 15, 18, 36: (2, 1)  // MX, AFSDB, KX
        case 33: (6, 1)  // SRV
        case 46: (18, 1)  // RRSIG
        default: (0, 0)
        }
    }

    func type(of record: Range<Int>) -> UInt16 {
        var at = record.lowerBound
        while output[at] != 0 { at += 1 + Int(output[at]) }
        return UInt16(output[at + 1]) << 8 | UInt16(output[at + 2])
    }

    /// What stands before `start`, and the records in order. One that comes twice counts once (RFC 2181 §5).
    func sorted(from start: Int, _ sections: [[Range<Int>]]) -> (content: [UInt8], sections: [[Range<Int>]]) {
        let ordered = sections.map { section in
            section.sorted(by: precedes).reduce(into: [Range<Int>]()) { kept, record in
                if kept.last.map({ precedes($0, record) }) ?? true { kept.append(record) }
            }
        }
        var places: [[Range<Int>]] = []
        let content = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            memcpy(base, output, start)
            filled = start
            for section in ordered {
                var ranges: [Range<Int>] = []
                for record in section {
                    memcpy(base + filled, output + record.lowerBound, record.count)
                    ranges.append(filled..<filled + record.count)
                    filled += record.count
                }
                places.append(ranges)
            }
        }
        return (content, places)
    }

    private func precedes(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        let order = memcmp(output + one.lowerBound, output + other.lowerBound, min(one.count, other.count))
        return order == 0 ? one.count < other.count : order < 0
    }
}

extension DNSAnswer: CustomStringConvertible {
    /// For a person who looks at a difference: names and types as text, data with what isn't ASCII in hex.
    public var description: String {
        let flags = [(0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0020, "ad"), (0x0010, "cd")]
            .filter { word & $0.0 != 0 }.map(\.1)
        let edns = dnssec.map { $0 ? "edns do" : "edns" } ?? "no edns"
        let lines = zip(["answer", "authority", "additional"], sections).flatMap { name, records in
            records.map { "\n    \(name) \(Self.text(content[$0]))" }
        }
        return "rcode \(rcode) \(flags.joined(separator: " ")) \(edns)" + lines.joined()
    }

    private static func text(_ record: ArraySlice<UInt8>) -> String {
        var at = record.startIndex
        var labels: [String] = []
        while record[at] != 0 {
            let end = at + 1 + Int(record[at])
            labels.append(String(decoding: record[at + 1..<end], as: UTF8.self))
            at = end
        }
        let type = UInt16(record[at + 1]) << 8 | UInt16(record[at + 2])
        let ttl = record[at + 5..<at + 9].reduce(0) { $0 << 8 | Int($1) }
        let data = record[(at + 9)...]
        let shown = data.map { (0x21...0x7e).contains($0) ? String(UnicodeScalar($0)) : "\\" + String($0, radix: 16) }
        return "\(DNSQuestion(labels.joined(separator: ".") + ".", type)) \(ttl) \(shown.joined())"
    }
}
