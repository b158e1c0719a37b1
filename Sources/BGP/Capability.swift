public import Net

/// What a speaker can do, as it says in its OPEN (RFC 5492).
public enum Capability: Hashable, Sendable {
    /// Routes of this family (RFC 4760 §8).
    case multiprotocol(RouteFamily)
    /// It sends its routes again when asked (RFC 2918 §2).
    case routeRefresh
    /// Prefixes of these families may have next hops of another (RFC 8950 §4).
    case extendedNextHop([NextHopEncoding])
    /// Messages of up to 65,535 bytes (RFC 8654 §3).
    case extendedMessage
    /// What it is to us (RFC 9234 §4.1).
    case role(Role)
    /// AS numbers of four bytes; carries the speaker's own (RFC 6793 §3).
    case fourByteASN(ASN)
    /// It says where such an answer begins and ends (RFC 7313 §3.1).
    case enhancedRouteRefresh
    /// Anything else, kept as it came; also a capability whose value isn't as long as it ought to be.
    case other(CapabilityCode, [UInt8])

    /// One entry of ``extendedNextHop(_:)``.
    public struct NextHopEncoding: Hashable, Sendable {
        public var family: RouteFamily
        public var nextHop: Family

        public init(_ family: RouteFamily, over nextHop: Family) { (self.family, self.nextHop) = (family, nextHop) }

        public static let ipv4OverIPv6 = Self(.ipv4Unicast, over: .ipv6)
    }
}

/// IANA "Capability Codes".
public struct CapabilityCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let multiprotocol = Self(rawValue: 1)
    public static let routeRefresh = Self(rawValue: 2)
    public static let extendedNextHop = Self(rawValue: 5)
    public static let extendedMessage = Self(rawValue: 6)
    public static let role = Self(rawValue: 9)
    public static let gracefulRestart = Self(rawValue: 64)  // RFC 4724
    public static let fourByteASN = Self(rawValue: 65)
    public static let addPath = Self(rawValue: 69)  // RFC 7911
    public static let enhancedRouteRefresh = Self(rawValue: 70)
    public static let longLivedGracefulRestart = Self(rawValue: 71)  // RFC 9494
    public static let hostname = Self(rawValue: 73)  // draft-walton-bgp-hostname-capability; FRR's
    public static let oldRouteRefresh = Self(rawValue: 128)  // of before RFC 2918; Cisco's
}

// MARK: Wire form

extension Capability {
    public var code: CapabilityCode {
        switch self {
        case .multiprotocol: .multiprotocol
        case .routeRefresh: .routeRefresh
        case .extendedNextHop: .extendedNextHop
        case .extendedMessage: .extendedMessage
        case .role: .role
        case .fourByteASN: .fourByteASN
        case .enhancedRouteRefresh: .enhancedRouteRefresh
        case .other(let code, _): code
        }
    }

    static func decode(_ input: inout Span<UInt8>) throws(WireError) -> Self {
        let code = CapabilityCode(rawValue: try input.u8())
        let value = try input.bytes(Int(try input.u8()))
        return try known(code, value.span) ?? .other(code, value)
    }

    /// nil for a capability that we don't know, or not like this.
    private static func known(_ code: CapabilityCode, _ value: Span<UInt8>) throws(WireError) -> Self? {
        var value = value
        switch (code, value.count) {
        case (.multiprotocol, 4):
            let afi = try value.u16()
            try value.skip(1)
            return .multiprotocol(RouteFamily(afi: afi, safi: try value.u8()))
        case (.routeRefresh, 0): return .routeRefresh
        case (.extendedNextHop, _): return try nextHopEncodings(&value)
        case (.extendedMessage, 0): return .extendedMessage
        case (.role, 1): return .role(Role(rawValue: try value.u8()))
        case (.fourByteASN, 4): return .fourByteASN(ASN(try value.u32()))
        case (.enhancedRouteRefresh, 0): return .enhancedRouteRefresh
        default: return nil
        }
    }

    /// The SAFI has two bytes here. nil where something stands that we could not write again.
    private static func nextHopEncodings(_ value: inout Span<UInt8>) throws(WireError) -> Self? {
        guard value.count % 6 == 0 else { return nil }
        var list: [NextHopEncoding] = []
        while !value.isEmpty {
            let (afi, safi) = (try value.u16(), try value.u16())
            guard let hop = Family(rawValue: try value.u16()), let safi = UInt8(exactly: safi) else { return nil }
            list.append(NextHopEncoding(RouteFamily(afi: afi, safi: safi), over: hop))
        }
        return .extendedNextHop(list)
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
        case .extendedNextHop(let encodings):
            for encoding in encodings.prefix(42) {
                value.put(encoding.family.afi)
                value.put(UInt16(encoding.family.safi))
                value.put(encoding.nextHop.rawValue)
            }
        case .role(let role): value.put(role.rawValue)
        case .fourByteASN(let asn): value.put(asn.rawValue)
        case .routeRefresh, .extendedMessage, .enhancedRouteRefresh: break
        case .other(_, let bytes): value = Array(bytes.prefix(255))
        }
        return value
    }
}

extension Capability {
    /// What it is, whatever each side says of itself by it (a role, an ASN): by these, two OPENs are held beside each other.
    public var names: [String] {
        switch self {
        case .extendedNextHop(let list): list.map { "next hops \($0.nextHop) for \($0.family)" }
        case .role: ["role"]
        default: ["\(self)"]
        }
    }
}

/// As an operator would ask for them.
extension Capability: CustomStringConvertible {
    public var description: String {
        switch self {
        case .multiprotocol(let family): "\(family)"
        case .routeRefresh: "route refresh"
        case .extendedNextHop(let list):
            "next hops " + list.map { "\($0.nextHop) for \($0.family)" }.joined(separator: ", ")
        case .extendedMessage: "extended messages"
        case .role(let role): "role \(role)"
        case .fourByteASN: "four-byte ASNs"
        case .enhancedRouteRefresh: "enhanced route refresh"
        case .other(.gracefulRestart, _): "graceful restart"
        case .other(.longLivedGracefulRestart, _): "long-lived graceful restart"
        case .other(.addPath, _): "additional paths"
        case .other(.hostname, _): "host name"
        case .other(.oldRouteRefresh, _): "route refresh, before its RFC"
        case .other(let code, _): "capability \(code.rawValue)"
        }
    }
}
