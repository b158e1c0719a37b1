internal import Net

/// Asks a neighbor to send its routes again, or marks where such an answer begins and ends (RFC 2918, RFC 7313).
public struct RouteRefresh: Hashable, Sendable {
    /// IANA "Route Refresh Subcodes".
    public struct Subtype: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The whole of RFC 2918, where this byte was reserved.
        public static let request = Self(rawValue: 0)
        /// BoRR: what was sent before is to be sent again.
        public static let begin = Self(rawValue: 1)
        /// EoRR: what was not sent again is no more.
        public static let end = Self(rawValue: 2)

        var isDefined: Bool { rawValue <= 2 }
    }

    public var family: RouteFamily
    public var subtype: Subtype

    public init(_ subtype: Subtype, _ family: RouteFamily) { (self.subtype, self.family) = (subtype, family) }
}

extension RouteRefresh: CustomStringConvertible {
    public var description: String {
        switch subtype {
        case .request: "request for \(family)"
        case .begin: "beginning of \(family)"
        case .end: "end of \(family)"
        default: "subtype \(subtype.rawValue) for \(family)"
        }
    }
}

// MARK: Wire form

extension RouteRefresh {
    /// Header, AFI, subtype, SAFI.
    static let length = 23

    /// A length that isn't 23 is told with the whole message (RFC 7313 §5). A subtype that nobody has defined is ignored
    /// whatever its length.
    static func decode(_ frame: Frame) throws(BGPError) -> Self {
        var body = frame.bytes.span.extracting(droppingFirst: Framer.headerLength)
        let refresh: Self
        do throws(WireError) {
            let afi = try body.u16()
            let subtype = Subtype(rawValue: try body.u8())
            refresh = Self(subtype, RouteFamily(afi: afi, safi: try body.u8()))
        } catch { throw .badMessageLength(.routeRefresh, UInt16(clamping: frame.bytes.count)) }
        guard body.isEmpty || !refresh.subtype.isDefined else { throw .badRefreshLength(frame.bytes) }
        return refresh
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(family.afi)
        bytes.put(subtype.rawValue)
        bytes.put(family.safi)
    }
}
