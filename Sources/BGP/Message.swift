internal import Net

/// The messages of RFC 4271 §4 and RFC 2918.
public enum Message: Hashable, Sendable {
    case open(Open)
    case update(Update)
    case notification(Notification)
    case keepalive
    case refresh(RouteRefresh)
}

/// What two speakers agreed on, as far as it changes the bytes.
public struct Codec: Hashable, Sendable {
    /// AS numbers in AS_PATH and AGGREGATOR have four bytes: both sent the capability (RFC 6793 §4.1).
    public var fourByteASN: Bool
    /// The neighbor is of our own AS, so it may send LOCAL_PREF and route reflection attributes.
    public var isInternal: Bool
    /// The neighbor takes messages of up to 65,535 bytes (RFC 8654 §4).
    public var extendedMessages: Bool
    /// IPv4 prefixes may have IPv6 next hops: both sent the capability (RFC 8950 §4).
    public var ipv4OverIPv6: Bool

    public init(
        fourByteASN: Bool = true, isInternal: Bool = false, extendedMessages: Bool = false, ipv4OverIPv6: Bool = false
    ) {
        (self.fourByteASN, self.isInternal) = (fourByteASN, isInternal)
        (self.extendedMessages, self.ipv4OverIPv6) = (extendedMessages, ipv4OverIPv6)
    }

    /// Of what we send.
    public var maximumLength: Int { extendedMessages ? Framer.extendedLength : Framer.maximumLength }
}

extension Message {
    public var type: MessageType {
        switch self {
        case .open: .open
        case .update: .update
        case .notification: .notification
        case .keepalive: .keepalive
        case .refresh: .routeRefresh
        }
    }

    public static func decode(_ frame: Frame, _ codec: Codec) throws(BGPError) -> Self {
        let body = frame.bytes.span.extracting(droppingFirst: Framer.headerLength)
        return switch frame.type {
        case .open: .open(try .decode(body))
        case .update: .update(try .decode(body, codec))
        case .notification: .notification(try .decode(body))
        case .keepalive: .keepalive
        case .routeRefresh: .refresh(try .decode(frame))
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
        case .refresh(let refresh): refresh.encode(into: &bytes)
        }
        bytes.patch(UInt16(clamping: bytes.count), at: 16)
        return bytes
    }
}
