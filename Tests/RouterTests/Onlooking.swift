import Control
import HTTP
import Net
import RIB
import Router

@testable import BGP
@testable import Speaker

/// A router's RIB with neighbors by name, and what it answers: the same questions as over its socket.
final class Onlooking {
    var rib: RIB
    private(set) var peers: [Seeing.Peer] = []
    private(set) var sessions: [NeighborStatus] = []

    static let asn = ASN(65000)
    static let now = Instant.zero + .seconds(10_000)

    /// So many seconds ago.
    static func moment(_ ago: Int) -> Instant { .zero + .seconds(10_000 - ago) }

    init(options: DecisionOptions = DecisionOptions()) {
        rib = RIB(asn: Self.asn, id: RouterID(rawValue: 0xc612_0001), options: options)
    }

    /// A neighbor of another AS that accepts and is told everything, unless `change` says otherwise.
    @discardableResult
    func add(
        _ name: String, _ asn: UInt32, up: Bool = true, interface: String? = nil,
        _ change: (inout RIB.Neighbor) -> Void = { _ in }
    ) -> NeighborID {
        let last = UInt32(peers.count + 1)
        let address = Address(v4: 0xc000_0200 + last)
        var neighbor = RIB.Neighbor(asn: ASN(asn), address: address)
        (neighbor.importing, neighbor.exporting) = (.acceptAll, .acceptAll)
        change(&neighbor)
        let id = rib.add(neighbor)
        let isInternal = ASN(asn) == Self.asn
        if up {
            rib.up(
                id,
                SessionTerms(
                    peerID: RouterID(rawValue: last), codec: Codec(fourByteASN: true, isInternal: isInternal),
                    families: [.ipv4, .ipv6],
                    nextHops: [.ipv4: [Address(v4: 0xc612_0001)], .ipv6: [Address(v6: 0x2001_0db8 << 96 | 1)]]))
        }
        peers.append(Seeing.Peer(id: id, name: name, asn: ASN(asn), mrai: .seconds(5), interface: interface))
        sessions.append(Self.session(name, asn, address, up: up))
        return id
    }

    private static func session(_ name: String, _ asn: UInt32, _ address: Address, up: Bool) -> NeighborStatus {
        let negotiated = Negotiated(
            peerASN: ASN(asn), peerID: RouterID(rawValue: 7), holdTime: .seconds(9), families: [.ipv4, .ipv6],
            codec: Codec(), canRefresh: true, marksRefresh: false, peerRole: nil, local: Address(v4: 0xc612_0001),
            peerCapabilities: [
                .multiprotocol(.ipv4Unicast), .multiprotocol(RouteFamily(.ipv6)), .routeRefresh,
                .other(.gracefulRestart, []),
            ])
        var counters = Counters()
        (counters.malformed, counters.received.updates) = (2, 40)
        let session = Session.Configuration(asn: Self.asn, id: RouterID(rawValue: 1), peerASN: ASN(asn))
        return NeighborStatus(
            name: name, address: address, asn: ASN(asn), state: up ? .established : .active,
            since: moment(600), lastError: up ? nil : "connect: Connection refused",
            negotiated: up ? negotiated : nil, offered: session.capabilities, counters: counters, receivedPrefixes: 0,
            disabledFamilies: [], advertised: [], pendingBytes: 12)
    }

    /// A route as a neighbor sends it.
    func announce(
        _ prefix: String, _ path: [UInt32], from id: NeighborID, _ change: (inout PathAttributes) -> Void = { _ in }
    ) {
        guard let prefix = Prefix(prefix) else { return }
        var attributes = PathAttributes()
        (attributes.origin, attributes.asPath) = (.igp, ASPath(sequence: path.map { ASN($0) }))
        if prefix.family == .ipv4 { attributes.nextHop = Address(v4: 0xc000_0200 + UInt32(id.rawValue)) }
        change(&attributes)
        let hops = prefix.family == .ipv6 ? [Address(v6: 0x2001_0db8_ffff << 80 | UInt128(id.rawValue))] : []
        rib.announce(
            [prefix], attributes, nextHops: hops, from: id, now: Self.moment(100))
    }

    func settle() {
        while rib.work(1000) {}
        for peer in peers { while rib.hasNews(for: peer.id) { _ = rib.take(for: peer.id) } }
    }

    var seeing: Seeing {
        Seeing(
            asn: Self.asn, routerID: RouterID(rawValue: 0xc612_0001), peers: peers, now: Self.now,
            wall: 1_795_290_000)
    }

    func ask(_ question: RoutesQuestion) throws -> RoutesAnswer { try seeing.routes(question, &rib) }

    func neighbors(_ name: String? = nil) throws -> [NeighborAnswer] {
        let answer = try seeing.neighbors(named: name, sessions, rib).answer
        guard answer.asn == Self.asn.rawValue, answer.routerID == "198.18.0.1" else { return [] }
        return answer.neighbors
    }

    func story(
        _ text: String, kernel: (Prefix) -> PrefixAnswer.Kernel? = { _ in nil }
    ) throws -> PrefixAnswer {
        let subject = Prefix(text).map(Seeing.Subject.prefix) ?? .address(Address(text) ?? Address(v4: 0))
        var story = try seeing.story(subject, &rib)
        story.kernel = story.subject.flatMap(kernel)
        return story
    }

    func answer(_ target: String, _ method: String = "GET") -> SeeingAnswer? {
        seeing.answer(Request(method, target), &rib, sessions: { sessions })
    }

    /// `prefix neighbor state: reason`, of each route.
    func lines(_ question: RoutesQuestion) throws -> [String] {
        try ask(question).routes.map { "\($0.prefix) \($0.neighbor ?? "ourselves") \($0.state): \($0.reason)" }
    }

    /// What is refused, in words.
    func refusal(of target: String, _ method: String = "GET") -> String? {
        guard case .refused(let refusal)? = answer(target, method) else { return nil }
        return "\(refusal.status) \(refusal.text)"
    }
}
