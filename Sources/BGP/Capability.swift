public import Net

/// What a speaker can do, as it says in its OPEN (RFC 5492).
public enum Capability: Hashable, Sendable {
    /// Routes of this family (RFC 4760 §8).
    case multiprotocol(RouteFamily)
    /// AS numbers of four bytes; carries the speaker's own (RFC 6793 §3).
    case fourByteASN(ASN)
    /// Anything else, kept as it came.
    case other(CapabilityCode, [UInt8])
}

/// IANA "Capability Codes".
public struct CapabilityCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let multiprotocol = Self(rawValue: 1)
    public static let routeRefresh = Self(rawValue: 2)  // RFC 2918
    public static let extendedNextHop = Self(rawValue: 5)  // RFC 8950
    public static let extendedMessage = Self(rawValue: 6)  // RFC 8654
    public static let role = Self(rawValue: 9)  // RFC 9234
    public static let gracefulRestart = Self(rawValue: 64)  // RFC 4724
    public static let fourByteASN = Self(rawValue: 65)
    public static let addPath = Self(rawValue: 69)  // RFC 7911
    public static let enhancedRouteRefresh = Self(rawValue: 70)  // RFC 7313
    public static let longLivedGracefulRestart = Self(rawValue: 71)  // RFC 9494
}

extension Capability {
    public var code: CapabilityCode {
        switch self {
        case .multiprotocol: .multiprotocol
        case .fourByteASN: .fourByteASN
        case .other(let code, _): code
        }
    }

    static func decode(_ input: inout Span<UInt8>) throws(WireError) -> Self {
        let code = CapabilityCode(rawValue: try input.u8())
        let value = try input.bytes(Int(try input.u8()))
        var span = value.span
        switch (code, value.count) {
        case (.multiprotocol, 4):
            let afi = try span.u16()
            try span.skip(1)
            return .multiprotocol(RouteFamily(afi: afi, safi: try span.u8()))
        case (.fourByteASN, 4): return .fourByteASN(ASN(try span.u32()))
        default: return .other(code, value)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        let value = self.value
        bytes.put(code.rawValue)
        bytes.put(UInt8(truncatingIfNeeded: value.count))
        bytes += value
    }

    private var value: [UInt8] {
        var value: [UInt8] = []
        switch self {
        case .multiprotocol(let family):
            value.put(family.afi)
            value.put(UInt8(0))
            value.put(family.safi)
        case .fourByteASN(let asn): value.put(asn.rawValue)
        case .other(_, let bytes): value = Array(bytes.prefix(255))
        }
        return value
    }
}
