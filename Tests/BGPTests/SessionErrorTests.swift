import BGP
import Net
import Testing

/// What a message or a timer does in a state where it isn't due: RFC 4271 §8.2.2, RFC 6608.
@Suite("Session, errors in each state")
struct SessionErrorTests {
    enum Place: String, Sendable, CaseIterable { case openSent, openConfirm, established }

    private func rig(in place: Place) -> Rig {
        var rig = Rig()
        switch place {
        case .openSent: rig.toOpenSent()
        case .openConfirm: rig.toOpenConfirm()
        case .established: rig.toEstablished()
        }
        return rig
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var place: Place
        var message: Message
        var answer: String
        var testDescription: String { "\(message.type) in \(place.rawValue)" }
    }

    static let cases = [
        Case(
            place: .openSent, message: .keepalive, answer: "Finite State Machine Error/Unexpected Message in OpenSent"),
        Case(
            place: .openSent, message: .update(Update()),
            answer: "Finite State Machine Error/Unexpected Message in OpenSent"),
        Case(
            place: .openSent, message: .refresh(RouteRefresh(.request, .ipv4Unicast)),
            answer: "Finite State Machine Error/Unexpected Message in OpenSent"),
        Case(
            place: .openConfirm, message: Rig.peerOpen(),
            answer: "Finite State Machine Error/Unexpected Message in OpenConfirm"),
        Case(
            place: .openConfirm, message: .update(Update()),
            answer: "Finite State Machine Error/Unexpected Message in OpenConfirm"),
        Case(
            place: .established, message: Rig.peerOpen(),
            answer: "Finite State Machine Error/Unexpected Message in Established"),
    ]

    @Test("a message out of place ends the connection with the code of its state", arguments: cases)
    func outOfPlace(each: Case) {
        var rig = rig(in: each.place)
        rig.receive(each.message)
        #expect(rig.look().prefix(2) == ["outgoing: NOTIFICATION \(each.answer)", "outgoing: close"])
    }

