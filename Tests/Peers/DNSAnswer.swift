/// What is in an answer, read by code that Landfall's has no part in: for comparing servers. Names are without letter case
/// and compression, and records stand in an order of their own.
public struct DNSAnswer: Sendable, Hashable {
    public var id: UInt16
    /// Flags, opcode and the low bits of the response code, as in the header, without RA: whether a server recurses says
    /// nothing about its zones.
    public var word: UInt16
    /// Name, type and class.
    public var question: [UInt8]
    public var answer: [[UInt8]]
    public var authority: [[UInt8]]
    /// Without OPT.
    public var additional: [[UInt8]]
    /// DO as it came back; nil without OPT.
    public var dnssec: Bool?

    public var rcode: UInt16 { word & 15 }
    public var isAuthoritative: Bool { word & 0x0400 != 0 }
    public var isTruncated: Bool { word & 0x0200 != 0 }

    public init(_ bytes: [UInt8]) throws(PeerError) {
        var reader = Reader(bytes)
        guard bytes.count >= 12 else { throw PeerError("an answer of \(bytes.count) bytes") }
        (id, word) = (reader.word(), reader.word() & ~0x0080)
        let counts = (0..<4).map { _ in Int(reader.word()) }
        question = []
        for _ in 0..<counts[0] {
            reader.name(into: &question)
            reader.copy(4, into: &question)
        }
        (answer, authority, additional) = ([], [], [])
        for _ in 0..<counts[1] { answer.append(reader.record()) }
        for _ in 0..<counts[2] { authority.append(reader.record()) }
        for _ in 0..<counts[3] { additional.append(reader.record()) }
        guard !reader.isBroken, reader.at == bytes.count else {
            throw PeerError("an answer that can't be read: \(bytes)")
        }
        if let place = additional.firstIndex(where: { $0.starts(with: [0, 0, 41]) }) {
            dnssec = additional.remove(at: place)[7] & 0x80 != 0
        }
        answer.sort { $0.precedes($1) }
        authority.sort { $0.precedes($1) }
        additional.sort { $0.precedes($1) }
    }
}

extension [UInt8] {
    fileprivate func precedes(_ other: Self) -> Bool {
        let shared = Swift.min(count, other.count)
        for place in 0..<shared where self[place] != other[place] { return self[place] < other[place] }
        return count < other.count
    }
}

/// Never beyond the end: what is broken reads as zeros.
private struct Reader {
    let bytes: [UInt8]
    var at = 0
    var isBroken = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func word() -> UInt16 {
        guard at + 2 <= bytes.count else {
            isBroken = true
            return 0
        }
        at += 2
        return UInt16(bytes[at - 2]) << 8 | UInt16(bytes[at - 1])
    }

    mutating func copy(_ count: Int, into output: inout [UInt8]) {
        guard count >= 0, at + count <= bytes.count else {
            isBroken = true
            return
        }
        output += bytes[at..<at + count]
        at += count
    }

    /// Uncompressed, lower case.
    mutating func name(into output: inout [UInt8]) {
        var place = at
        var end: Int?
        var jumps = 0
        while place < bytes.count {
            let length = Int(bytes[place])
            if length >= 0xc0, place + 1 < bytes.count, jumps < 128 {
                end = end ?? place + 2
                place = (length & 0x3f) << 8 | Int(bytes[place + 1])
                jumps += 1
                continue
            }
            guard length < 64, place + length < bytes.count else { break }
            for byte in bytes[place...place + length] { output.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
            place += 1 + length
            if length == 0 {
                at = end ?? place
                return
            }
        }
        isBroken = true
    }

    /// Owner, type, class, TTL, data.
    mutating func record() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(160)
        name(into: &output)
        let type = word()
        output += [UInt8(type >> 8), UInt8(type & 255)]
        copy(6, into: &output)
        let length = Int(word())
        let end = at + length
        guard !isBroken, end <= bytes.count else {
            isBroken = true
            return output
        }
        let (before, names) = Self.names(in: type)
        if names > 0, length > before {
            copy(before, into: &output)
            for _ in 0..<names where !isBroken { name(into: &output) }
        }
        copy(end - at, into: &output)
        return output
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
}

extension DNSAnswer: CustomStringConvertible {
    /// For a person who looks at a difference: names and types as text, data in hex.
    public var description: String {
        let flags = [(0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0020, "ad"), (0x0010, "cd")]
            .filter { word & $0.0 != 0 }.map(\.1)
        let edns = dnssec.map { $0 ? "edns do" : "edns" } ?? "no edns"
        let head = "rcode \(rcode) \(flags.joined(separator: " ")) \(edns)"
        let sections = [("answer", answer), ("authority", authority), ("additional", additional)]
        return head
            + sections.map { name, records in records.map { "\n    \(name) \(Self.text($0))" }.joined() }.joined()
    }

    static func text(_ record: [UInt8]) -> String {
        var at = 0
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
