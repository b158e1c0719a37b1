import BGP
import Loop
import Net
import Peers
import Speaker
import Testing

/// What both sides say that they can do, and then do: seen at a BIRD.
@Suite("Capabilities, with a BIRD", .enabled(if: lack == nil, "\(lack ?? "")"))
struct CapabilityTests {
    private func bird(
        _ port: UInt16, _ options: String, more: String = "", neighborPort: UInt16? = nil
    ) async throws -> BIRD {
        var text = birdConfiguration(port: port, neighborPort: neighborPort, options: options)
        // How far is what TTL security is about.
        if options.contains("ttl security") { text = text.replacing("multihop;", with: "multihop 1;") }
        return try await BIRD(in: try await Sandbox(fresh: false), configuration: text + more)
    }

    private func neighbor(_ port: UInt16, _ change: (inout Speaker.Neighbor) -> Void) -> Speaker.Neighbor {
        var neighbor = Speaker.Neighbor.bird(port: port)
        change(&neighbor)
        return neighbor
    }

    @Test("BIRD asks for our routes again and gets them between marks; we ask for BIRD's and hear the marks")
    func refresh() async throws {
        let bird = try await bird(18301, "")
        let rig = try await Rig([.bird(port: 18301)])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        #expect(try await bird.show("protocols all uplink").contains("Enhanced refresh"))
        let before = try await rig.status("bird").counters
        try await bird.control("reload in uplink")
        try await eventually("asked and answered", within: .seconds(10)) {
            let now = try await rig.status("bird").counters
            return now.received.refreshes > before.received.refreshes && now.sent.updates > before.sent.updates
                && now.sent.refreshes >= before.sent.refreshes + 2
        }
        #expect(try await bird.route(to: "203.0.113.0/24") != nil)

        let heard = try await rig.status("bird").counters.received.refreshes
        await rig.speaker.refresh(.ipv4, of: "bird")
        try await eventually("BIRD's marks", within: .seconds(10)) {
            try await rig.status("bird").counters.received.refreshes == heard + 2
        }
        #expect(try await rig.isUp("bird"))
        await rig.stop()
        await bird.stop()
    }

    @Test("BIRD takes a message of 10 kB, and we take what BIRD packs")
    func extended() async throws {
        let statics = (0..<1500).map { "route 10.\(100 + $0 / 250).\($0 % 250).0/24 blackhole;" }
        let text = birdConfiguration(port: 18303, options: "enable extended messages on;").replacing(
            "ipv4 { import all; export none; };", with: "ipv4 { import all; export where source = RTS_STATIC; };")
        let bird = try await BIRD(
            in: try await Sandbox(fresh: false),
            configuration: text + "\nprotocol static { ipv4; \(statics.joined(separator: " ")) }\n")
        let rig = try await Rig([neighbor(18303) { $0.maxPrefixes = 2000 }])
        let table = (0..<2500).map { Announcement("10.\($0 / 250).\($0 % 250).0/24") }
        await rig.speaker.announce(table, to: "bird")
        try await eventually("BIRD has all", within: .seconds(10)) {
            try await bird.route(to: "10.9.249.0/24") != nil
        }
        let status = try await rig.status("bird")
        #expect(status.negotiated?.codec.extendedMessages == true)
        #expect(status.counters.sent.updates == 1, "all in one message")
        try await eventually("we have all of BIRD's") { try await rig.status("bird").receivedPrefixes == 1500 }
        await rig.stop()
        await bird.stop()
    }

    @Test("roles that go together come up, and a peer gets ONLY_TO_CUSTOMER; others are refused on both sides")
    func roles() async throws {
        let provider = try await bird(18305, "local role provider;")
        let peer = try await bird(18306, "local role peer;")
        let rig = try await Rig([
            neighbor(18305) { ($0.name, $0.role, $0.requiresRole) = ("provider", .customer, true) },
            neighbor(18306) { ($0.name, $0.role) = ("peer", .peer) },
        ])
        for name in ["provider", "peer"] {
            await rig.speaker.announce([Announcement("203.0.113.0/24")], to: name)
        }
        try await eventually("both have the route", within: .seconds(10)) {
            let first = try await provider.route(to: "203.0.113.0/24")
            let second = try await peer.route(to: "203.0.113.0/24")
            return first != nil && second != nil
        }
        #expect(try await provider.route(to: "203.0.113.0/24")?.attributes["otc"] == nil)
        #expect(try await peer.route(to: "203.0.113.0/24")?.attributes["otc"] == "65000")
        #expect(try await rig.status("provider").negotiated?.peerRole == .provider)
        await rig.stop()

        let wrong = try await Rig([neighbor(18306) { $0.role = .customer }])
        try await eventually("refused", within: .seconds(10)) {
            try await wrong.status("bird").lastError?.contains("ole") == true
        }
        #expect(try await wrong.status("bird").lastError?.contains("Role Mismatch") == true)
        await wrong.stop()
        await provider.stop()
        await peer.stop()
    }

