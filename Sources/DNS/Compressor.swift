/// Writes names into a message and points back at what is already there (RFC 1035 §4.1.4).
///
/// It remembers where names begin, not the names: they are compared with the bytes of the message. With case, although
/// names are equal without: so each comes out in the letters of its zone file.
struct Compressor: Sendable {
    /// Where names and their tails begin, from the start of the message.
    private var offsets: [UInt16] = []
    /// The message's place in the buffer.
    private(set) var base = 0

    /// Bounds the time that a long message takes; names beyond are written out.
    private static let limit = 96

    init() { offsets.reserveCapacity(Self.limit) }

    /// A new message begins at the end of `buffer`.
    mutating func begin(_ buffer: [UInt8]) {
        offsets.removeAll(keepingCapacity: true)
        base = buffer.count
    }

    /// Makes the labels of an uncompressed name at `offset` of the message known.
    mutating func learn(_ offset: Int, in buffer: [UInt8]) {
        var at = offset
        while base + at < buffer.count, buffer[base + at] != 0 {
            remember(at)
            at += 1 + Int(buffer[base + at])
        }
    }

    private mutating func remember(_ offset: Int) {
        guard offset < 0x4000, offsets.count < Self.limit else { return }
        offsets.append(UInt16(offset))
    }

    /// `name` begins at `start` of `source` and isn't compressed. Returns where it ends there.
    @discardableResult
    mutating func write(_ source: Span<UInt8>, at start: Int, into buffer: inout [UInt8]) -> Int {
        var at = start
        let earlier = offsets.count  // this name's own labels have no end yet to compare with
        while source[at] != 0 {
            if let known = find(source, at, buffer, among: earlier) {
                buffer.append(0xc0 | UInt8(truncatingIfNeeded: known >> 8))
                buffer.append(UInt8(truncatingIfNeeded: known))
                return end(of: source, at)
            }
            remember(buffer.count - base)
            let next = at + 1 + Int(source[at])
            while at < next {
                buffer.append(source[at])
                at += 1
            }
        }
        buffer.append(0)
        return at + 1
    }

    private func end(of source: Span<UInt8>, _ start: Int) -> Int {
        var at = start
        while source[at] != 0 { at += 1 + Int(source[at]) }
        return at + 1
    }

    private func find(_ source: Span<UInt8>, _ start: Int, _ buffer: [UInt8], among count: Int) -> UInt16? {
        for index in 0..<count where isSame(source, start, buffer, base + Int(offsets[index])) { return offsets[index] }
        return nil
    }

    /// Compares with a name that was written before, whose pointers lead backwards.
    private func isSame(_ source: Span<UInt8>, _ start: Int, _ buffer: [UInt8], _ offset: Int) -> Bool {
        var (at, there) = (start, offset)
        while true {
            while buffer[there] >= 0xc0 { there = base + (Int(buffer[there] & 0x3f) << 8 | Int(buffer[there + 1])) }
            guard buffer[there] == source[at] else { return false }
            let length = Int(source[at])
            if length == 0 { return true }
            for index in 1...length where buffer[there + index] != source[at + index] { return false }
            at += 1 + length
            there += 1 + length
        }
    }
}
