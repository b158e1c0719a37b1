internal import CLinux
public import Net

/// An entry of one of the kernel's routing tables (rtnetlink(7), struct rtmsg).
///
/// The kernel knows an entry by prefix, type of service, metric and table; in a table for IPv4 several programs may have one
/// under the same of these, in a table for IPv6 they would become one entry with several ways.
public struct TableRoute: Hashable, Sendable {
    public var prefix: Prefix
    /// 254 is the main one (RT_TABLE_MAIN).
    public var table: UInt32
    /// Who made it (rtm_protocol): 2 is the kernel itself, 4 an administrator, 186 BGP.
    public var `protocol`: UInt8
    /// Lower is preferred (RTA_PRIORITY).
    public var metric: UInt32
    /// 0: packets of any type of service.
    public var tos: UInt8 = 0
    public var kind: Route.Kind
    /// Where packets go, in a fixed order; several where flows are spread. A route that drops has none.
    public private(set) var ways: [Way]

    public struct Way: Hashable, Sendable {
        /// An interface's index; 0 where the kernel names none.
        public var interface: Int32
        /// nil: the destination is on the link. May be of the other family (RFC 5549, RFC 8950).
        public var gateway: Address?
        /// Its share of the flows, 1 to 256.
        public var weight: UInt16 = 1
        /// The gateway is on the link, whatever the interface's addresses say (RTNH_F_ONLINK).
        public var isOnLink = false

        public init(interface: Int32, gateway: Address? = nil, weight: UInt16 = 1, isOnLink: Bool = false) {
            (self.interface, self.gateway, self.weight, self.isOnLink) = (interface, gateway, weight, isOnLink)
        }
    }

    public init(
        _ prefix: Prefix, table: UInt32 = 254, protocol: UInt8, metric: UInt32, kind: Route.Kind = .unicast,
        ways: [Way] = []
    ) {
        (self.prefix, self.table, self.protocol, self.metric) = (prefix, table, `protocol`, metric)
        (self.kind, self.ways) = (kind, Self.ordered(kind == .unicast ? ways : []))
    }

    /// The kernel doesn't keep the order of an IPv6 route's next hops, so everybody has them in the same one.
    public static func ordered(_ ways: [Way]) -> [Way] { ways.count > 1 ? ways.sorted() : ways }
}

extension TableRoute.Way: Comparable {
    public static func < (a: Self, b: Self) -> Bool {
        if a.gateway != b.gateway {
            guard let mine = a.gateway else { return true }
            guard let other = b.gateway else { return false }
            return mine < other
        }
        return (a.interface, a.weight, a.isOnLink ? 1 : 0) < (b.interface, b.weight, b.isOnLink ? 1 : 0)
    }
}