    @Test(
        "garbage ends the connection in every state, is counted, and reported with its bytes", arguments: Place.allCases
    )
    func garbage(place: Place) {
        var rig = rig(in: place)
        rig.handle(.received([UInt8](repeating: 0x47, count: 5000), Rig.outgoing))
        #expect(
            rig.look().prefix(3) == [
                "malformed (19 bytes): a message that doesn't begin with the marker",
                "outgoing: NOTIFICATION Message Header Error/Connection Not Synchronized", "outgoing: close",
            ])
        #expect(rig.session.counters.malformed == 1)
    }

    @Test("the neighbor's NOTIFICATION ends the connection without an answer", arguments: Place.allCases)
    func notified(place: Place) {
        var rig = rig(in: place)
        rig.receive(.notification(.shutdown("lunch")))
        let verb = place == .established ? "down" : "failed"
        #expect(
            rig.look().prefix(2) == [
                "outgoing: close", "\(verb): the neighbor said: Cease/Administrative Shutdown: lunch",
            ])
        #expect(rig.session.endings.last == .notified(.shutdown("lunch")))
    }

    @Test("rule 18: a neighbor that refuses our hold time is shown with what it said")
    func holdTimeRefused() {
        var rig = rig(in: .openSent)
        rig.receive(.notification(BGPError.unacceptableHoldTime(seconds: 2).notification))
        #expect(
            "\(rig.session.endings)" == "the neighbor refuses our hold time of 90 s "
                + "(it said: OPEN Message Error/Unacceptable Hold Time)")
    }

    @Test(
        "silence ends the connection with Hold Timer Expired",
        arguments: [(Place.openSent, 240), (.openConfirm, 90), (.established, 90)])
    func silence(place: Place, seconds: Int) {
        var rig = rig(in: place)
        rig.pass(.seconds(seconds) - .milliseconds(1))
        #expect(!rig.look().contains("outgoing: NOTIFICATION Hold Timer Expired"))
        rig.pass(.milliseconds(1))
        #expect(rig.look().contains("outgoing: NOTIFICATION Hold Timer Expired"))
    }

    @Test("stopping says why to the neighbor, and nothing goes on", arguments: Place.allCases)
    func stop(place: Place) {
        var rig = rig(in: place)
        rig.handle(.stop("maintenance"))
        #expect(
            rig.look() == [
                "outgoing: NOTIFICATION Cease/Administrative Shutdown: maintenance", "outgoing: close",
            ] + (place == .established ? ["down: stopped: maintenance"] : []))
        rig.pass(.seconds(10_000))
        #expect(rig.session.state == .idle && rig.look() == [] && rig.timers.isEmpty)
        rig.handle(.start)
        #expect(rig.session.state == .connect)
    }

    @Test("stopping while an attempt is under way gives it up")
    func stopInConnect() {
        var rig = Rig()
        rig.handle(.start)
        rig.handle(.stop("maintenance"))
        #expect(rig.look() == ["connect", "outgoing: close"] && rig.timers.isEmpty)
    }

    @Test("repeated errors in OPEN make us wait longer and longer, up to two minutes")
    func backoff() throws {
        var rig = Rig()
        rig.handle(.start)
        var waits: [Duration] = []
        for serial in 1...14 as ClosedRange<UInt64> {
            let id = ConnectionID(.outgoing, serial)
            rig.handle(.connected(id, local: Rig.local))
            rig.receive(Rig.peerOpen(asn: ASN(1)), id)
            guard serial > 1 else { continue }
            #expect(rig.session.state == .active)
            let wait = try #require(rig.time(to: .connectRetry))
            waits.append(wait)
            rig.pass(wait)
            #expect(rig.session.state == .connect)
        }
        for (index, wait) in waits.enumerated() {
            let full = min(Duration.seconds(120), .milliseconds(500) * (1 << index))
            #expect(wait >= full * 0.749 && wait <= full, "\(index): \(wait)")
        }
    }

    /// After `count` attempts that ended with an OPEN of the wrong AS.
    private func rig(afterBadOpens count: UInt64) -> Rig {
        var rig = Rig()
        rig.handle(.start)
        for serial in 1...count {
            if rig.session.state == .active { rig.pass(rig.time(to: .connectRetry) ?? .zero) }
            let id = ConnectionID(.outgoing, serial)
            rig.handle(.connected(id, local: Rig.local))
            rig.receive(Rig.peerOpen(asn: ASN(1)), id)
        }
        _ = rig.look()
        return rig
    }

    @Test("a neighbor that was mended gets in with its own connection, however long we would wait")
    func mended() {
        var rig = rig(afterBadOpens: 12)
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        rig.receive(Rig.peerOpen(), Rig.incoming)
        rig.receive(.keepalive, Rig.incoming)
        #expect(rig.look() == ["incoming: OPEN", "incoming: KEEPALIVE", "up"])
        #expect(rig.session.endings.cause == nil)
    }

    @Test("a neighbor that wasn't is told each time, and we wait on")
    func notMended() throws {
        var rig = rig(afterBadOpens: 12)
        for serial in 1...3 as ClosedRange<UInt64> {
            rig.pass(.seconds(5))
            let id = ConnectionID(.incoming, serial)
            rig.handle(.accepted(id, local: Rig.local))
            rig.receive(Rig.peerOpen(asn: ASN(1)), id)
            #expect(
                rig.look().prefix(2) == ["incoming: OPEN", "incoming: NOTIFICATION OPEN Message Error/Bad Peer AS"])
            #expect(rig.session.state == .active && rig.open.isEmpty)
            #expect(try #require(rig.time(to: .connectRetry)) >= .seconds(89))
        }
    }

    @Test("after a session that an error ended, connections are refused until the idle hold is over")
    func heldAfterSession() throws {
        var rig = rig(afterBadOpens: 3)
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        rig.receive(Rig.peerOpen(), Rig.incoming)
        rig.receive(.keepalive, Rig.incoming)
        rig.receive(Rig.peerOpen(), Rig.incoming)
        _ = rig.look()
        #expect(rig.session.state == .idle)
        rig.handle(.accepted(ConnectionID(.incoming, 2), local: Rig.local))
        #expect(rig.look() == ["incoming: NOTIFICATION Cease/Connection Rejected", "incoming: close"])
        rig.pass(try #require(rig.time(to: .idleHold)))
        #expect(rig.session.state == .connect)
    }

    @Test("a start by hand ends the wait after an error")
    func startByHand() {
        var rig = rig(afterBadOpens: 2)
        #expect(rig.session.state == .active)
        rig.handle(.start)
        #expect(rig.session.state == .connect && rig.look() == ["connect"])
        rig.handle(.start)
        #expect(rig.look() == [], "one attempt at a time")
    }

    @Test("what BGP said stays the error that is shown while TCP fails after it, and goes when the session is up")
    func endings() {
        var rig = rig(afterBadOpens: 1)
        let cause = "the neighbor says it is AS1, expected AS64500 (we said: OPEN Message Error/Bad Peer AS)"
        #expect("\(rig.session.endings)" == cause)
        rig.handle(.connectFailed(ConnectionID(.outgoing, 2), reason: "connection reset"))
        #expect("\(rig.session.endings)" == cause + "; since then: connection reset")
        rig.handle(.accepted(Rig.incoming, local: Rig.local))
        rig.receive(.notification(BGPError.rejected.notification), Rig.incoming)
        #expect("\(rig.session.endings)" == cause + "; since then: the neighbor said: Cease/Connection Rejected")
        let next = ConnectionID(.incoming, 2)
        rig.handle(.accepted(next, local: Rig.local))
        rig.receive(.notification(BGPError.badPeerAS(ASN(1), expected: ASN(2)).notification), next)
        #expect("\(rig.session.endings)" == "the neighbor said: OPEN Message Error/Bad Peer AS")
        let last = ConnectionID(.incoming, 3)
        rig.handle(.accepted(last, local: Rig.local))
        rig.receive(Rig.peerOpen(), last)
        rig.receive(.keepalive, last)
        rig.handle(.closed(last, reason: "gone"))
        #expect("\(rig.session.endings)" == "gone")
    }
}
