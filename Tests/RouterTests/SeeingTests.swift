import BGP
import Control
import Net
import RIB
import Router
import Testing

@Suite("What a router sees")
struct SeeingTests {
    /// Two transits, a peer that may not be told all, and one that is away.
    static func world() -> Onlooking {
        let world = Onlooking()
        let bogons = Policy(
            "from-transit",
            [
                .init("no bogons", when: [.prefixes(PrefixSet([.init(prefix("10.0.0.0/8"), 8...32)]))], .reject),
                .init("the rest", then: [.localPref(90), .add(Community(65000, 7))], .accept),
            ])
        let a = world.add("transit-a", 64501) { $0.importing = bogons }
        let b = world.add("transit-b", 64502) { ($0.limits.prefixes[.ipv4], $0.limits.warning) = (4, 90) }
        world.add("peer", 64503) { $0.exporting = Policy("own only", [.init("own", when: [.from([.local])], .accept)]) }
        world.add("away", 64504, up: false)
        world.announce("203.0.113.0/24", [64501, 64510], from: a)
        world.announce("203.0.113.0/24", [64502, 64511, 64510], from: b)
        world.announce("10.1.0.0/16", [64501], from: a)
        world.announce("198.51.100.0/24", [64502, 65000], from: b)
        world.announce("2001:db8::/32", [64502], from: b) { $0.communities = [Community(64502, 1), .noExport] }
        var own = PathAttributes()
        (own.origin, own.asPath) = (.igp, ASPath())
        world.rib.originate(prefix("192.0.2.0/25"), own, now: Onlooking.moment(7))
        world.settle()
        return world
    }

    static func prefix(_ text: String) -> Prefix { Prefix(text) ?? Prefix(host: Address(v4: 0)) }

