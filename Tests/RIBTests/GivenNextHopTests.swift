import BGP
import Net
import RIB
import Testing

@Suite("Next hops that are taken, and given on")
struct GivenNextHopTests {
    private static let prefix = "2001:db8:77::/48"
    private static let global = address("2001:db8:9::9")
    private static let linkLocal = address("fe80::9")

    /// As it comes from the wire.
    private static func say(_ hops: [Address], _ stage: Stage, from id: NeighborID) throws {
        var update = Update()
        update.attributes = PathAttributes(path: [64501]) { $0.nextHop = nil }
        update.reach = Reach(family: .ipv6, nextHops: hops, prefixes: [try #require(Prefix(prefix))])
        let bytes = Message.update(update).encoded(Codec())
        _ = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: id, now: .zero)
    }

    @Test("where a next hop stays, its link-local address doesn't: it means something on one link only (RFC 2545 §3)")
    func globalOnly() throws {
        let stage = Stage()
        let source = stage.add(64501, 1) { $0.role = .routeServerClient }
        let inside = stage.add(65000, 2)
        let client = stage.add(64502, 3) {
            ($0.role, $0.keepsNextHop, $0.isTransparent) = (.routeServerClient, true, true)
        }
        let other = stage.add(64503, 4)
        try Self.say([Self.global, Self.linkLocal], stage, from: source)
        stage.settle()
        for id in [inside, client] {
            #expect(stage.heard(Self.prefix, by: id)?.nextHops == [Self.global])
            guard case .told(_, let hops) = stage.rib.told(try #require(Prefix(Self.prefix)), to: id) else {
                Issue.record("it isn't told")
                continue
            }
            #expect(hops == [Self.global])
        }
        #expect(stage.heard(Self.prefix, by: other)?.nextHops == [Stage.ownV6])
        #expect(stage.listeners.values.allSatisfy { $0.errors == [] })
    }

    @Test("one that is only link-local is ours inside the AS, and a route server doesn't tell it at all")
    func linkLocalOnly() throws {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let inside = stage.add(65000, 2)
        let client = stage.add(64502, 3) { ($0.keepsNextHop, $0.isTransparent) = (true, true) }
        try Self.say([Self.linkLocal], stage, from: source)
        stage.settle()
        #expect(stage.heard(Self.prefix, by: inside)?.nextHops == [Stage.ownV6])
        #expect(stage.heard(Self.prefix, by: client) == nil)
        #expect(stage.rib.told(try #require(Prefix(Self.prefix)), to: client) == .silent(.noNextHop))
        // The next one has both, and the client hears it: what was found out about the first isn't remembered for it.
        try Self.say([Self.global, Self.linkLocal], stage, from: source)
        stage.settle()
        #expect(stage.heard(Self.prefix, by: client)?.nextHops == [Self.global])
    }

    // MARK: What is around

    private static func around(_ own: [String], link: [String]?) -> Surroundings {
        var around = Surroundings()
        around.own = Set(own.map(address))
        around.link = link.map { $0.compactMap { Prefix($0) } }
        return around
    }

    @Test("of a neighbor on our link in another AS, a next hop elsewhere isn't used (RFC 4271 §5.1.3)")
    func onLink() {
        let stage = Stage()
        let neighbor = stage.add(64501, 1)
        func say(_ prefix: String, _ hop: String) {
            stage.announce(prefix, PathAttributes(path: [64501]) { $0.nextHop = address(hop) }, from: neighbor)
        }
        stage.rib.setSurroundings(of: neighbor, Self.around(["192.0.2.254"], link: ["192.0.2.128/25"]))
        say("203.0.1.0/24", "192.0.2.200")
        say("203.0.2.0/24", "192.0.2.1")
        say("203.0.3.0/24", "198.51.100.1")
        say("203.0.4.0/24", "192.0.2.254")
        #expect(stage.standing("203.0.1.0/24", of: neighbor) == .best)
        #expect(stage.standing("203.0.2.0/24", of: neighbor) == .best, "its own address, whatever the link has")
        #expect(stage.standing("203.0.3.0/24", of: neighbor) == .dropped(.distantNextHop(address("198.51.100.1"))))
        #expect(stage.standing("203.0.4.0/24", of: neighbor) == .dropped(.ownNextHop(address("192.0.2.254"))))
        // Another network on the link, and no check any more: routes that are there follow.
        stage.rib.setSurroundings(of: neighbor, Self.around([], link: ["192.0.2.128/25", "198.51.100.0/24"]))
        stage.settle()
        #expect(stage.standing("203.0.3.0/24", of: neighbor) == .best)
        #expect(stage.standing("203.0.4.0/24", of: neighbor) == .best)
        stage.rib.setSurroundings(of: neighbor, Self.around([], link: ["10.0.0.0/8"]))
        stage.settle()
        #expect(stage.standing("203.0.3.0/24", of: neighbor) == .dropped(.distantNextHop(address("198.51.100.1"))))
        stage.rib.setSurroundings(of: neighbor, Surroundings())
        stage.settle()
        #expect(stage.standing("203.0.3.0/24", of: neighbor) == .best)
    }

    @Test("a link-local next hop is on the link, also where the global one beside it isn't")
    func linkLocalIsOnLink() throws {
        let stage = Stage()
        let neighbor = stage.add(64501, 1)
        stage.rib.setSurroundings(of: neighbor, Self.around([], link: []))
        try Self.say([Self.global], stage, from: neighbor)
        #expect(stage.standing(Self.prefix, of: neighbor) == .dropped(.distantNextHop(Self.global)))
        for hops in [[Self.global, Self.linkLocal], [Self.linkLocal]] {
            try Self.say(hops, stage, from: neighbor)
            #expect(stage.standing(Self.prefix, of: neighbor) == .best)
        }
    }

    @Test("an address of ours is nobody else's prefix; the network around it may be")
    func ownAddress() {
        let stage = Stage()
        let (neighbor, inside) = (stage.add(64501, 1), stage.add(65000, 2))
        for id in [neighbor, inside] {
            stage.rib.setSurroundings(of: id, Self.around(["198.51.100.1", "2001:db8::1"], link: nil))
            for prefix in ["198.51.100.1/32", "198.51.100.0/24", "198.51.100.2/32"] {
                stage.announce(prefix, PathAttributes(path: [64501]) { $0.localPref = 100 }, from: id)
            }
            #expect(stage.standing("198.51.100.1/32", of: id) == .dropped(.ownAddress))
        }
        #expect(stage.best("198.51.100.0/24") == neighbor && stage.best("198.51.100.2/32") == neighbor)
    }
}
