import BGP
import Net
import Testing

/// What can't be read: RFC 7606 §3 j leaves the choice between the family and the session.
@Suite("A family that can't be read")
struct DisabledFamilyTests {
    private func rig(disables: Bool) -> Rig {
        var rig = Rig {
            $0.families = [.ipv4, .ipv6]
            $0.disablesFamilies = disables
        }
        rig.toEstablished(
            Rig.peerOpen([.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .fourByteASN(Rig.peerASN)]))
        for text in ["198.51.100.0/24", "2001:db8::/32"] { rig.receive(.update(announcing(text))) }
        _ = rig.look()
        return rig
    }

    private func announcing(_ text: String) -> Update {
        let prefix = Announcement(text).prefix
        var update = Update()
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [Rig.peerASN]))
        if prefix.family == .ipv4 {
            (update.attributes.nextHop, update.announced) = (Rig.local, [prefix])
        } else {
            update.reach = Reach(family: .ipv6, nextHops: [Address(v6: 1 << 96)], prefixes: [prefix])
        }
        return update
    }

    private func bytes(_ vector: String) throws -> [UInt8] {
        try #require(Vector.all.first { $0.name == vector }).bytes
    }

    @Test("the session is reset, unless it was told to give up the family alone")
    func reset() throws {
        var rig = rig(disables: false)
        rig.handle(.received(try bytes("rfc7606-mp-reach-next-hop"), Rig.outgoing))
        #expect(rig.look().contains("outgoing: NOTIFICATION UPDATE Message Error/Optional Attribute Error"))
        #expect(rig.session.state != .established)
    }

    @Test("the family's routes go, its later ones are ignored, and the other family stays")
    func disabled() throws {
        var rig = rig(disables: true)
        #expect(rig.session.receivedPrefixes == 2)
        rig.handle(.received(try bytes("rfc7606-mp-reach-next-hop"), Rig.outgoing))
        let log = rig.look()
        #expect(log.count == 2 && log[0].hasPrefix("malformed (66 bytes)"), "\(log)")
        #expect(
            log.last == "disabled ipv6: MP_REACH_NLRI with a next hop of 15 bytes (address family disabled)", "\(log)")
        #expect(rig.session.receivedPrefixes == 1 && rig.session.disabledFamilies == [.ipv6])
        rig.receive(.update(announcing("2001:db8:1::/48")))
        #expect(rig.session.receivedPrefixes == 1)
        rig.receive(.update(announcing("203.0.113.0/24")))
        #expect(rig.session.receivedPrefixes == 2)
        rig.handle(.received(try bytes("rfc7606-mp-reach-next-hop"), Rig.outgoing))
        #expect(!rig.look().contains { $0.hasPrefix("disabled") }, "it is said once")
        rig.handle(.export([Announcement("203.0.113.0/24")]))
        #expect(rig.look().contains("announced 203.0.113.0/24"), "what we announce goes on")
    }

    @Test("IPv4 prefixes outside of MP_REACH_NLRI are a family like any other")
    func classic() throws {
        var rig = rig(disables: true)
        rig.handle(.received(try bytes("rfc7606-prefix-overrun"), Rig.outgoing))
        #expect(rig.session.state == .established && rig.session.disabledFamilies == [.ipv4])
        #expect(rig.session.receivedPrefixes == 1)
    }

    @Test("a new session hears all families again")
    func again() throws {
        var rig = rig(disables: true)
        rig.handle(.received(try bytes("rfc7606-mp-reach-next-hop"), Rig.outgoing))
        rig.handle(.closed(Rig.outgoing, reason: "gone"))
        rig.pass(.milliseconds(500))
        let second = ConnectionID(.outgoing, 2)
        rig.handle(.connected(second, local: Rig.local))
        rig.receive(
            Rig.peerOpen([.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .fourByteASN(Rig.peerASN)]),
            second)
        rig.receive(.keepalive, second)
        #expect(rig.session.state == .established && rig.session.disabledFamilies == [])
    }
}