    @Test("each table has its routes in order, each with the reason")
    func tables() throws {
        let world = Self.world()
        #expect(
            try world.lines(RoutesQuestion(.best)) == [
                "192.0.2.0/25 ourselves best: in use", "203.0.113.0/24 transit-b best: in use",
                "2001:db8::/32 transit-b best: in use",
            ])
        #expect(
            try world.lines(RoutesQuestion(.all)) == [
                "10.1.0.0/16 transit-a dropped: policy from-transit, rule no bogons",
                "192.0.2.0/25 ourselves best: in use",
                "198.51.100.0/24 transit-b dropped: our own AS is in the path",
                "203.0.113.0/24 transit-b best: in use",
                "203.0.113.0/24 transit-a lost: lost to transit-b: lower local preference",
                "2001:db8::/32 transit-b best: in use",
            ])
        #expect(
            try world.lines(RoutesQuestion(.received, of: "transit-a")).map { $0.prefix { $0 != " " } } == [
                "10.1.0.0/16", "203.0.113.0/24",
            ])
        #expect(
            try world.lines(RoutesQuestion(.filtered, of: "transit-a")) == [
                "10.1.0.0/16 transit-a dropped: policy from-transit, rule no bogons"
            ])
        #expect(
            try world.lines(RoutesQuestion(.sent, of: "transit-a")) == [
                "192.0.2.0/25 ourselves sent: the best, and told", "203.0.113.0/24 transit-b sent: the best, and told",
            ])
        #expect(
            try world.lines(RoutesQuestion(.withheld, of: "transit-a")) == [
                "2001:db8::/32 transit-b withheld: it has the community no-export"
            ])
        #expect(
            try world.lines(RoutesQuestion(.withheld, of: "peer")) == [
                "203.0.113.0/24 transit-b withheld: policy own only: no rule accepts it",
                "2001:db8::/32 transit-b withheld: it has the community no-export",
            ])
        #expect(
            try world.lines(RoutesQuestion(.withheld, of: "transit-b")).last
                == "2001:db8::/32 transit-b withheld: it came from there")
        #expect(
            try world.lines(RoutesQuestion(.withheld, of: "away")).allSatisfy { $0.hasSuffix("there is no session") })
    }

    @Test("programs get the step, the check, the policy and its rule as words of their own")
    func fields() throws {
        let world = Self.world()
        let routes = try world.ask(RoutesQuestion(.all)).routes
        let dropped = try #require(routes.first)
        #expect((dropped.check, dropped.policy, dropped.rule) == ("policy", "from-transit", "no bogons"))
        let lost = try #require(routes.first { $0.state == .lost })
        #expect((lost.step, lost.letter, lost.lostTo) == ("local-pref", nil, "transit-b"))
        #expect(lost.asn == 64501 && lost.attributes.localPref == 90 && lost.attributes.communities == ["65000:7"])
        #expect(lost.attributes.path == "64501 64510" && lost.attributes.nextHops == ["192.0.2.1"])
        #expect(lost.since == "2026-11-21T19:38:20Z")
    }

    @Test("what a neighbor sent is shown as it came, and what it is told as it is told")
    func beforeAndAfter() throws {
        let world = Self.world()
        let received = try world.ask(RoutesQuestion(.received, of: "transit-a")).routes
        #expect(received.last?.attributes.communities == nil && received.last?.attributes.localPref == nil)
        let sent = try world.ask(RoutesQuestion(.sent, of: "transit-a")).routes
        #expect(sent.last?.attributes.path == "65000 64502 64511 64510")
        #expect(sent.last?.attributes.nextHops == ["198.18.0.1"])
    }

    @Test("a step with a letter is named with it")
    func letters() throws {
        let world = Onlooking()
        let (a, b) = (world.add("a", 64501), world.add("b", 64502))
        world.announce("203.0.113.0/24", [64501], from: a)
        world.announce("203.0.113.0/24", [64502, 64510], from: b)
        let lost = try #require(try world.ask(RoutesQuestion(.all)).routes.last)
        #expect(
            lost.reason == "lost at (a) to a: longer AS path" && lost.letter == "a" && lost.step == "as-path-length")
    }

    @Test("by prefix, within a prefix, by longest match, AS, origin and community")
    func choices() throws {
        let world = Self.world()
        var question = RoutesQuestion(.all)
        question.scope = .exactly(Self.prefix("203.0.113.0/24"))
        #expect(try world.ask(question).routes.count == 2)
        question.scope = .exactly(Self.prefix("203.0.113.0/25"))
        #expect(try world.ask(question).routes.isEmpty)
        question.scope = .within(Self.prefix("192.0.0.0/4"))
        #expect(try world.ask(question).routes.count == 4)
        question.scope = .longest(Address(v4: 0xcb00_7135))
        #expect(try world.ask(question).routes.map(\.prefix) == ["203.0.113.0/24", "203.0.113.0/24"])
        question.scope = .longest(Address(v4: 0xc633_6435))
        #expect(try world.ask(question).routes.map(\.state) == [.dropped])
        question.table = .best
        #expect(try world.ask(question).routes.isEmpty, "a dropped route matches nothing that is in use")
        var filter = RoutesQuestion(.all)
        filter.asn = ASN(64511)
        #expect(try world.ask(filter).routes.map(\.neighbor) == ["transit-b"])
        (filter.asn, filter.origin) = (nil, ASN(64510))
        #expect(try world.ask(filter).routes.count == 2)
        for (text, count) in [
            ("64502:1", 1), ("64502:*", 1), ("no-export", 1), ("65000:7", 1), ("1:1", 0), ("1:*:*", 0),
        ] {
            var question = RoutesQuestion(.all)
            question.community = CommunityChoice(text)
            #expect(try world.ask(question).routes.count == count, "\(text)")
        }
    }

    @Test("an address whose most specific prefix was withdrawn is explained by the one that is left, and then by none")
    func withdrawn() throws {
        let world = Onlooking()
        let a = world.add("a", 64501)
        world.add("slow", 64502)
        for prefix in ["203.0.0.0/16", "203.0.113.0/24"] { world.announce(prefix, [64501], from: a) }
        while world.rib.work() {}
        #expect(try world.story("203.0.113.1").prefix == "203.0.113.0/24")
        world.rib.withdraw(Self.prefix("203.0.113.0/24"), from: a)
        #expect(try world.story("203.0.113.1").prefix == "203.0.0.0/16")
        world.rib.withdraw(Self.prefix("203.0.0.0/16"), from: a)
        #expect(try world.story("203.0.113.1").prefix == nil)
    }

    @Test("pages follow each other over both families without a route lost or told twice, and are counted the same")
    func pages() throws {
        let world = Onlooking()
        let ids = (1...3).map { world.add("n\($0)", 64500 + UInt32($0)) }
        for number in 0..<120 {
            for (index, id) in ids.enumerated() where number % (index + 1) == 0 {
                world.announce("10.\(number).0.0/16", [64501 + UInt32(index), 64600], from: id)
                world.announce("2001:db8:\(String(number, radix: 16))::/48", [64501 + UInt32(index)], from: id)
            }
        }
        var question = RoutesQuestion(.all)
        let whole = try world.ask(question).routes
        #expect(whole.count == 2 * (120 + 60 + 40))
        question.limit = 7
        var found: [RouteAnswer] = []
        repeat {
            let page = try world.ask(question)
            #expect(page.routes.count <= 7 + 2, "a prefix comes with all of its routes")
            found += page.routes
            question.after = page.next.flatMap { Prefix($0) }
        } while question.after != nil
        #expect(found == whole)
        (question.counts, question.after) = (true, nil)
        #expect(try world.ask(question).count == whole.count && world.ask(question).routes.isEmpty)
    }

    @Test("a page looks at so many routes and no more, and says where to go on")
    func effort() throws {
        let world = Onlooking()
        let id = world.add("a", 64501)
        for number in 0..<(Seeing.effort + 50) {
            world.announce("10.\(number / 256).\(number % 256).0/24", [64501], from: id)
        }
        var question = RoutesQuestion(.all)
        question.community = .standard(.blackhole)
        let page = try world.ask(question)
        #expect(page.routes.isEmpty && page.next != nil)
        question.after = page.next.flatMap { Prefix($0) }
        #expect(try world.ask(question).next == nil)
    }

    @Test("a question that can't be answered is refused with what is wrong")
    func refusals() {
        let world = Self.world()
        let cases = [
            (
                "/routes?table=worst",
                "400 table \"worst\" should be one of best, all, received, filtered, sent, withheld"
            ),
            ("/routes?table=sent", "400 table=sent wants a neighbor"),
            ("/routes?neighbor=peer", "400 table=best takes no neighbor"),
            (
                "/routes?table=sent&neighbor=transit-c",
                "404 there is no neighbor \"transit-c\"; did you mean \"transit-a\"?"
            ),
            ("/routes?prefix=300.0.0.0/8", "400 prefix \"300.0.0.0/8\" should be a prefix, such as 203.0.113.0/24"),
            ("/routes?within=::/0&longest=::1", "400 within and longest exclude each other"),
            ("/routes?limit=5000", "400 limit \"5000\" should be a number from 1 to 1000"),
            ("/routes?limit=1&limit=2", "400 limit is here twice"),
            ("/routes?asn=64500x", "400 asn \"64500x\" should be"),
            ("/routes?community=a:b", "400 community \"a:b\" should be a community"),
            ("/routes?x=%zz", "400 \"x=%zz\" should be key=value"), ("/routes?x", "400 \"x\" should be key=value"),
            ("/routes?frobnicate=1", "400 unknown key \"frobnicate\"; there are table, neighbor,"),
            ("/neighbors?name=nobody", "404 there is no neighbor \"nobody\""),
            ("/explain", "400 prefix \"\" should be a prefix or an address"),
            ("/explain?prefix=x", "400 prefix \"x\" should be"),
        ]
        for (target, text) in cases {
            let refusal = world.refusal(of: target)
            #expect(refusal?.hasPrefix(text) == true, "\(target): \(refusal ?? "answered")")
        }
        #expect(world.refusal(of: "/routes", "POST") == "405 /routes takes GET")
        let other = world.answer("/status")
        #expect(other == nil)
    }
}
