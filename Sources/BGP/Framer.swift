internal import Net

/// One whole message as it was on the wire, header included.
public struct Frame: Hashable, Sendable {
    public var type: MessageType
    public var bytes: [UInt8]
}

/// Cuts a stream of bytes into messages (RFC 4271 §4.1). Judges headers as soon as they are there, so it never holds more
/// than one message and what came with it.
public struct Framer: Sendable {
    /// Marker, length, type.
    public static let headerLength = 19
    /// Longer ones need a capability that we don't send (RFC 8654).
    public static let maximumLength = 4096

    fileprivate var buffer: [UInt8] = []
    fileprivate var start = 0

    public init() {}

    /// Bytes that wait for the rest of their message.
    public var pending: Int { buffer.count - start }

    public mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    /// The next whole message; nil until more bytes come.
    public mutating func next() throws(BGPError) -> Frame? {
        guard pending >= Self.headerLength else { return nil }
        let (type, length) = try header(buffer.span.extracting(start..<start + Self.headerLength))
        guard pending >= length else { return nil }
        let frame = Frame(type: type, bytes: Array(buffer[start..<start + length]))
        start += length
        return frame
    }

    private func header(_ span: Span<UInt8>) throws(BGPError) -> (MessageType, Int) {
        var span = span
        let fields: (UInt64, UInt64, length: UInt16, type: UInt8)
        do { fields = (try span.u64(), try span.u64(), try span.u16(), try span.u8()) } catch { throw .notSynchronized }
        guard fields.0 == .max, fields.1 == .max else { throw .notSynchronized }
        let type = MessageType(rawValue: fields.type)
        try check(fields.length, of: type)
        return (type, Int(fields.length))
    }

    /// RFC 4271 §6.1: each kind has its shortest length. Length before type, as in that section.
    private func check(_ length: UInt16, of type: MessageType) throws(BGPError) {
        let allowed: ClosedRange<UInt16> =
            switch type {
            case .open: 29...4096
            case .update: 23...4096
            case .notification: 21...4096
            case .keepalive: 19...19
            default: 19...4096
            }
        guard allowed.contains(length) else { throw .badMessageLength(type, length) }
        guard MessageType.understood.contains(type) else { throw .badMessageType(type) }
    }
}

extension MessageType {
    /// A ROUTE-REFRESH isn't among them: to a speaker that did not offer the capability it is a message of unknown type
    /// (RFC 4271 §6.1; BIRD and FRR answer the same).
    static let understood: [Self] = [.open, .update, .notification, .keepalive]
}

extension Framer {
    /// The header that could not be accepted, for whoever reads the log.
    var head: [UInt8] { Array(buffer[start...].prefix(Self.headerLength)) }
}
