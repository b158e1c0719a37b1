import BGP
import Net
import Testing

@Suite("Session, from Idle to Established")
struct SessionTests {
    @Test("comes up when it connects")
    func active() {
        var rig = Rig()
        #expect(rig.session.state == .idle)
        rig.handle(.start)
        #expect(rig.session.state == .connect && rig.look() == ["connect"] && rig.isArmed(.connectRetry))
        rig.handle(.connected(Rig.outgoing, local: Rig.local))
        #expect(rig.session.state == .openSent && rig.look() == ["outgoing: OPEN"] && !rig.isArmed(.connectRetry))
        #expect(rig.time(to: .hold(Rig.outgoing)) == .seconds(240))
        rig.receive(Rig.peerOpen())
        #expect(rig.session.state == .openConfirm && rig.look() == ["outgoing: KEEPALIVE"])
        #expect(rig.time(to: .hold(Rig.outgoing)) == .seconds(90))
        rig.receive(.keepalive)
        #expect(rig.session.state == .established && rig.look() == ["up"])
    }

    @Test("comes up when the neighbor connects, and doesn't connect itself when passive")
    func passive() {
        var rig = Rig { $0.passive = true }
        rig.handle(.start)
        rig.pass(.seconds(1000))
        #expect(rig.session.state == .active && rig.look() == [])
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        rig.receive(Rig.peerOpen(), Rig.incoming)
        rig.receive(.keepalive, Rig.incoming)
        #expect(rig.session.state == .established && rig.look() == ["incoming: OPEN", "incoming: KEEPALIVE", "up"])
    }

    @Test("takes the neighbor's connection while it waits for its own next attempt, and then makes none")
    func activeTakesIncoming() {
        var rig = Rig()
        rig.handle(.start)
        rig.handle(.connectFailed(Rig.outgoing, reason: "connection refused"))
        #expect(rig.session.state == .active && rig.look() == ["connect", "failed: connection refused"])
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        #expect(rig.session.state == .openSent && !rig.isArmed(.connectRetry))
        rig.receive(Rig.peerOpen(), Rig.incoming)
        rig.receive(.keepalive, Rig.incoming)
        #expect(rig.session.state == .established)
    }

    @Test(
        "tries again after 75 to 100 % of the connect retry time, each time another",
        arguments: 1...20 as ClosedRange<UInt64>)
    func retry(seed: UInt64) throws {
        var rig = Rig(seed: seed) { $0.connectRetry = .seconds(100) }
        rig.handle(.start)
        rig.handle(.connectFailed(Rig.outgoing, reason: "connection refused"))
        let first = try #require(rig.time(to: .connectRetry))
        #expect(first >= .seconds(75) && first <= .seconds(100))
        rig.pass(first)
        #expect(rig.session.state == .connect)
        rig.handle(.connectFailed(ConnectionID(.outgoing, 2), reason: "connection refused"))
        #expect(rig.time(to: .connectRetry) != first)
    }

    @Test("gives up an attempt that takes longer than the connect retry time, and makes the next")
    func slowConnect() {
        var rig = Rig()
        rig.handle(.start)
        rig.pass(.seconds(120))
        let silence = "no answer to our SYN: out of reach, filtered, or another TCP-MD5 password"
        #expect(rig.look() == ["connect", "outgoing: close", "failed: \(silence)", "connect"])
        #expect("\(rig.session.endings)" == silence)
        rig.handle(.connected(Rig.outgoing, local: Rig.local))
        #expect(rig.session.state == .connect, "late news of the first attempt changes nothing")
    }

    @Test("a connection that closes before the neighbor's OPEN leads back to Active")
    func closedInOpenSent() {
        var rig = Rig()
        rig.toOpenSent()
        rig.handle(.closed(Rig.outgoing, reason: "closed"))
        #expect(rig.session.state == .active && rig.isArmed(.connectRetry) && !rig.isArmed(.hold(Rig.outgoing)))
    }

    @Test("the router is absent for a while and comes back: the session does too, with everything announced again")
    func absence() {
        var rig = Rig { $0.connectRetry = .seconds(5) }
        rig.handle(.export([Announcement("203.0.113.0/24")]))
        rig.toEstablished()
        rig.pass(.seconds(60))
        rig.receive(.keepalive)
        rig.pass(.seconds(60))
        rig.handle(.closed(Rig.outgoing, reason: "connection reset by peer"))
        #expect(rig.session.state == .connect, "a session that was sound is tried again at once")
        for serial in 2...20 as ClosedRange<UInt64> {
            rig.handle(.connectFailed(ConnectionID(.outgoing, serial), reason: "no route to host"))
            rig.pass(.seconds(5))
        }
        let id = ConnectionID(.outgoing, 21)
        _ = rig.look()
        rig.handle(.connected(id, local: Rig.local))
        rig.receive(Rig.peerOpen(), id)
        rig.receive(.keepalive, id)
        #expect(
            rig.look() == [
                "outgoing: OPEN", "outgoing: KEEPALIVE", "up", "outgoing: UPDATE", "announced 203.0.113.0/24",
            ])
    }

    @Test("bytes may come in any pieces")
    func pieces() {
        var rig = Rig()
        rig.toOpenSent()
        let bytes = Rig.peerOpen().encoded(Codec()) + Message.keepalive.encoded(Codec())
        for byte in bytes { rig.handle(.received([byte], Rig.outgoing)) }
        #expect(rig.session.state == .established)
    }

    @Test("all that is needed may come at once")
    func together() {
        var rig = Rig()
        rig.toOpenSent()
        var update = Update()
        update.withdrawn = [Announcement("192.0.2.0/24").prefix]
        let messages = [Rig.peerOpen(), .keepalive, .update(update), .keepalive]
        rig.handle(.received(messages.flatMap { $0.encoded(Codec()) }, Rig.outgoing))
        #expect(rig.session.state == .established && rig.session.counters.received.updates == 1)
    }
}

