internal import Net

/// Why a session ends, as the last message on it (RFC 4271 §4.5).
public struct Notification: Hashable, Sendable {
    public var code: ErrorCode
    public var subcode: UInt8
    /// What the code is about: the bytes in question, or the text of a shutdown (RFC 9003).
    public var data: [UInt8]

    public init(_ code: ErrorCode, _ subcode: UInt8 = 0, data: [UInt8] = []) {
        (self.code, self.subcode, self.data) = (code, subcode, data)
    }
}

/// IANA "BGP Error (Notification) Codes".
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let messageHeader = Self(rawValue: 1)
    public static let open = Self(rawValue: 2)
    public static let update = Self(rawValue: 3)
    public static let holdTimerExpired = Self(rawValue: 4)
    public static let finiteStateMachine = Self(rawValue: 5)
    public static let cease = Self(rawValue: 6)
    public static let routeRefresh = Self(rawValue: 7)  // RFC 7313
    public static let sendHoldTimerExpired = Self(rawValue: 8)  // RFC 9687
}

/// Subcodes of ``ErrorCode/messageHeader`` (RFC 4271 §6.1).
public struct HeaderSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let connectionNotSynchronized = Self(rawValue: 1)
    public static let badMessageLength = Self(rawValue: 2)
    public static let badMessageType = Self(rawValue: 3)
}

/// Subcodes of ``ErrorCode/open`` (RFC 4271 §6.2).
public struct OpenSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let unspecific = Self(rawValue: 0)
    public static let unsupportedVersion = Self(rawValue: 1)
    public static let badPeerAS = Self(rawValue: 2)
    public static let badIdentifier = Self(rawValue: 3)
    public static let unsupportedParameter = Self(rawValue: 4)
    public static let unacceptableHoldTime = Self(rawValue: 6)
    public static let unsupportedCapability = Self(rawValue: 7)  // RFC 5492
    public static let roleMismatch = Self(rawValue: 11)  // RFC 9234
}

/// Subcodes of ``ErrorCode/update`` (RFC 4271 §6.3).
public struct UpdateSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let malformedAttributeList = Self(rawValue: 1)
    public static let unrecognizedWellKnown = Self(rawValue: 2)
    public static let missingWellKnown = Self(rawValue: 3)
    public static let attributeFlags = Self(rawValue: 4)
    public static let attributeLength = Self(rawValue: 5)
    public static let invalidOrigin = Self(rawValue: 6)
    public static let invalidNextHop = Self(rawValue: 8)
    public static let optionalAttribute = Self(rawValue: 9)
    public static let invalidNetworkField = Self(rawValue: 10)
    public static let malformedASPath = Self(rawValue: 11)
}

/// Subcodes of ``ErrorCode/finiteStateMachine``: the state that the message was not expected in (RFC 6608).
public struct StateSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let openSent = Self(rawValue: 1)
    public static let openConfirm = Self(rawValue: 2)
    public static let established = Self(rawValue: 3)
}

/// Subcodes of ``ErrorCode/routeRefresh`` (RFC 7313 §5).
public struct RefreshSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let invalidMessageLength = Self(rawValue: 1)
}

/// Subcodes of ``ErrorCode/cease`` (RFC 4486).
public struct CeaseSubcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let maximumPrefixes = Self(rawValue: 1)
    public static let administrativeShutdown = Self(rawValue: 2)
    public static let peerDeconfigured = Self(rawValue: 3)
    public static let administrativeReset = Self(rawValue: 4)
    public static let connectionRejected = Self(rawValue: 5)
    public static let otherConfigurationChange = Self(rawValue: 6)
    public static let collisionResolution = Self(rawValue: 7)
    public static let outOfResources = Self(rawValue: 8)
    public static let hardReset = Self(rawValue: 9)  // RFC 8538
    public static let bfdDown = Self(rawValue: 10)  // RFC 9384

    /// Those that carry a text for the operator at the other end (RFC 9003 §2).
    var carriesText: Bool { self == .administrativeShutdown || self == .administrativeReset }
}

// MARK: The shutdown communication

extension Notification {
    public static func cease(_ subcode: CeaseSubcode, data: [UInt8] = []) -> Self {
        Self(.cease, subcode.rawValue, data: data)
    }

    /// Cease/Administrative Shutdown with a text for the operator at the other end: UTF-8, cut between characters to fit
    /// 255 bytes (RFC 9003 §2).
    public static func shutdown(_ text: String) -> Self {
        let bytes = shortened(text)
        return .cease(.administrativeShutdown, data: bytes.isEmpty ? [] : [UInt8(bytes.count)] + bytes)
    }

    /// The text of a shutdown or reset; nil when there is none or it isn't what RFC 9003 §2 says.
    public var communication: String? {
        guard code == .cease, CeaseSubcode(rawValue: subcode).carriesText, let length = data.first,
            length > 0, data.count == 1 + Int(length)
        else { return nil }
        return String(validating: data.dropFirst(), as: UTF8.self)
    }

    private static func shortened(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            guard bytes.count + character.utf8.count <= 255 else { break }
            bytes += Array(character.utf8)
        }
        return bytes
    }
}

// MARK: Wire form

extension Notification {
    static func decode(_ body: Span<UInt8>) throws(BGPError) -> Self {
        var body = body
        do throws(WireError) {
            return Self(ErrorCode(rawValue: try body.u8()), try body.u8(), data: body.array)
        } catch { throw .badMessageLength(MessageType.notification, UInt16(clamping: body.count + 19)) }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(code.rawValue)
        bytes.put(subcode)
        bytes += data
    }
}