    @Test("IPv4 routes over an IPv6 next hop, and their withdrawal (RFC 8950)")
    func nextHops() async throws {
        let loopback = try #require(Address("::1"))
        let text = birdConfiguration(local: "::1", port: 18307, neighbor: "::1").replacing(
            "ipv4 { import all; export none; };", with: "ipv4 { import all; export none; extended next hop on; };")
        let bird = try await BIRD(in: try await Sandbox(fresh: false), configuration: text)
        var neighbor = Speaker.Neighbor.bird(port: 18307, at: loopback)
        neighbor.families = [.ipv4, .ipv6]
        let rig = try await Rig([neighbor])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has the route", within: .seconds(10)) {
            try await bird.route(to: "203.0.113.0/24")?.attributes["next_hop"] == "::1"
        }
        await rig.speaker.announce([], to: "bird")
        try await eventually("withdrawn") { try await bird.route(to: "203.0.113.0/24") == nil }
        await rig.stop()
        await bird.stop()
    }

    @Test("with TTL security on both sides the session comes up, whoever connects; with it on one side it doesn't")
    func ttlSecurity() async throws {
        let bird = try await bird(18309, "ttl security on;", neighborPort: 18310)
        let secure = neighbor(18309) { ($0.hops, $0.ttlSecurity) = (1, true) }
        let rig = try await Rig(listenPort: 18310, [secure])
        try await eventually("up", within: .seconds(10)) { try await rig.isUp("bird") }
        await rig.stop()
        await bird.stop()

        let waits = try await self.bird(18311, "ttl security on;", neighborPort: 18312)
        let passive = try await Rig(
            listenPort: 18312, [neighbor(18311) { ($0.hops, $0.ttlSecurity, $0.passive) = (1, true, true) }])
        try await eventually("up", within: .seconds(10)) { try await passive.isUp("bird") }
        await passive.stop()
        let far = try await Rig(listenPort: 18312, [neighbor(18311) { ($0.hops, $0.connectRetry) = (2, .seconds(1)) }])
        try await Task.sleep(for: .milliseconds(1500))
        #expect(try await !waits.isEstablished("uplink"), "BIRD must not hear what came with a TTL of 2")
        await far.stop()
        await waits.stop()
    }

    @Test("with the same TCP-MD5 password the session comes up, whoever connects; with another it doesn't")
    func signed() async throws {
        let bird = try await bird(18313, "password \"correct horse\";")
        let rig = try await Rig([neighbor(18313) { $0.key = Secret("correct horse") }])
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has the route", within: .seconds(10)) {
            try await bird.route(to: "203.0.113.0/24") != nil
        }
        await rig.stop()
        await bird.stop()

        let knocks = try await self.bird(18315, "password \"correct horse\";", neighborPort: 18316)
        let wrong = neighbor(18315) { ($0.key, $0.connectRetry) = (Secret("battery staple"), .seconds(1)) }
        let waits = try await Rig(listenPort: 18316, [wrong])
        try await eventually("it is said what is seen of a wrong password") {
            try await waits.status("bird").lastError?.contains("another TCP-MD5 password") == true
        }
        #expect(waits.record.all.contains { $0.hasPrefix("failed") && $0.contains("no answer to our SYN") })
        #expect(try await waits.status("bird").counters.received.opens == 0)
        var configuration = await waits.speaker.configuration
        (configuration.neighbors[0].key, configuration.neighbors[0].passive) = (Secret("correct horse"), true)
        try await waits.speaker.configure(configuration)
        try await eventually("up with the right one", within: .seconds(15)) { try await waits.isUp("bird") }
        await waits.stop()
        await knocks.stop()
    }

    @Test("more to announce than a neighbor is to hear ends the session before it hears any of it")
    func announcements() async throws {
        let bird = try await bird(18317, "")
        let rig = try await Rig([neighbor(18317) { ($0.maxAnnouncements, $0.prefixHold) = (2, nil) }])
        let table = (0..<3).map { Announcement("203.0.\($0).0/24") }
        await rig.speaker.announce(Array(table.prefix(2)), to: "bird")
        try await eventually("BIRD has two", within: .seconds(10)) {
            try await bird.route(to: "203.0.1.0/24") != nil
        }
        await rig.speaker.announce(table, to: "bird")
        try await eventually("down") { try await !rig.isUp("bird") }
        #expect(
            try await rig.status("bird").lastError?.hasPrefix("3 prefixes to announce, at most 2 are allowed") == true)
        #expect(try await rig.status("bird").state == .idle, "until somebody looks at it")
        #expect(try await bird.route(to: "203.0.2.0/24") == nil)
        await rig.stop()
        await bird.stop()
    }
}
