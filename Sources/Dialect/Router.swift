public import Net

/// A border router of one AS, in terms that every routing daemon shares.
///
/// Its policy is that of Gao and Rexford (2001): routes of customers are preferred to those of peers, and those to
/// routes of providers; customers are told everything, peers and providers only what comes from customers and the
/// router's own. Communities are passed on, GRACEFUL_SHUTDOWN (RFC 8326) among them.
public struct Router: Hashable, Sendable {
    public var asn: ASN
    public var routerID: RouterID
    public var origins: [Origin]
    public var neighbors: [Neighbor]
    /// Over routes that are equally good (ECMP), instead of using one of them.
    public var spreadsFlows = false

    /// A prefix of its own, and the interface behind which it lives.
    public struct Origin: Hashable, Sendable {
        public var prefix: Prefix
        public var interface: String

        public init(prefix: Prefix, interface: String) { (self.prefix, self.interface) = (prefix, interface) }
    }

    /// What a neighbor is to this router (RFC 9234 §3.1), and how much its routes are preferred.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        case customer, peer, provider

        public var localPreference: Int {
            switch self {
            case .customer: 300
            case .peer: 200
            case .provider: 100
            }
        }
    }

    /// One session, of the family of its addresses.
    public struct Neighbor: Hashable, Sendable {
        /// What the session is called: letters, digits and underscores.
        public var name: String
        public var asn: ASN
        public var relation: Relation
        public var interface: String
        public var localAddress: Address
        public var address: Address
        /// Where this router listens for it.
        public var port: UInt16 = 179
        /// Wait for the neighbor to connect.
        public var passive = false
        public var holdTime: Duration
        /// It says what it is to the neighbor (RFC 9234).
        public var saysRole = false
        /// What it is to that neighbor is a route server.
        public var servesRoutes = false
        /// Packets come with a TTL of 255, or not at all (RFC 5082).
        public var ttlSecurity = false
        /// What TCP segments are signed with (RFC 2385). BIRD takes none with a quotation mark.
        public var password: Secret?
        /// Whether a route that carries GRACEFUL_SHUTDOWN becomes the last one to be used (RFC 8326 §3.2).
        public var honoursGracefulShutdown = true
        /// Whether the log tells of every route that comes and goes, and why the session went.
        public var isLogged = false

        /// Where flows are spread: neighbors of another place are never as good. nil: nothing but BGP decides.
        public var order: Order?

        /// A place among `count`, the lowest preferred; it counts after the MED that neighbors send.
        public struct Order: Hashable, Sendable {
            public var rank: Int
            public var count: Int

            public init(rank: Int, count: Int) { (self.rank, self.count) = (rank, count) }
        }

        public init(
            name: String, asn: ASN, relation: Relation, interface: String, localAddress: Address, address: Address,
            holdTime: Duration, honoursGracefulShutdown: Bool = true
        ) {
            (self.name, self.asn, self.relation, self.interface) = (name, asn, relation, interface)
            (self.localAddress, self.address, self.holdTime) = (localAddress, address, holdTime)
            self.honoursGracefulShutdown = honoursGracefulShutdown
        }
    }

    public init(asn: ASN, routerID: RouterID, origins: [Origin], neighbors: [Neighbor]) {
        (self.asn, self.routerID, self.origins, self.neighbors) = (asn, routerID, origins, neighbors)
    }
}
