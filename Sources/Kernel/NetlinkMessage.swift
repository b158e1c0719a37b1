internal import CLinux
package import Net

/// Netlink on the wire: a header of 16 bytes, then a body, then attributes, each padded to four bytes, in the byte order
/// of the host (netlink(7), rtnetlink(7)).
package struct NetlinkMessage: Hashable, Sendable {
    package var type: UInt16
    package var flags: UInt16
    package var sequence: UInt32
    package var body: [UInt8]

    init(type: UInt16, flags: UInt16, sequence: UInt32, body: [UInt8] = []) {
        (self.type, self.flags, self.sequence, self.body) = (type, flags, sequence, body)
    }

    package init(_ header: Header, _ body: [UInt8]) {
        self.init(type: header.type, flags: header.flags, sequence: header.sequence, body: body)
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.putNative(UInt32(16 + body.count))
        bytes.putNative(type)
        bytes.putNative(flags)
        bytes.putNative(sequence)
        bytes.putNative(UInt32(0))
        return bytes + body
    }

    /// What stands before a message's body.
    package struct Header: Hashable, Sendable {
        package var type: UInt16
        package var flags: UInt16
        package var sequence: UInt32

        package init(type: UInt16, flags: UInt16 = 0, sequence: UInt32 = 0) {
            (self.type, self.flags, self.sequence) = (type, flags, sequence)
        }
    }

    /// Lends each message of a datagram to `body`, where there are too many for a copy each.
    package static func walk(
        _ datagram: consuming Span<UInt8>, _ body: (Header, Span<UInt8>) -> Void
    ) throws(WireError) {
        while !datagram.isEmpty {
            let length = Int(try datagram.native32())
            guard length >= 16 else { throw .truncated(wanted: 16, had: length) }
            var header = Header(type: try datagram.native16(), flags: try datagram.native16())
            header.sequence = try datagram.native32()
            try datagram.skip(4)
            try datagram.within(length - 16, or: { $0 }, { (part) throws(WireError) in body(header, part) })
            try datagram.skip(min(datagram.count, padding(length)))
        }
    }

    /// All messages of a datagram. A length that doesn't fit its datagram is an error, whatever came before.
    package static func decode(_ datagram: consuming Span<UInt8>) throws(WireError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        while !datagram.isEmpty {
            let length = Int(try datagram.native32())
            guard length >= 16 else { throw .truncated(wanted: 16, had: length) }
            var message = NetlinkMessage(type: try datagram.native16(), flags: try datagram.native16(), sequence: 0)
            message.sequence = try datagram.native32()
            try datagram.skip(4)
            message.body = try datagram.bytes(length - 16)
            try datagram.skip(min(datagram.count, padding(length)))
            messages.append(message)
        }
        return messages
    }

    /// The error code in an answer of type NLMSG_ERROR; 0 acknowledges.
    package var errorCode: Int32? {
        guard type == UInt16(NLMSG_ERROR), let code = word(at: 0) else { return nil }
        return 0 &- Int32(bitPattern: code)
    }

    /// Why, in the kernel's words, where the socket asked for them (NETLINK_EXT_ACK, and NETLINK_CAP_ACK: the code and the
    /// header of the request stand before them).
    package var errorText: String? {
        guard type == UInt16(NLMSG_ERROR), Int32(flags) & NLM_F_ACK_TLVS != 0,
            let bytes = try? attributes(skipping: 20)[UInt16(NLMSGERR_ATTR_MSG.rawValue)]
        else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Four bytes of the body, as an integer.
    func word(at offset: Int) -> UInt32? {
        var span = body.span
        do {
            try span.skip(offset)
            return try span.native32()
        } catch { return nil }
    }

    /// The attributes behind a fixed body of `skipping` bytes, the last of each kind.
    package func attributes(skipping: Int) throws(WireError) -> [UInt16: [UInt8]] {
        var span = body.span
        try span.skip(skipping)
        var found: [UInt16: [UInt8]] = [:]
        while span.count >= 4 {
            let length = Int(try span.native16())
            guard length >= 4 else { throw .truncated(wanted: 4, had: length) }
            let kind = try span.native16() & 0x3fff  // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
            found[kind] = try span.bytes(length - 4)
            try span.skip(min(span.count, Self.padding(length)))
        }
        return found
    }

    static func padding(_ length: Int) -> Int { (4 - length % 4) % 4 }
}

extension Span where Element == UInt8 {
    /// `u16` and `u32` read network order; netlink is in the host's, whichever that is.
    mutating func native16() throws(WireError) -> UInt16 { UInt16(bigEndian: try u16()) }
    mutating func native32() throws(WireError) -> UInt32 { UInt32(bigEndian: try u32()) }
}

extension Array where Element == UInt8 {
    mutating func putNative(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }

    mutating func putAttribute(_ kind: some BinaryInteger, _ value: [UInt8]) {
        putNative(UInt16(4 + value.count))
        putNative(UInt16(truncatingIfNeeded: kind))
        self += value
        self += [UInt8](repeating: 0, count: NetlinkMessage.padding(value.count))
    }

    mutating func putAttribute(_ kind: some BinaryInteger, _ value: UInt32) {
        var bytes: [UInt8] = []
        bytes.putNative(value)
        putAttribute(kind, bytes)
    }

    mutating func putAttribute(_ kind: some BinaryInteger, _ value: String) {
        putAttribute(kind, Array(value.utf8) + [0])
    }

    mutating func putNested(_ kind: some BinaryInteger, _ build: (inout Self) -> Void) {
        var inner: Self = []
        build(&inner)
        putAttribute(kind, inner)
    }
}
