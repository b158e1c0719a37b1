import BGP
import Net
import Testing

/// Routes that are well formed and can't be used.
@Suite("Routes that can't be used")
struct RouteFlawTests {
    private func attributes(_ path: [UInt32], _ change: (inout PathAttributes) -> Void = { _ in }) -> PathAttributes {
        var attributes = PathAttributes()
        attributes.asPath = ASPath(sequence: path.map { ASN($0) })
        change(&attributes)
        return attributes
    }

    private func checks(peer: UInt32 = 64500, _ role: Role? = nil) -> RouteChecks {
        var checks = RouteChecks(asn: ASN(65000), id: RouterID(rawValue: 20), peerASN: ASN(peer))
        checks.peerRole = role
        return checks
    }

    @Test("one with a set of ASes, unless that is asked for (RFC 9774)")
    func asSet() {
        let route = attributes([]) {
            $0.asPath = ASPath([.init(.sequence, [ASN(64500)]), .init(.set, [ASN(64501), ASN(64502)])])
        }
        var checks = checks()
        #expect(checks.flaw(in: route) == .asSet)
        checks.acceptsASSets = true
        #expect(checks.flaw(in: route) == nil)
    }

    @Test("one that came through us, more often than allowed (RFC 4271 §9.1.2)")
    func ownAS() {
        var checks = checks()
        let route = attributes([64500, 65000, 65000, 64501])
        #expect(checks.flaw(in: route) == .ownAS(ASN(65000)))
        checks.allowedOwnAS = 1
        #expect(checks.flaw(in: route) == .ownAS(ASN(65000)))
        checks.allowedOwnAS = 2
        #expect(checks.flaw(in: route) == nil)
    }

    @Test("inside the AS: one that we brought in, or that came through our cluster (RFC 4456 §8)")
    func reflection() {
        var inside = checks(peer: 65000)
        let ours = attributes([]) { $0.originatorID = RouterID(rawValue: 20) }
        let cluster = attributes([]) { $0.clusterList = [RouterID(rawValue: 7), RouterID(rawValue: 20)] }
        #expect(inside.flaw(in: ours) == .ownOriginator(RouterID(rawValue: 20)))
        #expect(inside.flaw(in: cluster) == .ownCluster(RouterID(rawValue: 20)))
        inside.clusterID = RouterID(rawValue: 9)
        #expect(inside.flaw(in: cluster) == nil)
        #expect(inside.flaw(in: attributes([]) { $0.originatorID = RouterID(rawValue: 21) }) == nil)
    }

    @Test("one that begins with another AS, where that is asked for (RFC 4271 §6.3)")
    func firstAS() {
        var checks = checks()
        #expect(checks.flaw(in: attributes([64999])) == nil, "a route server adds nothing")
        checks.enforcesFirstAS = true
        #expect(checks.flaw(in: attributes([64500, 64999])) == nil)
        #expect(checks.flaw(in: attributes([64999])) == .firstAS(ASN(64999), neighbor: ASN(64500)))
        #expect(checks.flaw(in: attributes([])) == .firstAS(nil, neighbor: ASN(64500)))
    }

    /// RFC 9234 §5, ingress: who it came from, what ONLY_TO_CUSTOMER said, and what becomes of it.
    static let leaks: [(Role?, UInt32?, isLeak: Bool, mark: UInt32?)] = [
        (.customer, nil, false, nil), (.customer, 64999, true, 64999), (.routeServerClient, 64500, true, 64500),
        (.peer, nil, false, 64500), (.peer, 64500, false, 64500), (.peer, 64999, true, 64999),
        (.provider, nil, false, 64500), (.provider, 64999, false, 64999), (.routeServer, nil, false, 64500),
        (nil, 64999, false, 64999), (nil, nil, false, nil),
    ]

    @Test("a leak: ONLY_TO_CUSTOMER from a customer, or of somebody else from a peer", arguments: leaks)
    func leak(role: Role?, said: UInt32?, isLeak: Bool, mark: UInt32?) {
        let route = attributes([64500]) { $0.onlyToCustomer = said.map { ASN($0) } }
        let checks = checks(role)
        #expect(checks.flaw(in: route) == (isLeak ? .leak(onlyToCustomersOf: ASN(said ?? 0)) : nil))
        #expect(checks.onlyToCustomer(of: route) == mark.map { ASN($0) })
    }

    @Test("counts as a withdrawal of what stood before; the session stays, and it is said")
    func session() {
        var rig = Rig()
        rig.toEstablished()
        rig.receive(.update(update([64500])))
        #expect(rig.session.receivedPrefixes == 1)
        rig.receive(.update(update([64500, 65000])))
        #expect(rig.session.receivedPrefixes == 0 && rig.session.state == .established)
        #expect(rig.look() == ["warning: 203.0.113.0/24 can't be used: our own AS65000 in the path"])
        #expect(rig.session.counters.flawed == 1 && rig.session.counters.malformed == 0)
    }

