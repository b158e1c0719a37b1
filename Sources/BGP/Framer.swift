internal import Net

/// One whole message as it was on the wire, header included.
public struct Frame: Hashable, Sendable {
    public var type: MessageType
    public var bytes: [UInt8]

    public init(type: MessageType, bytes: [UInt8]) { (self.type, self.bytes) = (type, bytes) }
}

/// Cuts a stream of bytes into messages (RFC 4271 §4.1). Judges headers as soon as they are there, so it never holds more
/// than one message and what came with it.
public struct Framer: Sendable {
    /// Marker, length, type.
    public static let headerLength = 19
    /// Of every message of a speaker that was not told otherwise, and of OPEN and KEEPALIVE always.
    public static let maximumLength = 4096
    /// Of what is sent to a speaker that has offered extended messages (RFC 8654 §4).
    public static let extendedLength = 65535

    /// The longest message that we have said we take.
    private let limit: UInt16
    fileprivate var buffer: [UInt8] = []
    fileprivate var start = 0

    /// - Parameter extended: we have offered extended messages. Then they may come whether the neighbor has offered
    ///   them too or not (RFC 8654 §4).
    public init(extended: Bool = false) {
        limit = UInt16(extended ? Self.extendedLength : Self.maximumLength)
    }

    /// Bytes that wait for the rest of their message.
    public var pending: Int { buffer.count - start }

    public mutating func append(_ bytes: [UInt8]) {
        if start == buffer.count {
            (buffer, start) = (bytes, 0)
            return
        }
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
        return Frame(type: type, bytes: take(length))
    }

    /// Of the UPDATE that begins `offset` bytes behind what has been taken; nil when something else does, whole or not, or it
    /// can't be read.
    func updateLength(after offset: Int) -> Int? {
        let place = start + offset
        guard buffer.count - place >= Self.headerLength, buffer[place + 18] == MessageType.update.rawValue,
            let (_, length) = try? header(buffer.span.extracting(place..<place + Self.headerLength)),
            buffer.count - place >= length
        else { return nil }
        return length
    }

    mutating func take(_ length: Int) -> [UInt8] {
        defer { start += length }
        return Array(buffer[start..<start + length])
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

    /// RFC 4271 §6.1: each kind has its shortest length. Length before type, as in that section. A ROUTE-REFRESH that is
    /// too long is judged when it is read (RFC 7313 §5).
    private func check(_ length: UInt16, of type: MessageType) throws(BGPError) {
        let allowed: ClosedRange<UInt16> =
            switch type {
            case .open: 29...4096
            case .update: 23...limit
            case .notification: 21...limit
            case .keepalive: 19...19
            case .routeRefresh: 23...limit
            default: 19...limit
            }
        guard allowed.contains(length) else { throw .badMessageLength(type, length) }
        guard MessageType.understood.contains(type) else { throw .badMessageType(type) }
    }
}

extension MessageType {
    static let understood: [Self] = [.open, .update, .notification, .keepalive, .routeRefresh]
}

extension Framer {
    /// The header that could not be accepted, for whoever reads the log.
    var head: [UInt8] { Array(buffer[start...].prefix(Self.headerLength)) }
}
