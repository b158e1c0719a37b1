import BGP
import Loop
import Net
import Peers
import Speaker
import Testing

@Suite("The speaker and a BIRD", .enabled(if: lack == nil, "\(lack ?? "")"))
struct BIRDTests {
    @Test("we connect, and BIRD sees announcement, change and withdrawal with all that we say")
    func active() async throws {
        let bird = try await BIRD(in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18001))
        let rig = try await Rig([.bird(port: 18001)])
        var announcement = Announcement("203.0.113.0/24", prepend: 2, med: 50)
        announcement.communities = [.gracefulShutdown, Community(65000, 7)]
        announcement.largeCommunities = [LargeCommunity(65000, 1, 2)]
        await rig.speaker.announce([announcement], to: "bird")

        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        let route = try #require(await bird.route(to: "203.0.113.0/24"))
        #expect(route.path == [65000, 65000, 65000])
        #expect(route.attributes["med"] == "50" && route.attributes["origin"] == "IGP")
        #expect(route.attributes["next_hop"] == "127.0.0.2")
        #expect(route.attributes["community"] == "(65535,0) (65000,7)")
        #expect(route.attributes["large_community"] == "(65000, 1, 2)")

        let before = try await rig.status("bird").counters.sent.updates
        await rig.speaker.announce([announcement], to: "bird")
        #expect(try await rig.status("bird").counters.sent.updates == before, "the same table twice sends nothing")

        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD sees the shorter path") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000]
        }
        await rig.speaker.announce([], to: "bird")
        try await eventually("the route is gone") { try await bird.route(to: "203.0.113.0/24") == nil }
        #expect(try await rig.isUp("bird"))
        await rig.stop()
        await bird.stop()
    }

    @Test("BIRD connects, we only wait")
    func passive() async throws {
        var neighbor = Speaker.Neighbor.bird(port: 18011)
        neighbor.passive = true
        let rig = try await Rig(listenPort: 18012, [neighbor])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18011, neighborPort: 18012))
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        #expect(try await rig.status("bird").negotiated?.local == Address("127.0.0.2"))
        await rig.stop()
        await bird.stop()
    }

    @Test("both connect, and one session comes of it", arguments: 0..<4 as Range<UInt16>)
    func both(round: UInt16) async throws {
        let rig = try await Rig(listenPort: 18022 + round * 2, [.bird(port: 18021 + round * 2)])
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: birdConfiguration(port: 18021 + round * 2, neighborPort: 18022 + round * 2))
        try await eventually("both are up") {
            let there = try await bird.isEstablished("uplink")
            return try await rig.isUp("bird") && there
        }
        await rig.stop()
        await bird.stop()
    }

    @Test("over IPv6, an IPv6 prefix goes with our address as next hop")
    func ipv6() async throws {
        let loopback = try #require(Address("::1"))
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: birdConfiguration(local: "::1", port: 18031, neighbor: "::1"))
        var neighbor = Speaker.Neighbor.bird(port: 18031, at: loopback)
        neighbor.families = [.ipv4, .ipv6]
        let rig = try await Rig([neighbor])
        let table = [Announcement("2001:db8:113::/48", prepend: 1), Announcement("203.0.113.0/24")]
        await rig.speaker.announce(table, to: "bird")
        try await eventually("BIRD has the route") { try await bird.route(to: "2001:db8:113::/48") != nil }
        let route = try #require(await bird.route(to: "2001:db8:113::/48"))
        #expect(route.path == [65000, 65000] && route.attributes["next_hop"] == "::1")
        #expect(rig.record.all.contains { $0.contains("no ipv4 address to give as next hop") })
        await rig.speaker.announce([], to: "bird")
        try await eventually("the route is gone") { try await bird.route(to: "2001:db8:113::/48") == nil }
        await rig.stop()
        await bird.stop()
    }

    @Test("both families over one IPv4 session, when there is a next hop for each")
    func twoFamilies() async throws {
        let bird = try await BIRD(in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18035))
        var neighbor = Speaker.Neighbor.bird(port: 18035)
        neighbor.families = [.ipv4, .ipv6]
        neighbor.nextHops = [try #require(Address("2001:db8::2"))]
        let rig = try await Rig([neighbor])
        await rig.speaker.announce([Announcement("2001:db8:113::/48"), Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has both") {
            let six = try await bird.route(to: "2001:db8:113::/48")
            let four = try await bird.route(to: "203.0.113.0/24")
            return six?.attributes["next_hop"] == "2001:db8::2" && four != nil
        }
        await rig.stop()
        await bird.stop()
    }

    @Test("four-byte ASNs on both sides; a BIRD without them gets two-byte paths", arguments: [true, false])
    func fourByte(isNew: Bool) async throws {
        let (port, ours, theirs): (UInt16, UInt32, UInt32) =
            isNew ? (18041, 4_200_000_001, 4_200_000_002) : (18043, 65000, 64500)
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: birdConfiguration(
                port: port, asn: theirs, neighborASN: ours, options: isNew ? "" : "enable as4 off;"))
        let rig = try await Rig(asn: ours, [.bird(port: port, asn: theirs)])
        await rig.speaker.announce([Announcement("203.0.113.0/24", prepend: 1)], to: "bird")
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        #expect(try await bird.route(to: "203.0.113.0/24")?.path == [ours, ours])
        #expect(try await rig.status("bird").negotiated?.codec.fourByteASN == isNew)
        await rig.stop()
        await bird.stop()
    }

    @Test("inside one AS: LOCAL_PREF and an empty path")
    func inside() async throws {
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18045, asn: 65000))
        let rig = try await Rig([.bird(port: 18045, asn: 65000)])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        let route = try await bird.route(to: "203.0.113.0/24")
        #expect(route?.path == [] && route?.attributes["local_pref"] == "100")
        var worse = Announcement("203.0.113.0/24", prepend: 3)
        worse.localPref = 20
        await rig.speaker.announce([worse], to: "bird")
        try await eventually("BIRD has the lower preference") {
            let route = try await bird.route(to: "203.0.113.0/24")
            return route?.path == [] && route?.attributes["local_pref"] == "20"
        }
        await rig.stop()
        await bird.stop()
    }

    @Test("the router is absent for a while; the session and the route come back by themselves")
    func absence() async throws {
        let rig = try await Rig([.bird(port: 18051)])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        for round in 0..<2 {
            let bird = try await BIRD(
                in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18051))
            try await eventually("BIRD has the route in round \(round)") {
                try await bird.route(to: "203.0.113.0/24") != nil
            }
            bird.child.signal(9)
            try await eventually("the loss is seen") { try await !rig.isUp("bird") }
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(rig.record.all.filter { $0.hasPrefix("up") }.count == 2)
        await rig.stop()
    }

    @Test("a BIRD of another AS stays the error that is shown while TCP fails; once mended it gets in at once")
    func wrongASN() async throws {
        let rig = try await Rig(listenPort: 18056, [.bird(port: 18055)])
        let wrong = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: birdConfiguration(port: 18055, asn: 64501, neighborPort: 18056))
        let cause = "the neighbor says it is AS64501, expected AS64500 (we said: OPEN Message Error/Bad Peer AS)"
        try await eventually("the cause") { try await rig.status("bird").lastError?.hasPrefix(cause) == true }
        await wrong.stop()
        try await eventually("TCP fails too") {
            try await rig.status("bird").lastError == cause + "; since then: connect: Connection refused"
        }
        let mended = try await BIRD(
            in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18055, neighborPort: 18056))
        try await eventually("up") { try await rig.isUp("bird") }
        await rig.stop()
        await mended.stop()
    }

    @Test("stopping tells BIRD why")
    func farewell() async throws {
        let bird = try await BIRD(in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18061))
        let rig = try await Rig([.bird(port: 18061)])
        try await eventually("up") { try await rig.isUp("bird") }
        await rig.stop("moving to another rack")
        try await eventually("BIRD has read it") {
            bird.child.output.contains("Administrative shutdown: \"moving to another rack\"")
                || bird.child.output.contains("moving to another rack")
        }
        await bird.stop()
    }

    @Test("rule 10: BIRD's own routes are counted and not kept; more than allowed end the session")
    func maxPrefixes() async throws {
        let statics = (1...20).map { "route 10.0.\($0).0/24 blackhole;" }.joined(separator: " ")
        let configuration = birdConfiguration(port: 18071).replacing(
            "ipv4 { import all; export none; };", with: "ipv4 { import all; export all; };")
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: configuration + "\nprotocol static { ipv4; \(statics) }\n")
        let rig = try await Rig([.bird(port: 18071)])
        try await eventually("counted") { try await rig.status("bird").receivedPrefixes == 20 }
        await rig.stop()

        var neighbor = Speaker.Neighbor.bird(port: 18071)
        neighbor.maxPrefixes = 19
        let strict = try await Rig([neighbor])
        try await eventually("the session ends") {
            try await strict.status("bird").lastError
                == "more than 19 prefixes received (we said: Cease/Maximum Number of Prefixes Reached)"
        }
        try await eventually("BIRD knows why") { bird.child.output.contains("Maximum number of prefixes reached") }
        await strict.stop()
        await bird.stop()
    }
}
