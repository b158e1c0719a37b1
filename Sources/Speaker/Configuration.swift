public import BGP
internal import Loop
public import Net

extension Speaker {
    public struct Configuration: Hashable, Sendable {
        public var asn: ASN
        public var routerID: RouterID
        /// nil: nobody can connect to us.
        public var listenPort: UInt16? = 179
        public var neighbors: [Neighbor]

        public init(asn: ASN, routerID: RouterID, listenPort: UInt16? = 179, neighbors: [Neighbor]) {
            (self.asn, self.routerID, self.listenPort, self.neighbors) = (asn, routerID, listenPort, neighbors)
        }
    }

    public struct Neighbor: Hashable, Sendable {
        /// Unique among the neighbors.
        public var name: String
        public var address: Address
        public var port: UInt16 = 179
        public var asn: ASN
        /// Where connections come from and are accepted; nil: what the kernel chooses.
        public var localAddress: Address?
        /// Never connects, only waits.
        public var passive = false
        /// The interface that a link-local address is on.
        public var interface: String?
        /// How far away it may be: the TTL of our packets. nil: on a link of ours, or anywhere when it is of our own AS.
        public var hops: UInt8?
        /// Its packets must show that they come from no further away, and ours do (RFC 5082).
        public var ttlSecurity = false
        /// Both sides sign what they send with it (RFC 2385).
        public var key: Secret?
        public var holdTime: Duration = .seconds(90)
        public var connectRetry: Duration = .seconds(5)
        /// What is exchanged; empty: the family of the address.
        public var families: [Family] = []
        /// Next hops for families other than that of the session.
        public var nextHops: [Address] = []
        public var maxPrefixes = 1000
        /// See ``BGP/Session/Configuration``.
        public var prefixWarning = 80
        public var prefixHold: Duration? = .seconds(120)
        public var maxAnnouncements: Int?
        /// What we are to it; nil: not said.
        public var role: Role?
        public var requiresRole = false
        public var acceptsASSets = false
        public var enforcesFirstAS = false
        public var disablesFamilies = false
        /// How long the neighbor may leave what we send unread; nil: as RFC 9687 says.
        public var sendHoldTime: Duration?

        public init(name: String, address: Address, asn: ASN) {
            (self.name, self.address, self.asn) = (name, address, asn)
        }
    }
}

extension Speaker.Neighbor {
    /// Whether a connection is its.
    func isAt(_ remote: Endpoint?, local: Address?) -> Bool {
        guard address == remote?.address, localAddress == nil || localAddress == local else { return false }
        guard let interface else { return true }
        return (try? Socket.zone(of: interface)) == remote?.zone
    }

    /// Whether its connections arrive at a socket that listens there: the neighbor may have another session with us, from
    /// the same address to another of ours, and that one may do without a key.
    func comes(to local: Address) -> Bool {
        address.family == local.family && (local.isUnspecified || localAddress == local)
    }

    func endpoint() throws(SystemError) -> Endpoint {
        guard let interface else { return Endpoint(address, port: port) }
        return Endpoint(address, port: port, zone: try Socket.zone(of: interface))
    }

    /// What its packets must have left of their TTL, if anything (RFC 5082 §3: 255 when they come from one hop away).
    var leastTTL: Int32? { ttlSecurity ? 256 - max(1, Int32(hops ?? 1)) : nil }

    /// Nothing but a link of ours is between us: no router passes on what the two say, whose TTL is 1, or must be 255.
    package func isOnLink(isInternal: Bool) -> Bool {
        interface != nil || (hops ?? (isInternal && !ttlSecurity ? 255 : 1)) == 1
    }

    /// A neighbor in another AS is on our link unless the configuration says otherwise: with a TTL of 1 nothing that we
    /// say reaches a speaker elsewhere. Inside an AS it may be anywhere.
    func ttl(isInternal: Bool) -> Int32? {
        if ttlSecurity { return 255 }
        return hops.map(Int32.init) ?? (isInternal ? nil : 1)
    }
}

extension Speaker.Configuration {
    func session(with neighbor: Speaker.Neighbor) -> Session.Configuration {
        var session = Session.Configuration(asn: asn, id: routerID, peerASN: neighbor.asn)
        session.passive = neighbor.passive
        session.holdTime = neighbor.holdTime
        session.connectRetry = neighbor.connectRetry
        session.families = neighbor.families.isEmpty ? [neighbor.address.family] : neighbor.families
        session.nextHops = neighbor.nextHops
        session.maxPrefixes = neighbor.maxPrefixes
        (session.prefixWarning, session.prefixHold) = (neighbor.prefixWarning, neighbor.prefixHold)
        session.maxAnnouncements = neighbor.maxAnnouncements
        session.sendHoldTime = neighbor.sendHoldTime
        (session.role, session.requiresRole) = (neighbor.role, neighbor.requiresRole)
        (session.acceptsASSets, session.enforcesFirstAS) = (neighbor.acceptsASSets, neighbor.enforcesFirstAS)
        session.disablesFamilies = neighbor.disablesFamilies
        session.ipv4OverIPv6 = neighbor.address.family == .ipv6 && session.families.contains(.ipv4)
        return session
    }

    /// All of them may come at the same moment.
    var backlog: Int32 { max(128, Int32(clamping: neighbors.count)) }

    /// The local addresses that neighbors have, or for a family in which one has none, every address.
    var listenEndpoints: [Endpoint] {
        guard let listenPort else { return [] }
        return Family.allCases.flatMap { family in
            let locals = neighbors.filter { $0.address.family == family }.map(\.localAddress)
            let any = Address(family: family, bits: 0)
            let addresses = locals.contains(nil) ? [any] : Set(locals.compactMap(\.self)).sorted()
            return addresses.map { Endpoint($0, port: listenPort) }
        }
    }
}
