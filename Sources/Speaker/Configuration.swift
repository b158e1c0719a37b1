internal import BGP
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
        /// The neighbor isn't on a link of ours: packets may travel further than one hop.
        public var multihop = false
        public var holdTime: Duration = .seconds(90)
        public var connectRetry: Duration = .seconds(5)
        /// What is exchanged; empty: the family of the address.
        public var families: [Family] = []
        /// Next hops for families other than that of the session.
        public var nextHops: [Address] = []
        public var maxPrefixes = 1000
        /// How long the neighbor may leave what we send unread; nil: as RFC 9687 says.
        public var sendHoldTime: Duration?

        public init(name: String, address: Address, asn: ASN) {
            (self.name, self.address, self.asn) = (name, address, asn)
        }
    }
}

extension Speaker.Neighbor {
    func accepts(at local: Address?) -> Bool { localAddress == nil || localAddress == local }
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
        session.sendHoldTime = neighbor.sendHoldTime
        return session
    }

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
