public import Net

/// The kind of a message (RFC 4271 §4.1, IANA "BGP Message Types").
public struct MessageType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let open = Self(rawValue: 1)
    public static let update = Self(rawValue: 2)
    public static let notification = Self(rawValue: 3)
    public static let keepalive = Self(rawValue: 4)
    public static let routeRefresh = Self(rawValue: 5)  // RFC 2918
}

extension MessageType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .open: "OPEN"
        case .update: "UPDATE"
        case .notification: "NOTIFICATION"
        case .keepalive: "KEEPALIVE"
        case .routeRefresh: "ROUTE-REFRESH"
        default: "message of type \(rawValue)"
        }
    }
}

/// What kind of routes: an address family and its use (RFC 4760 §3).
public struct RouteFamily: Hashable, Sendable {
    /// IANA "Address Family Numbers".
    public var afi: UInt16
    /// IANA "SAFI Values".
    public var safi: UInt8

    public init(afi: UInt16, safi: UInt8) { (self.afi, self.safi) = (afi, safi) }
    public init(_ family: Family) { self.init(afi: family.rawValue, safi: 1) }

    public static let ipv4Unicast = Self(.ipv4)
    public static let ipv6Unicast = Self(.ipv6)

    /// The addresses of a unicast family; nil for what this implementation only carries along.
    public var unicast: Family? { safi == 1 ? Family(rawValue: afi) : nil }
}

extension RouteFamily: CustomStringConvertible {
    public var description: String { unicast.map { "\($0) unicast" } ?? "AFI \(afi) SAFI \(safi)" }
}

/// How the origin AS came by a route (RFC 4271 §4.3 a).
public struct Origin: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let igp = Self(rawValue: 0)
    public static let egp = Self(rawValue: 1)
    public static let incomplete = Self(rawValue: 2)

    /// Anything else is malformed (RFC 7606 §7.1).
    public var isDefined: Bool { rawValue <= 2 }
}

/// IANA "BGP Path Attributes".
public struct AttributeCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable public static var origin: Self { Self(rawValue: 1) }
    @inlinable public static var asPath: Self { Self(rawValue: 2) }
    @inlinable public static var nextHop: Self { Self(rawValue: 3) }
    @inlinable public static var med: Self { Self(rawValue: 4) }
    @inlinable public static var localPref: Self { Self(rawValue: 5) }
    @inlinable public static var atomicAggregate: Self { Self(rawValue: 6) }
    @inlinable public static var aggregator: Self { Self(rawValue: 7) }
    @inlinable public static var communities: Self { Self(rawValue: 8) }  // RFC 1997
    @inlinable public static var originatorID: Self { Self(rawValue: 9) }  // RFC 4456
    @inlinable public static var clusterList: Self { Self(rawValue: 10) }  // RFC 4456
    @inlinable public static var mpReach: Self { Self(rawValue: 14) }  // RFC 4760
    @inlinable public static var mpUnreach: Self { Self(rawValue: 15) }  // RFC 4760
    @inlinable public static var extendedCommunities: Self { Self(rawValue: 16) }  // RFC 4360
    @inlinable public static var as4Path: Self { Self(rawValue: 17) }  // RFC 6793
    @inlinable public static var as4Aggregator: Self { Self(rawValue: 18) }  // RFC 6793
    @inlinable public static var ipv6ExtendedCommunities: Self { Self(rawValue: 25) }  // RFC 5701
    @inlinable public static var largeCommunities: Self { Self(rawValue: 32) }  // RFC 8092
    @inlinable public static var onlyToCustomer: Self { Self(rawValue: 35) }  // RFC 9234
}

extension AttributeCode: CustomStringConvertible {
    public var description: String {
        switch self {
        case .origin: "ORIGIN"
        case .asPath: "AS_PATH"
        case .nextHop: "NEXT_HOP"
        case .med: "MULTI_EXIT_DISC"
        case .localPref: "LOCAL_PREF"
        case .atomicAggregate: "ATOMIC_AGGREGATE"
        case .aggregator: "AGGREGATOR"
        case .communities: "COMMUNITIES"
        case .originatorID: "ORIGINATOR_ID"
        case .clusterList: "CLUSTER_LIST"
        case .mpReach: "MP_REACH_NLRI"
        case .mpUnreach: "MP_UNREACH_NLRI"
        case .extendedCommunities: "EXTENDED_COMMUNITIES"
        case .as4Path: "AS4_PATH"
        case .as4Aggregator: "AS4_AGGREGATOR"
        case .ipv6ExtendedCommunities: "IPV6_EXTENDED_COMMUNITIES"
        case .largeCommunities: "LARGE_COMMUNITY"
        case .onlyToCustomer: "ONLY_TO_CUSTOMER"
        default: "attribute \(rawValue)"
        }
    }
}
