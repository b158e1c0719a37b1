import BGP
import Net
import Testing

@Suite("Session, Established")
struct EstablishedTests {
    @Test("sends a KEEPALIVE about every third of the hold time, and stays up while it hears some")
    func keepalives() {
        var rig = Rig()
        rig.toEstablished()
        for _ in 0..<40 {
            rig.pass(.seconds(30))
            rig.receive(.keepalive)
        }
        let sent = rig.look()
        #expect(sent.allSatisfy { $0 == "outgoing: KEEPALIVE" } && (40...54).contains(sent.count))
        #expect(rig.session.state == .established)
    }

    @Test("UPDATEs keep it up as well as KEEPALIVEs")
    func updatesCount() {
        var rig = Rig()
        rig.toEstablished()
        for _ in 0..<10 {
            rig.pass(.seconds(80))
            rig.receive(.update(Update()))
        }
        #expect(rig.session.state == .established)
    }

    @Test("the same intent twice sends nothing; a change sends the difference")
    func difference() {
        var rig = Rig()
        rig.toEstablished()
        let (a, b) = (Announcement("203.0.113.0/24"), Announcement("198.51.100.0/24"))
        rig.handle(.export([a, b]))
        #expect(
            rig.look() == ["outgoing: UPDATE", "announced 198.51.100.0/24", "announced 203.0.113.0/24"],
            "equal attributes share a message")
        rig.handle(.export([b, a]))
        #expect(rig.look() == [])
        var longer = a
        longer.prepend = 3
        rig.handle(.export([longer, b]))
        #expect(rig.look() == ["outgoing: UPDATE", "announced 203.0.113.0/24"])
        rig.handle(.export([b]))
        #expect(rig.look() == ["outgoing: UPDATE", "withdrawn 203.0.113.0/24"])
        #expect(rig.session.advertised == [b])
    }

    @Test("what the neighbor can't be told is refused with a reason, once")
    func refused() {
        var rig = Rig()
        rig.toEstablished()
        let table = [Announcement("2001:db8:113::/48"), Announcement("203.0.113.0/24")]
        rig.handle(.export(table))
        #expect(rig.look().last == "refused 2001:db8:113::/48: ipv6 is not exchanged with this neighbor")
        rig.handle(.export(table))
        #expect(rig.look() == [])
    }

    @Test("rule 10: more prefixes than allowed end the session with Cease/Maximum Number of Prefixes, for two minutes")
    func maxPrefixes() {
        var rig = Rig { $0.maxPrefixes = 10 }
        rig.toEstablished()
        for round in 0..<3 {
            rig.receive(.update(announcing(0..<10))); #expect(rig.session.receivedPrefixes == 10, "\(round)")
        }
        rig.receive(.update(withdrawing(0..<5)))
        rig.receive(.update(announcing(10..<15)))
        #expect(rig.session.state == .established && rig.session.receivedPrefixes == 10)
        let warning = "warning: 10 prefixes received, 10 are allowed"
        #expect(rig.look() == [warning, warning], "once, and again after there were fewer")
        rig.receive(.update(announcing(20..<21)))
        #expect(
            rig.look().prefix(2) == [
                "outgoing: NOTIFICATION Cease/Maximum Number of Prefixes Reached", "outgoing: close",
            ])
        rig.pass(.seconds(89))
        #expect(rig.session.state == .idle)
        rig.pass(.seconds(31))
        #expect(rig.session.state == .connect)
    }

    @Test("prefixes of families that were not negotiated are ignored")
    func otherFamily() {
        var rig = Rig { $0.maxPrefixes = 1 }
        rig.toEstablished()
        var update = Update()
        update.reach = Reach(
            family: .ipv6, nextHops: [Address(v6: 1)],
            prefixes: [Announcement("2001:db8::/32").prefix, Announcement("2001:db9::/32").prefix])
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [Rig.peerASN]))
        rig.receive(.update(update))
        #expect(rig.session.state == .established && rig.session.receivedPrefixes == 0)
    }

    @Test("a malformed MED is treated as a withdrawal: counted, reported, and the session stays")
    func malformed() throws {
        var rig = Rig()
        rig.toEstablished()
        rig.receive(.update(announcing(0..<1)))
        var update = announcing(0..<1)
        update.attributes.other = [RawAttribute([.optional], .med, [1, 2, 3])]
        rig.receive(.update(update))
        #expect(rig.look() == ["malformed (53 bytes): MULTI_EXIT_DISC of 3 bytes (treated as withdrawal)"])
        #expect(rig.session.receivedPrefixes == 0 && rig.session.counters.malformed == 1)
        #expect(rig.session.state == .established)
    }

    @Test("a neighbor that reads nothing gets nothing more, and after the send hold time its session ends (RFC 9687)")
    func sendHold() {
        var rig = Rig()
        rig.toEstablished()
        rig.handle(.export([Announcement("203.0.113.0/24")]))
        rig.handle(.blocked(Rig.outgoing))
        #expect(rig.time(to: .sendHold(Rig.outgoing)) == .seconds(480))
        _ = rig.look()
        rig.handle(.export([Announcement("198.51.100.0/24")]))
        rig.handle(.export([]))
        #expect(rig.look() == [], "only the newest table counts once it reads again")
        for _ in 0..<8 {
            rig.pass(.seconds(60) - .milliseconds(1))
            rig.receive(.keepalive)
        }
        #expect(rig.session.state == .established)
        rig.pass(.milliseconds(8))
        #expect(rig.look().contains("outgoing: NOTIFICATION Send Hold Timer Expired"))
    }

    @Test("a neighbor that reads again in time learns what changed meanwhile")
    func drained() {
        var rig = Rig { $0.sendHoldTime = .seconds(600) }
        rig.toEstablished()
        rig.handle(.export([Announcement("203.0.113.0/24")]))
        rig.handle(.blocked(Rig.outgoing))
        rig.handle(.export([Announcement("198.51.100.0/24")]))
        _ = rig.look()
        rig.handle(.drained(Rig.outgoing))
        #expect(!rig.isArmed(.sendHold(Rig.outgoing)))
        #expect(
            rig.look() == [
                "outgoing: UPDATE", "outgoing: UPDATE", "withdrawn 203.0.113.0/24", "announced 198.51.100.0/24",
            ])
    }

    @Test("a session that fails before its hold time is over isn't tried again at once, one that outlived it is")
    func shortLived() {
        var rig = Rig()
        rig.toEstablished()
        rig.handle(.closed(Rig.outgoing, reason: "closed"))
        #expect(rig.session.state == .idle && rig.isArmed(.idleHold))
        rig.pass(.milliseconds(500))
        #expect(rig.session.state == .connect)
        let second = ConnectionID(.outgoing, 2)
        rig.handle(.connected(second, local: Rig.local))
        rig.receive(Rig.peerOpen(), second)
        rig.receive(.keepalive, second)
        for _ in 0..<10 {
            rig.pass(.seconds(10))
            rig.receive(.keepalive, second)
        }
        rig.handle(.closed(second, reason: "closed"))
        #expect(rig.session.state == .connect && !rig.isArmed(.idleHold))
    }

    private func announcing(_ range: Range<Int>) -> Update {
        var update = Update()
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [Rig.peerASN]))
        update.attributes.nextHop = Rig.local
        update.announced = range.compactMap { Prefix(Address(v4: UInt32($0) << 8 | 10 << 24), length: 24) }
        return update
    }

    private func withdrawing(_ range: Range<Int>) -> Update {
        var update = Update()
        update.withdrawn = announcing(range).announced
        return update
    }
}
