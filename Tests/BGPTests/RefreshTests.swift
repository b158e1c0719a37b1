import BGP
import Net
import Testing

@Suite("Routes told again")
struct RefreshTests {
    static let plain: [Capability] = [.multiprotocol(.ipv4Unicast), .fourByteASN(Rig.peerASN), .routeRefresh]
    static let enhanced = plain + [.enhancedRouteRefresh]

    private func rig(_ capabilities: [Capability], _ change: (inout Session.Configuration) -> Void = { _ in }) -> Rig {
        var rig = Rig(change)
        rig.toEstablished(Rig.peerOpen(capabilities))
        rig.handle(.export([Announcement("203.0.113.0/24"), Announcement("198.51.100.0/24", prepend: 1)]))
        _ = rig.look()
        return rig
    }

    private func ask(_ rig: inout Rig, _ subtype: RouteRefresh.Subtype = .request, _ family: RouteFamily = .ipv4Unicast)
    {
        rig.receive(.refresh(RouteRefresh(subtype, family)))
    }

    @Test("a request gets all that was announced (RFC 2918)")
    func answer() {
        var rig = rig(Self.plain)
        ask(&rig)
        #expect(rig.look() == ["outgoing: UPDATE", "outgoing: UPDATE"])
        #expect(rig.session.counters.received.refreshes == 1)
    }

    @Test("between marks, when the neighbor knows them (RFC 7313)")
    func marks() {
        var rig = rig(Self.enhanced)
        ask(&rig)
        #expect(
            rig.look() == [
                "outgoing: ROUTE-REFRESH beginning of ipv4 unicast", "outgoing: UPDATE", "outgoing: UPDATE",
                "outgoing: ROUTE-REFRESH end of ipv4 unicast",
            ])
    }

    @Test("a request for a family that isn't exchanged is ignored (RFC 2918 §4)")
    func otherFamily() {
        var rig = rig(Self.enhanced)
        ask(&rig, .request, .ipv6Unicast)
        ask(&rig, .request, RouteFamily(afi: 1, safi: 128))
        #expect(rig.look() == [] && rig.session.state == .established)
    }

    @Test("many requests get one answer a second, and the last is not forgotten")
    func flood() {
        var rig = rig(Self.plain)
        for _ in 0..<500 { ask(&rig) }
        #expect(rig.look().count == 2)
        rig.pass(.seconds(1))
        #expect(rig.look().count == 2)
        rig.pass(.seconds(5))
        #expect(rig.look() == [])
        ask(&rig)
        #expect(rig.look().count == 2)
    }

    @Test("while the neighbor reads nothing, nothing is told again; afterwards it is")
    func blocked() {
        var rig = rig(Self.plain)
        rig.handle(.blocked(Rig.outgoing))
        ask(&rig)
        #expect(rig.look() == [])
        rig.handle(.drained(Rig.outgoing))
        #expect(rig.look() == ["outgoing: UPDATE", "outgoing: UPDATE"])
    }

    @Test("we ask a neighbor that can, and no other")
    func request() {
        var rig = rig(Self.plain)
        rig.handle(.refresh(.ipv4))
        #expect(rig.look() == ["outgoing: ROUTE-REFRESH request for ipv4 unicast"])
        rig.handle(.refresh(.ipv6))
        #expect(rig.look() == [])
        rig = self.rig([.multiprotocol(.ipv4Unicast), .fourByteASN(Rig.peerASN)])
        rig.handle(.refresh(.ipv4))
        #expect(rig.look() == [])
    }

    @Test("what isn't sent again between the marks is gone")
    func stale() {
        var rig = rig(Self.enhanced)
        rig.receive(.update(announcing(0..<10)))
        #expect(rig.session.receivedPrefixes == 10)
        ask(&rig, .begin)
        rig.receive(.update(announcing(0..<6)))
        rig.receive(.update(announcing(20..<21)))
        #expect(rig.session.receivedPrefixes == 11)
        ask(&rig, .end)
        #expect(rig.session.receivedPrefixes == 7)
        #expect(rig.look() == ["refreshing ipv4", "refreshed ipv4"])
    }

    @Test("an end without a beginning changes nothing; marks of a neighbor that didn't offer them are ignored")
    func loneMarks() {
        var rig = rig(Self.enhanced)
        rig.receive(.update(announcing(0..<3)))
        ask(&rig, .end)
        #expect(rig.session.receivedPrefixes == 3)
        rig = self.rig(Self.plain)
        rig.receive(.update(announcing(0..<3)))
        ask(&rig, .begin)
        ask(&rig, .end)
        #expect(rig.session.receivedPrefixes == 3 && rig.look() == [])
    }

    @Test("a subtype that nobody has defined is ignored, and said")
    func unknown() {
        var rig = rig(Self.enhanced)
        ask(&rig, RouteRefresh.Subtype(rawValue: 7))
        #expect(rig.look() == ["warning: ROUTE-REFRESH of an unknown kind, ignored: subtype 7 for ipv4 unicast"])
        #expect(rig.session.state == .established)
    }

    @Test("one of another length resets with ROUTE-REFRESH Message Error")
    func length() throws {
        var rig = rig(Self.enhanced)
        rig.handle(.received(try #require(Vector.all.first { $0.name == "rfc7313-length" }).bytes, Rig.outgoing))
        #expect(rig.look().contains("outgoing: NOTIFICATION ROUTE-REFRESH Message Error/Invalid Message Length"))
    }

    private func announcing(_ range: Range<Int>) -> Update {
        var update = Update()
        (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [Rig.peerASN]))
        update.attributes.nextHop = Rig.local
        update.announced = range.compactMap { Prefix(Address(v4: UInt32($0) << 8 | 10 << 24), length: 24) }
        return update
    }
}
