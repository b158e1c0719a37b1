import BGP
import Net
import RIB
import Testing

@Suite("What a neighbor can make us keep")
struct BoundTests {
    @Test(
        "a warning at its mark, one refusal at the limit, and no more than the limit is kept",
        arguments: Family.allCases)
    func maximumPrefixes(family: Family) {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.prefixes = [family: 100] }
        for number in 0..<300 {
            let attributes = PathAttributes(path: [64501]) { if family == .ipv6 { $0.nextHop = nil } }
            stage.rib.announce(
                [OutputTests.prefix(number, family)], attributes,
                nextHops: family == .ipv6 ? [address("2001:db8::9")] : [],
                from: id, now: .zero)
        }
        #expect(
            stage.notices == [
                .manyPrefixes(id, family, count: 76, limit: 100), .tooManyPrefixes(id, family, limit: 100),
            ])
        #expect(stage.rib.count(from: id, family) == 100 && stage.rib.size.prefixes == 100)
        stage.down(id)
        stage.up(id, Stage.terms(id: 1))
        stage.rib.announce([OutputTests.prefix(1, family)], PathAttributes(path: [64501]), from: id, now: .zero)
        #expect(stage.rib.count(from: id, family) == 1, "the next session begins anew")
    }

    @Test("prefixes that fail import count as well, since they are kept")
    func filteredCount() {
        let stage = Stage()
        let id = stage.add(64501) { ($0.importing, $0.limits.prefixes) = (nil, [.ipv4: 10]) }
        for number in 0..<20 {
            stage.rib.announce([OutputTests.prefix(number)], PathAttributes(path: [64501]), from: id, now: .zero)
        }
        #expect(stage.rib.count(from: id, .ipv4) == 10)
    }

    @Test("attribute sets of one neighbor have a limit in bytes, however few prefixes have them")
    func attributeBytes() {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.attributeBytes = 100_000 }
        for number in 0..<1000 {
            let attributes = PathAttributes(path: [64501]) { attributes in
                attributes.communities = (0..<250).map { Community(UInt16(number), $0) }
            }
            stage.rib.announce([OutputTests.prefix(number)], attributes, from: id, now: .zero)
        }
        #expect(stage.notices == [.tooManyAttributes(id, limitBytes: 100_000)])
        #expect(stage.rib.size.attributeSets < 110)
        // Nor do prefixes that are there already take more: what they had before is gone.
        for number in 0..<90 {
            let attributes = PathAttributes(path: [64501]) { attributes in
                attributes.communities = (0..<900).map { Community(UInt16(number), $0) }
            }
            stage.rib.announce([OutputTests.prefix(number)], attributes, from: id, now: .zero)
        }
        #expect(stage.rib.size.attributeSets < 50)
        #expect(stage.notices.isEmpty)
    }

    @Test("paths and communities have a longest")
    func longOnes() {
        let stage = Stage()
        let id = stage.add(64501) { ($0.limits.pathLength, $0.limits.communities) = (10, 3) }
        let path = [UInt32](repeating: 64501, count: 11)
        stage.announce("203.0.113.0/24", PathAttributes(path: path), from: id)
        #expect(stage.standing("203.0.113.0/24", of: id) == .dropped(.longPath(11, limit: 10)))
        let tagged = PathAttributes(path: [64501]) {
            $0.communities = [Community(1, 1), Community(1, 2)]
            $0.largeCommunities = [LargeCommunity(1, 1, 1), LargeCommunity(1, 1, 2)]
        }
        stage.announce("203.0.113.0/24", tagged, from: id)
        #expect(stage.standing("203.0.113.0/24", of: id) == .dropped(.manyCommunities(4, limit: 3)))
    }

    @Test("paths for one prefix have a limit")
    func manyPaths() {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.pathsPerPrefix = 4 }
        for path in 1...10 as ClosedRange<UInt32> {
            stage.announce("203.0.113.0/24", PathAttributes(path: [64501]), pathID: path, from: id)
        }
        #expect(stage.paths("203.0.113.0/24").count == 4)
    }

    static let drops: [(Drop, PathAttributes)] = [
        (.pathLoop, PathAttributes(path: [64501, 65000])),
        (.otherFirstAS(ASN(64502)), PathAttributes(path: [64502])),
        (.otherFirstAS(nil), PathAttributes(path: [])),
        (
            .set,
            PathAttributes(path: []) {
                $0.asPath = ASPath([.init(.sequence, [ASN(64501)]), .init(.set, [ASN(1), ASN(2)])])
            }
        ),
        (.ownNextHop(Stage.ownV4), PathAttributes(path: [64501]) { $0.nextHop = Stage.ownV4 }),
        (
            .reflectionLoop,
            PathAttributes(path: [64501]) { $0.other = [RawAttribute([.optional], .originatorID, [10, 0, 0, 1])] }
        ),
        (
            .reflectionLoop,
            PathAttributes(path: [64501]) {
                $0.other = [RawAttribute([.optional], .clusterList, [1, 1, 1, 1, 10, 0, 0, 1])]
            }
        ),
    ]

    @Test(
        "what no router forwards to is dropped whatever the policy, also among prefixes of the same message",
        arguments: [
            "0.0.0.0/8", "0.1.2.0/24", "127.0.0.0/8", "127.0.0.1/32", "169.254.0.0/16", "169.254.7.0/24", "224.0.0.0/4",
            "224.0.0.0/3", "239.1.0.0/16", "240.0.0.0/4", "255.255.255.255/32", "::/128", "::1/128",
            "::ffff:10.0.0.0/104", "fe80::/10", "fe80:1::/64", "febf::/16", "ff00::/8", "ff02::1/128",
        ])
    func martian(_ martian: String) {
        let stage = Stage()
        let (id, inside) = (stage.add(64501, 1), stage.add(65000, 2))
        let prefixes = ["203.0.113.0/24", martian, "198.51.100.0/24"].compactMap { Prefix($0) }
        stage.rib.announce(prefixes, PathAttributes(path: [64501]), from: id, now: .zero)
        #expect(stage.standing(martian, of: id) == .dropped(.martian))
        #expect(stage.best("203.0.113.0/24") == id && stage.best("198.51.100.0/24") == id)
        stage.announce(martian, PathAttributes(path: [64502]) { $0.localPref = 100 }, from: inside)
        #expect(stage.standing(martian, of: inside) == .dropped(.martian))
        stage.announce(martian, PathAttributes(path: []), from: .local)
        #expect(stage.best(martian) == .local, "what somebody writes into the file is meant")
    }

    @Test(
        "a next hop that can be nobody's isn't used, whoever the neighbor",
        arguments: [
            "127.0.0.1", "127.255.0.1", "0.0.0.1", "240.0.0.1", "255.255.255.255", "224.0.0.5", "::1", "ff02::1",
        ])
    func martianNextHop(_ hop: String) {
        let stage = Stage()
        let ids = [stage.add(64501, 1), stage.add(65000, 2)]
        let hop = address(hop)
        let prefix = hop.family == .ipv4 ? "203.0.113.0/24" : "2001:db8::/32"
        for id in ids {
            stage.rib.announce(
                [prefix].compactMap { Prefix($0) },
                PathAttributes(path: [64501]) { $0.nextHop = hop.family == .ipv4 ? hop : nil },
                nextHops: hop.family == .ipv6 ? [hop] : [], from: id, now: .zero)
            #expect(stage.standing(prefix, of: id) == .dropped(.martianNextHop(hop)))
        }
    }

    @Test("a neighbor on this machine may give its loopback address as next hop; a link-local one is on its link")
    func nearNextHop() {
        let stage = Stage()
        let here = stage.add(64501) { $0.address = address("127.0.0.2") }
        stage.announce(
            "203.0.113.0/24", PathAttributes(path: [64501]) { $0.nextHop = address("127.0.0.2") }, from: here)
        #expect(stage.best("203.0.113.0/24") == here)
        let linked = stage.add(64502, 2) { $0.address = address("fe80::2") }
        stage.rib.announce(
            ["2001:db8::/32"].compactMap { Prefix($0) }, PathAttributes(path: [64502]) { $0.nextHop = nil },
            nextHops: [address("fe80::2")], from: linked, now: .zero)
        #expect(stage.best("2001:db8::/32") == linked)
    }

    @Test(
        "what holds more than that is not for us to judge",
        arguments: [
            "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "192.0.0.0/2", "126.0.0.0/7", "169.0.0.0/8", "169.255.0.0/16",
            "223.0.0.0/8", "10.0.0.0/8", "::/0", "::/1", "::/3", "64:ff9b::/96", "fc00::/7", "fec0::/10", "fe00::/9",
        ])
    func noMartian(_ prefix: String) {
        let stage = Stage()
        let id = stage.add(64501)
        stage.announce(prefix, PathAttributes(path: [64501]), from: id)
        #expect(stage.best(prefix) == id)
    }

    @Test("what no policy would want is dropped before it, with its reason", arguments: drops)
    func dropped(drop: Drop, attributes: PathAttributes) {
        let stage = Stage()
        let id = stage.add(64501)
        stage.announce("203.0.113.0/24", attributes, from: id)
        #expect(stage.standing("203.0.113.0/24", of: id) == .dropped(drop))
    }
}
