import BGP
import Net
import Testing

/// Both speakers connect at once (RFC 4271 §6.8). Ours has identifier 20.
@Suite("Session, connection collision")
struct CollisionTests {
    /// Both connections are there, our OPEN is on both.
    private func rig() -> Rig {
        var rig = Rig()
        rig.toOpenSent()
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        _ = rig.look()
        return rig
    }

    @Test(
        "the connection of the higher identifier survives, whichever OPEN comes first",
        arguments: [10, 30] as [UInt32], [Rig.outgoing, Rig.incoming])
    func survivor(peerID: UInt32, first: ConnectionID) {
        let second = first == Rig.outgoing ? Rig.incoming : Rig.outgoing
        let winner = peerID < Rig.id.rawValue ? Rig.outgoing : Rig.incoming
        let loser = winner == Rig.outgoing ? Rig.incoming : Rig.outgoing
        var rig = rig()
        rig.receive(Rig.peerOpen(id: peerID), first)
        let farewell = [
            "\(loser.direction): NOTIFICATION Cease/Connection Collision Resolution", "\(loser.direction): close",
        ]
        let keepalive = ["\(winner.direction): KEEPALIVE"]
        #expect(rig.look() == farewell + (first == winner ? keepalive : []), "one OPEN is enough to decide")
        rig.receive(Rig.peerOpen(id: peerID), second)
        #expect(rig.look() == (second == winner ? keepalive : []))
        #expect(rig.open == [winner] && rig.session.state == .openConfirm)
        #expect(!rig.isArmed(.hold(loser)) && !rig.isArmed(.keepalive(loser)))
        rig.receive(.keepalive, winner)
        #expect(rig.session.state == .established && rig.session.counters.collisions == 1)
    }

    @Test("with equal identifiers the higher AS decides (RFC 6286)")
    func equalIDs() {
        var rig = rig()
        rig.receive(Rig.peerOpen(id: Rig.id.rawValue), Rig.incoming)
        rig.receive(Rig.peerOpen(id: Rig.id.rawValue), Rig.outgoing)
        #expect(rig.open == [Rig.outgoing], "65000 is more than 64500")
    }

    @Test(
        "both of two speakers keep the same connection, whoever hears what first", arguments: 0..<2000 as Range<UInt64>)
    func agree(seed: UInt64) {
        var pair = Pair(seed: seed)
        pair.run()
        let (isUp, ups, time) = (pair.isUp, pair.ups, pair.now - .zero)
        #expect(isUp && ups == [1, 1], "seed \(seed): a session that comes up and falls again is a flap: \(ups)")
        #expect(time < .seconds(1), "seed \(seed): \(time)")
    }

    @Test("a connection that comes when the session is up is refused, and the session stays")
    func established() {
        var rig = Rig()
        rig.toEstablished()
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        let refusal = ["incoming: NOTIFICATION Cease/Connection Collision Resolution", "incoming: close"]
        #expect(rig.look() == refusal, "one of two that were begun together is nothing to speak of")
        rig.pass(.seconds(10))
        _ = rig.look()
        rig.handle(.accepted(ConnectionID(.incoming, 2), local: Rig.local))
        let warning = """
            warning: a connection from its address was refused, for the session is up: it has restarted, or somebody else \
            has its address (2 refused so far)
            """
        #expect(rig.look() == refusal + [warning])
        #expect(rig.session.state == .established && rig.session.counters.refusedConnections == 2)
    }

    @Test("what the connection that lost still says is not heard")
    func late() {
        var rig = rig()
        rig.receive(Rig.peerOpen(), Rig.outgoing)
        rig.receive(.keepalive, Rig.outgoing)
        #expect(rig.open == [Rig.outgoing] && rig.session.state == .established)
        rig.receive(Rig.peerOpen(), Rig.incoming)
        #expect(rig.session.state == .established)
    }

    @Test("our own attempt is given up as soon as the neighbor's connection has its OPEN")
    func attempt() {
        var rig = Rig()
        rig.handle(.start)
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        #expect(rig.session.state == .openSent && rig.dialing.count == 1)
        rig.receive(Rig.peerOpen(), Rig.incoming)
        #expect(rig.dialing.isEmpty && !rig.isArmed(.connectRetry))
        rig.handle(.connected(Rig.outgoing, local: Rig.local))
        #expect(rig.session.state == .openConfirm && rig.open == [Rig.incoming])
    }

    @Test("an error on one of the two leaves the other alone")
    func errorOnOne() {
        var rig = rig()
        rig.receive(Rig.peerOpen(asn: ASN(1)), Rig.incoming)
        #expect(rig.open == [Rig.outgoing] && rig.session.state == .openSent)
        rig.receive(Rig.peerOpen(), Rig.outgoing)
        rig.receive(.keepalive, Rig.outgoing)
        #expect(rig.session.state == .established)
    }

    @Test("a neighbor that connects again has given up its earlier connection")
    func again() {
        var rig = Rig { $0.passive = true }
        rig.handle(.start)
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        rig.handle(.accepted(ConnectionID(.incoming, 2), local: Rig.local))
        #expect(rig.open == [ConnectionID(.incoming, 2)])
    }

    @Test("stopping with two connections says farewell on both")
    func stop() {
        var rig = rig()
        rig.handle(.stop("bye"))
        #expect(rig.look().filter { $0.contains("Administrative Shutdown: bye") }.count == 2 && rig.timers.isEmpty)
    }
}
