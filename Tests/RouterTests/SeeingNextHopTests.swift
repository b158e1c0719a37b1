import BGP
import Control
import Net
import RIB
import Router
import Testing

@Suite("What a router sees of next hops, and of long attributes")
struct SeeingNextHopTests {
    private static let linkLocal = Address("fe80::9") ?? Address(v4: 0)

    @Test("a link-local next hop is shown with its interface, also where two links have the same one")
    func interfaces() throws {
        let world = Onlooking()
        let left = world.add("left", 64501, interface: "eth1")
        let right = world.add("right", 64502, interface: "eth2")
        for (id, asn) in [(left, UInt32(64501)), (right, 64501)] {
            var attributes = PathAttributes()
            (attributes.origin, attributes.asPath) = (.igp, ASPath(sequence: [ASN(asn)]))
            let (both, prefixes) = ([Address("2001:db8::9") ?? Self.linkLocal, Self.linkLocal], ["1", "2"])
            for (hops, number) in zip([both, [Self.linkLocal]], prefixes) {
                let prefix = SeeingTests.prefix("2001:db8:\(number)::/48")
                world.rib.announce([prefix], attributes, nextHops: hops, from: id, now: Onlooking.moment(1))
            }
        }
        world.settle()
        let hops = try world.ask(RoutesQuestion(.all)).routes.filter { $0.check != "first-as" }
            .map { "\($0.neighbor ?? "") \($0.attributes.nextHops.joined(separator: " "))" }
        #expect(hops == ["left 2001:db8::9 fe80::9%eth1", "left fe80::9%eth1"])
        let all = try world.ask(RoutesQuestion(.received, of: "right")).routes.map(\.attributes.nextHops)
        #expect(all == [["2001:db8::9", "fe80::9%eth2"], ["fe80::9%eth2"]])
        #expect(try world.story("2001:db8:1::/48").nextHops == ["2001:db8::9"])
        #expect(try world.story("2001:db8:2::/48").nextHops == ["fe80::9%eth1"])
        world.rib.setCost(of: Self.linkLocal, nil)
        world.settle()
        #expect(
            try world.lines(RoutesQuestion(.all, of: nil)).contains {
                $0.hasSuffix("next hop fe80::9%eth1 is out of reach")
            })
    }

    @Test("attributes of more than 4 KB are shown, and whoever can't be told hears why not")
    func long() throws {
        let world = Onlooking()
        let source = world.add("source", 64501)
        world.add("short", 64502)
        let communities = (0..<1500).map { Community(64501, UInt16($0)) }
        world.announce("203.0.113.0/24", [64501], from: source) { $0.communities = communities }
        world.settle()
        let route = try #require(world.ask(RoutesQuestion(.best)).routes.first)
        #expect(route.attributes.communities?.count == 1500 && route.attributes.path == "64501")
        let story = try world.story("203.0.113.0/24")
        #expect(story.paths.first?.route.attributes.communities?.count == 1500)
        let told = try #require(story.told.first { $0.neighbors == ["short"] })
        #expect(!told.isTold && told.check == "too-long" && told.reason?.contains("4096 at most") == true)
        let sent = try #require(world.ask(RoutesQuestion(.sent, of: "short")).routes.first)
        #expect(sent.state == .withheld && sent.check == "too-long")
    }
}