@Suite("Session, OPEN")
struct OpenTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var open: Message
        var code: UInt8
        var why: String
        var testDescription: String { why }
    }

    static let refusals = [
        Refusal(open: Rig.peerOpen(asn: ASN(64501)), code: 2, why: "another AS than expected"),
        Refusal(open: Rig.peerOpen(id: 0), code: 3, why: "a BGP identifier of zero"),
        Refusal(open: Rig.peerOpen(holdTime: 1), code: 6, why: "a hold time of 1 s"),
        Refusal(open: Rig.peerOpen(holdTime: 2), code: 6, why: "a hold time of 2 s"),
        Refusal(
            open: Rig.peerOpen([.multiprotocol(.ipv6Unicast), .fourByteASN(Rig.peerASN)]), code: 7,
            why: "no family in common"),
    ]

    @Test("an OPEN is refused for", arguments: refusals)
    func refused(refusal: Refusal) throws {
        var rig = Rig()
        rig.toOpenSent()
        rig.receive(refusal.open)
        let name = try #require(rig.look().first)
        let expected = Notification(.open, refusal.code)
        #expect(name == "outgoing: NOTIFICATION \(expected)")
        #expect(rig.open.isEmpty)
    }

    @Test("inside an AS the neighbor's BGP identifier must differ from ours; outside it needn't (RFC 6286)")
    func sameID() {
        var inside = Rig { $0.peerASN = Rig.asn }
        inside.toOpenSent()
        inside.receive(Rig.peerOpen(asn: Rig.asn, id: Rig.id.rawValue))
        #expect(inside.look().first == "outgoing: NOTIFICATION OPEN Message Error/Bad BGP Identifier")
        var outside = Rig()
        outside.toOpenConfirm(Rig.peerOpen(id: Rig.id.rawValue))
        #expect(outside.session.state == .openConfirm)
    }

    @Test("a neighbor with a four-byte ASN says 23456 in the old field and itself in the capability")
    func fourByte() {
        var rig = Rig { $0.peerASN = ASN(4_200_000_001) }
        rig.toEstablished(Rig.peerOpen(asn: ASN(4_200_000_001)))
        #expect(rig.session.negotiated?.peerASN == ASN(4_200_000_001))
        #expect(rig.session.negotiated?.codec.fourByteASN == true)
    }

    @Test("a neighbor without capabilities gets two-byte paths and IPv4 only")
    func old() {
        var rig = Rig { $0.families = [.ipv4, .ipv6] }
        rig.toEstablished(Rig.peerOpen([]))
        #expect(rig.session.negotiated?.codec.fourByteASN == false)
        #expect(rig.session.negotiated?.families == [.ipv4])
    }

    @Test("unknown capabilities of the neighbor survive and disturb nothing")
    func unknown() {
        let odd = Capability.other(CapabilityCode(rawValue: 222), [1, 2, 3])
        var rig = Rig()
        rig.toEstablished(Rig.peerOpen([odd, .multiprotocol(.ipv4Unicast), .fourByteASN(Rig.peerASN)]))
        #expect(rig.session.negotiated?.peerCapabilities.first == odd)
    }

    @Test(
        "the smaller hold time counts, and zero means none",
        arguments: [(90, 30, 30), (30, 90, 30), (90, 0, 0), (0, 90, 0), (90, 3, 3)])
    func holdTime(ours: Int, theirs: UInt16, expected: Int) {
        var rig = Rig { $0.holdTime = .seconds(ours) }
        rig.toEstablished(Rig.peerOpen(holdTime: theirs))
        #expect(rig.session.negotiated?.holdTime == .seconds(expected))
        #expect(rig.isArmed(.hold(Rig.outgoing)) == (expected > 0))
        #expect(rig.isArmed(.keepalive(Rig.outgoing)) == (expected > 0))
    }

    @Test("the first KEEPALIVE comes early, each session's at another time; the others after a third of the hold time")
    func keepalives() throws {
        var firsts: Set<Duration> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var rig = Rig(seed: seed) { $0.holdTime = .seconds(90) }
            rig.toEstablished(Rig.peerOpen(holdTime: 90))
            let first = try #require(rig.time(to: .keepalive(Rig.outgoing)))
            #expect(first >= .seconds(22.5) && first <= .seconds(30))
            firsts.insert(first)
            rig.pass(first)
            #expect(rig.time(to: .keepalive(Rig.outgoing)) == .seconds(30))
        }
        #expect(firsts.count > 10)
    }

    @Test("our OPEN says who we are")
    func ours() throws {
        var session = Rig { $0.families = [.ipv6, .ipv4] }.session
        _ = session.handle(.start, now: .zero)
        let actions = session.handle(.connected(Rig.outgoing, local: Rig.local), now: .zero)
        guard case .send(let bytes, _) = actions[1], case .success(let messages) = decode(bytes, Codec()) else {
            Issue.record("\(actions)")
            return
        }
        let expected = Open(
            asn: Rig.asn, holdTime: 90, id: Rig.id,
            capabilities: [
                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .extendedMessage,
                .fourByteASN(Rig.asn), .enhancedRouteRefresh,
            ])
        #expect(messages == [.open(expected)])
    }
}