    @Test("UPDATEs are handed out unread to whoever keeps routes, and what that finds and counts ends the session")
    func handedOut() throws {
        var rig = Rig { $0.handsOutRoutes = true }
        rig.toEstablished()
        rig.receive(.update(update([64500, 65000])))
        #expect(rig.look() == ["handed out: 1 of 51 bytes"])
        rig.handle(.holds(prefixes: 7))
        #expect(rig.session.receivedPrefixes == 7)
        let one = Message.update(update([64500])).encoded(Codec())
        let cut = one.count / 2
        rig.handle(
            .received(one + Message.keepalive.encoded(Codec()) + one + Array(one[..<cut]), Rig.outgoing))
        #expect(rig.look().count == 2)
        rig.handle(.received(Array(one[cut...]), Rig.outgoing))
        #expect(rig.look().count == 1 && rig.session.counters.received.updates == 4)
        #expect(rig.session.counters.received.keepalives == 2)

        let vectors = ["rfc7606-med-length", "rfc7606-prefix-overrun"].map { name in
            Vector.all.first { $0.name == name }?.bytes ?? []
        }
        for (bytes, isEnd) in zip(vectors, [false, true]) {
            guard case .update(let update)? = try decode(bytes, Codec()).get().first else { continue }
            rig.handle(.faulty(update, bytes))
            let log = rig.look()
            #expect(log.first?.hasPrefix("malformed (\(bytes.count) bytes)") == true, "\(log)")
            #expect((rig.session.state != .established) == isEnd, "\(log)")
        }
        #expect(rig.session.counters.malformed == 2)

        rig = Rig { $0.handsOutRoutes = true }
        rig.toEstablished()
        rig.handle(.holds(prefixes: 1001))
        #expect(rig.look().contains("outgoing: NOTIFICATION Cease/Maximum Number of Prefixes Reached"))
        rig = Rig { $0.handsOutRoutes = true }
        rig.toEstablished()
        rig.handle(.unreadable(.malformedUpdate("it", offset: 0), [1]))
        #expect(rig.look().contains("outgoing: NOTIFICATION UPDATE Message Error/Malformed Attribute List"))
        rig.handle(.unreadable(.malformedUpdate("what came with it", offset: 0), [2]))
        #expect(rig.session.counters.malformed == 2, "what is found late counts as well")
    }

    @Test("whoever keeps routes tells the neighbor, marks what is told again, and ends the session over a limit")
    func tells() throws {
        var rig = Rig { $0.handsOutRoutes = true }
        rig.toEstablished()
        let bytes = Message.update(update([65000])).encoded(Codec())
        rig.handle(.tell(bytes + bytes, messages: 2))
        #expect(rig.look() == ["outgoing: UPDATE UPDATE"] || rig.session.counters.sent.updates == 2)
        rig.receive(.refresh(RouteRefresh(.request, .ipv4Unicast)))
        #expect(rig.look().contains("tell again ipv4"))
        rig.handle(.mark(.begin, .ipv4))
        #expect(rig.session.counters.sent.refreshes == (rig.session.negotiated?.marksRefresh == true ? 1 : 0))
        rig.handle(.exceeded(.tooManyAttributes(limitBytes: 5)))
        #expect(rig.look().contains { $0.contains("NOTIFICATION Cease/") })
        #expect(rig.session.state == .idle)
    }

    @Test("what well-known communities ask for: who may hear of a route, and what it is worth")
    func wellKnown() {
        func audience(_ communities: [Community]) -> PathAttributes.Audience {
            attributes([]) { $0.communities = communities }.audience
        }
        #expect(audience([]) == .everybody && audience([.noExport]) == .ownAS)
        #expect(audience([.noExportSubconfed]) == .ownAS && audience([.noExport, .noAdvertise]) == .nobody)
        #expect(PathAttributes.Audience.ownAS.includes(internalNeighbor: true))
        #expect(!PathAttributes.Audience.ownAS.includes(internalNeighbor: false))
        let leaving = attributes([]) { ($0.communities, $0.localPref) = ([.gracefulShutdown, .blackhole], 200) }
        #expect(leaving.isLeaving && leaving.isBlackhole)
        #expect(leaving.localPreference(isInternal: false) == 0 && leaving.localPreference(isInternal: true) == 200)
        #expect(attributes([]).localPreference(isInternal: false) == 100)
    }

    @Test("an attribute that we don't know goes on with the Partial bit, or not at all (RFC 4271 §9)")
    func passedOn() {
        #expect(RawAttribute([.optional], AttributeCode(rawValue: 99), [1]).passedOn == nil)
        let transitive = RawAttribute([.optional, .transitive], AttributeCode(rawValue: 99), [1])
        #expect(transitive.passedOn?.flags == [.optional, .transitive, .partial])
    }

    private func update(_ path: [UInt32]) -> Update {
        var update = Update()
        update.attributes = attributes(path) { ($0.origin, $0.nextHop) = (.igp, Rig.local) }
        update.announced = [Announcement("203.0.113.0/24").prefix]
        return update
    }
}
