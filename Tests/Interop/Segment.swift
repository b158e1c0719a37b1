import BGP
import Glibc
import Net

/// A TCP segment in an IP packet (RFC 9293 §3.1, RFC 791 §3.1, RFC 8200 §3); nil for anything else.
struct Segment {
    var direction: Wire.Direction
    var sequence: UInt32
    var flags: UInt8
    var payload: [UInt8]

    static let syn: UInt8 = 0x02
    static let ack: UInt8 = 0x10

    init?(_ packet: borrowing Span<UInt8>) {
        var rest = copy packet
        do {
            let first = try rest.u8()
            let (from, to, length) = first >> 4 == 4 ? try Self.ipv4(first, &rest) : try Self.ipv6(&rest)
            var body = rest.extracting(first: min(length, rest.count))
            let ports = (try body.u16(), try body.u16())
            direction = Wire.Direction(from: Endpoint(from, port: ports.0), to: Endpoint(to, port: ports.1))
            sequence = try body.u32()
            try body.skip(4)
            let words = try body.u8() >> 4
            flags = try body.u8()
            try body.skip(Int(words) * 4 - 14)
            payload = body.array
        } catch { return nil }
    }

    private static func ipv4(
        _ first: UInt8, _ rest: inout Span<UInt8>
    ) throws(WireError) -> (Address, Address, Int) {
        try rest.skip(1)
        let header = Int(first & 15) * 4
        let length = Int(try rest.u16()) - header
        try rest.skip(5)
        try isTCP(try rest.u8())
        try rest.skip(2)
        let (from, to) = (Address(v4: try rest.u32()), Address(v4: try rest.u32()))
        try rest.skip(header - 20)
        return (from, to, length)
    }

    private static func ipv6(_ rest: inout Span<UInt8>) throws(WireError) -> (Address, Address, Int) {
        try rest.skip(3)
        let length = Int(try rest.u16())
        try isTCP(try rest.u8())
        try rest.skip(1)
        let (from, to) = (Address(bytes: try rest.bytes(16)), Address(bytes: try rest.bytes(16)))
        guard let from, let to else { throw .truncated(wanted: 16, had: 0) }
        return (from, to, length)
    }

    private static func isTCP(_ number: UInt8) throws(WireError) {
        guard number == UInt8(IPPROTO_TCP) else { throw .truncated(wanted: 0, had: Int(number)) }
    }
}

/// One direction put in order. Segments get lost only where the kernel had no room for them; then nothing more is heard.
struct TCPStream {
    private var next: UInt32?
    private var bytes: [UInt8] = []
    private var early: [UInt32: [UInt8]] = [:]
    private(set) var asks = false
    private(set) var answers = false

    mutating func take(_ segment: Segment) {
        if segment.flags & Segment.syn != 0 {
            next = segment.sequence &+ 1
            if segment.flags & Segment.ack != 0 { answers = true } else { asks = true }
        }
        guard !segment.payload.isEmpty else { return }
        early[segment.sequence] = segment.payload
        while let next, let found = early.first(where: { Self.covers($0.key, $0.value.count, next) }) {
            early[found.key] = nil
            bytes += found.value.dropFirst(Int(next &- found.key))
            self.next = found.key &+ UInt32(found.value.count)
        }
    }

    private static func covers(_ start: UInt32, _ count: Int, _ next: UInt32) -> Bool {
        Int32(bitPattern: next &- start) >= 0 && Int(next &- start) < count
    }

    /// All of these speakers use four-byte ASNs; the rest of a codec only says what is allowed.
    func sayings(_ direction: Wire.Direction) -> [Wire.Saying] {
        let codec = Codec(fourByteASN: true, extendedMessages: true, ipv4OverIPv6: true)
        var framer = Framer(extended: true)
        framer.append(bytes)
        var list: [Wire.Saying] = []
        do {
            while let frame = try framer.next() {
                let message = Result { () throws(BGPError) in try Message.decode(frame, codec) }
                list.append(Wire.Saying(direction: direction, bytes: frame.bytes, message: message))
            }
        } catch { list.append(Wire.Saying(direction: direction, bytes: [], message: .failure(error))) }
        return list
    }
}
