internal import Net

/// An ICMP echo message (RFC 792, RFC 4443 §4.1): the same eight bytes for both families, then data that comes back.
///
///     0        1        2        4            6          8
///     ├────────┼────────┼────────┼────────────┼──────────┼──────
///     │ type   │ code 0 │ chksum │ identifier │ sequence │ data …
struct Echo: Hashable {
    var isReply: Bool
    var identifier: UInt16
    var sequence: UInt16
    var data: [UInt8]

    private static func type(_ family: Family, reply: Bool) -> UInt8 {
        switch family {
        case .ipv4: reply ? 0 : 8
        case .ipv6: reply ? 129 : 128
        }
    }

    /// The checksum of ICMPv6 covers addresses that only the kernel knows: it fills that in (RFC 3542 §3.1).
    func encoded(_ family: Family) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.put(Self.type(family, reply: isReply))
        bytes.put(UInt8(0))
        bytes.put(UInt16(0))
        bytes.put(identifier)
        bytes.put(sequence)
        bytes += data
        if family == .ipv4 { bytes.patch(~Self.sum(bytes), at: 2) }
        return bytes
    }

    /// nil for any other message, and for what is none. The kernel has checked the checksum.
    init?(_ bytes: [UInt8], _ family: Family, afterHeader: Bool) {
        guard let echo = try? Self.read(bytes.span, family, afterHeader) else { return nil }
        self = echo
    }

    init(isReply: Bool, identifier: UInt16, sequence: UInt16, data: [UInt8]) {
        (self.isReply, self.identifier, self.sequence, self.data) = (isReply, identifier, sequence, data)
    }

    private static func read(_ bytes: Span<UInt8>, _ family: Family, _ afterHeader: Bool) throws(WireError) -> Echo? {
        var bytes = bytes
        if afterHeader {
            let words = Int(try bytes.u8() & 0x0f)  // RFC 791 §3.1: the header's length
            guard words >= 5 else { return nil }
            try bytes.skip(words * 4 - 1)
        }
        let (type, code) = (try bytes.u8(), try bytes.u8())
        guard code == 0, type == Self.type(family, reply: true) || type == Self.type(family, reply: false) else {
            return nil
        }
        try bytes.skip(2)
        let (identifier, sequence) = (try bytes.u16(), try bytes.u16())
        return Echo(
            isReply: type == Self.type(family, reply: true), identifier: identifier, sequence: sequence,
            data: bytes.array)
    }

    /// RFC 1071.
    private static func sum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
            sum = (sum & 0xffff) + (sum >> 16)
        }
        return UInt16(truncatingIfNeeded: sum)
    }
}
