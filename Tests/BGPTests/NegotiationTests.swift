import BGP
import Net
import Testing

@Suite("What two OPENs come to")
struct NegotiationTests {
    private static let usual: [Capability] = [.multiprotocol(.ipv4Unicast), .fourByteASN(Rig.peerASN)]

    /// What became of an OPEN.
    private func opened(_ capabilities: [Capability], _ change: (inout Session.Configuration) -> Void) -> Rig {
        var rig = Rig(change)
        rig.toOpenSent()
        rig.receive(Rig.peerOpen(capabilities))
        return rig
    }

    struct Pairing: Sendable, CustomTestStringConvertible {
        var ours: Role
        var theirs: Role
        var fits: Bool
        var testDescription: String { "\(ours) and \(theirs)" }
    }

    static let pairings: [Pairing] = {
        let roles: [Role] = [.provider, .routeServer, .routeServerClient, .customer, .peer, Role(rawValue: 5)]
        let fitting: [(Role, Role)] = [
            (.provider, .customer), (.customer, .provider), (.routeServer, .routeServerClient),
            (.routeServerClient, .routeServer), (.peer, .peer),
        ]
        return roles.dropLast().flatMap { ours in
            roles.map { theirs in
                Pairing(ours: ours, theirs: theirs, fits: fitting.contains { $0 == (ours, theirs) })
            }
        }
    }()

    @Test("roles go together or the session is refused with Role Mismatch (RFC 9234 §4.2)", arguments: pairings)
    func roles(pairing: Pairing) {
        var rig = opened(Self.usual + [.role(pairing.theirs)]) { $0.role = pairing.ours }
        #expect((rig.session.state == .openConfirm) == pairing.fits)
        #expect(rig.look().contains("outgoing: NOTIFICATION OPEN Message Error/Role Mismatch") != pairing.fits)
    }

    @Test("a neighbor that says no role is taken for what ours asks for, unless it has to say")
    func silent() {
        var rig = opened(Self.usual) { $0.role = .customer }
        rig.receive(.keepalive)
        #expect(rig.session.negotiated?.peerRole == .provider)
        rig = opened(Self.usual) { ($0.role, $0.requiresRole) = (.customer, true) }
        #expect("\(rig.session.endings)".hasPrefix("the neighbor says no role, and ours is customer"))
    }

    @Test("the same role twice is one; two that differ are refused (RFC 9234 §4.2)")
    func several() {
        #expect(opened(Self.usual + [.role(.peer), .role(.peer)]) { $0.role = .peer }.session.state == .openConfirm)
        let rig = opened(Self.usual + [.role(.peer), .role(.customer)]) { $0.role = .peer }
        #expect("\(rig.session.endings)".hasPrefix("the neighbor says several roles: peer, customer"))
    }

    @Test("inside an AS no role is said, and none is minded")
    func inside() {
        var rig = Rig { ($0.peerASN, $0.role) = (Rig.asn, .customer) }
        rig.toOpenSent()
        rig.receive(Rig.peerOpen(asn: Rig.asn, Self.usual.dropLast() + [.fourByteASN(Rig.asn), .role(.customer)]))
        rig.receive(.keepalive)
        #expect(rig.session.state == .established && rig.session.negotiated?.peerRole == nil)
    }

    @Test(
        "our OPEN offers refresh, extended messages and four-byte ASNs, never graceful restart; the rest where it is asked for"
    )
    func offered() throws {
        func codes(_ change: (inout Session.Configuration) -> Void) throws -> [UInt8] {
            var configuration = Session.Configuration(asn: Rig.asn, id: Rig.id, peerASN: Rig.peerASN)
            change(&configuration)
            var session = Session(configuration, seed: 1)
            _ = session.handle(.start, now: .zero)
            let actions = session.handle(.connected(Rig.outgoing, local: Rig.local), now: .zero)
            guard case .send(let bytes, _)? = actions.first(where: { if case .send = $0 { true } else { false } }),
                case .open(let open)? = try decode(bytes, Codec()).get().first
            else { return [] }
            return open.capabilities.map(\.code.rawValue)
        }
        #expect(try codes { _ in } == [1, 2, 6, 65, 70])
        #expect(
            try codes { ($0.role, $0.ipv4OverIPv6, $0.families) = (.peer, true, [.ipv4, .ipv6]) }
                == [1, 1, 2, 5, 6, 9, 65, 70])
        #expect(try codes { $0.extendedMessages = false } == [1, 2, 65, 70])
    }

    @Test(
        "long messages are sent only to a neighbor that takes them; from any they are taken once offered (RFC 8654 §4)")
    func extended() throws {
        let table = (0..<1500).map { Announcement("10.\($0 / 250).\($0 % 250).0/24") }
        for (capabilities, isLong) in [(Self.usual, false), (Self.usual + [.extendedMessage], true)] {
            var rig = Rig()
            rig.toEstablished(Rig.peerOpen(capabilities))
            rig.handle(.export(table))
            let updates = rig.look().filter { $0 == "outgoing: UPDATE" }
            #expect(updates.count == (isLong ? 1 : 2))
        }
        let long = try #require(Vector.all.first { $0.name == "rfc8654-update" }).bytes
        var rig = Rig()
        rig.toEstablished()
        rig.handle(.received(long, Rig.outgoing))
        #expect(rig.session.receivedPrefixes == 1)
        rig = Rig { $0.extendedMessages = false }
        rig.toEstablished()
        rig.handle(.received(long, Rig.outgoing))
        #expect(rig.look().contains("outgoing: NOTIFICATION Message Header Error/Bad Message Length"))
    }

    @Test("a hundred capabilities need the long form of OPEN, and come through (RFC 9072)")
    func many() throws {
        let list = (0..<100).map { Capability.other(CapabilityCode(rawValue: 128 + UInt8($0)), [1, 2, 3, 4]) }
        let rig = opened(Self.usual + list) { _ in }
        #expect(rig.session.state == .openConfirm)
    }

    @Test("IPv4 prefixes go over IPv6 next hops where both can do that (RFC 8950)")
    func nextHops() throws {
        let local = try #require(Address("2001:db8::2"))
        for both in [true, false] {
            var rig = Rig { ($0.families, $0.ipv4OverIPv6) = ([.ipv4], true) }
            rig.handle(.start)
            rig.handle(.connected(Rig.outgoing, local: local))
            rig.receive(Rig.peerOpen(Self.usual + (both ? [.extendedNextHop([.ipv4OverIPv6])] : [])))
            rig.receive(.keepalive)
            rig.handle(.export([Announcement("203.0.113.0/24")]))
            let log = rig.look()
            #expect(log.contains("announced 203.0.113.0/24") == both, "\(log)")
            #expect(log.contains { $0.contains("no ipv4 address to give as next hop") } != both)
        }
    }
}
