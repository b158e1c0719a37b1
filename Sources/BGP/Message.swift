internal import Net

/// The four messages of RFC 4271 §4.
public enum Message: Hashable, Sendable {
    case open(Open)
    case update(Update)
    case notification(Notification)
    case keepalive
}

/// What two speakers agreed on, as far as it changes the bytes.
public struct Codec: Hashable, Sendable {
    /// AS numbers in AS_PATH and AGGREGATOR have four bytes: both sent the capability (RFC 6793 §4.1).
    public var fourByteASN: Bool
    /// The neighbor is of our own AS, so it may send LOCAL_PREF and route reflection attributes.
    public var isInternal: Bool

    public init(fourByteASN: Bool = true, isInternal: Bool = false) {
        (self.fourByteASN, self.isInternal) = (fourByteASN, isInternal)
    }
}

extension Message {
    public var type: MessageType {
        switch self {
        case .open: .open
        case .update: .update
        case .notification: .notification
        case .keepalive: .keepalive
        }
    }

    public static func decode(_ frame: Frame, _ codec: Codec) throws(BGPError) -> Self {
        let body = frame.bytes.span.extracting(droppingFirst: Framer.headerLength)
        return switch frame.type {
        case .open: .open(try .decode(body))
        case .update: .update(try .decode(body, codec))
        case .notification: .notification(try .decode(body))
        case .keepalive: .keepalive
        default: throw .badMessageType(frame.type)
        }
    }

    public func encoded(_ codec: Codec) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xff, count: 16)
        bytes.put(UInt16(0))
        bytes.put(type.rawValue)
        switch self {
        case .open(let open): open.encode(into: &bytes)
        case .update(let update): update.encode(into: &bytes, codec)
        case .notification(let notification): notification.encode(into: &bytes)
        case .keepalive: break
        }
        bytes.patch(UInt16(clamping: bytes.count), at: 16)
        return bytes
    }
}
