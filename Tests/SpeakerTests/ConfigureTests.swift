import BGP
import Loop
import Net
import Peers
import Speaker
import Testing

@Suite("A speaker whose configuration changes", .enabled(if: lack == nil, "\(lack ?? "")"))
struct ConfigureTests {
    /// Two BIRDs, and a speaker with both as neighbors `a` and `b`.
    private struct Pair {
        let a: BIRD
        let b: BIRD
        let rig: Rig
        var configuration: Speaker.Configuration

        init(port: UInt16, options: String = "") async throws {
            let sandbox = try await Sandbox(fresh: false)
            a = try await BIRD(in: sandbox, configuration: birdConfiguration(port: port, options: options))
            b = try await BIRD(
                in: sandbox, configuration: birdConfiguration(local: "127.0.0.3", port: port + 1, options: options))
            rig = try await Rig([Self.neighbor("a", port, "127.0.0.1"), Self.neighbor("b", port + 1, "127.0.0.3")])
            configuration = await rig.speaker.configuration
            for name in ["a", "b"] { await rig.speaker.announce([Announcement("203.0.113.0/24")], to: name) }
            try await announced()
        }

        static func neighbor(_ name: String, _ port: UInt16, _ address: String) throws -> Speaker.Neighbor {
            var neighbor = Speaker.Neighbor.bird(port: port, at: try #require(Address(address)))
            neighbor.name = name
            return neighbor
        }

        func announced() async throws {
            try await eventually("both have the route") {
                let (first, second) = (try await a.route(to: "203.0.113.0/24"), try await b.route(to: "203.0.113.0/24"))
                return first != nil && second != nil
            }
        }

        /// What BIRD says about how long its session has been up.
        func since(_ bird: BIRD) async throws -> String {
            let line = try await bird.show("protocols uplink").split(separator: "\n").last ?? ""
            return line.split(separator: " ").dropFirst(4).prefix(2).joined(separator: " ")
        }

        func stop() async {
            await rig.stop()
            await a.stop()
            await b.stop()
        }
    }

    @Test("a neighbor that looks the same keeps its session; one with another hold time alone is reset, and told why")
    func reset() async throws {
        var pair = try await Pair(port: 18201)
        let (before, since) = (try await pair.rig.status("a"), try await pair.since(pair.a))
        pair.configuration.neighbors[1].holdTime = .seconds(12)
        try await pair.rig.speaker.configure(pair.configuration)
        try await eventually("BIRD has read why") {
            pair.b.child.output.lowercased().contains("other configuration change")
        }
        try await pair.announced()
        let reset = try await pair.rig.status("b")
        #expect(reset.negotiated?.holdTime == .seconds(12))
        let sent = reset.counters.sent
        #expect(reset.counters.ups == 2 && sent.opens >= 2 && sent.notifications >= 1, "counters go on")
        let after = try await pair.rig.status("a")
        #expect(after.since == before.since && after.counters.sent.opens == 1)
        #expect(try await pair.since(pair.a) == since)
        #expect(pair.rig.record.all.filter { $0.hasPrefix("down") }.count == 1)
        await pair.stop()
    }

    @Test("the same configuration again is no change, and neither is another order")
    func same() async throws {
        var pair = try await Pair(port: 18203)
        let before = (try await pair.rig.status("a").since, try await pair.rig.status("b").since)
        try await pair.rig.speaker.configure(pair.configuration)
        pair.configuration.neighbors.reverse()
        try await pair.rig.speaker.configure(pair.configuration)
        #expect(await pair.rig.speaker.neighbors.map(\.name) == ["b", "a"])
        #expect(try await (pair.rig.status("a").since, pair.rig.status("b").since) == before)
        await pair.stop()
    }

    @Test(
        "a neighbor that is gone hears Peer De-configured; one that is new is begun, with a table given before it is up"
    )
    func membership() async throws {
        var pair = try await Pair(port: 18205)
        let since = try await pair.rig.status("a").since
        let gone = pair.configuration.neighbors.remove(at: 1)
        try await pair.rig.speaker.configure(pair.configuration)
        #expect(await pair.rig.speaker.neighbors.map(\.name) == ["a"])
        try await eventually("BIRD has read why") { pair.b.child.output.lowercased().contains("de-configured") }
        try await eventually("the route is gone") { try await pair.b.route(to: "203.0.113.0/24") == nil }
        await pair.rig.speaker.announce([Announcement("203.0.113.0/24")], to: "b")

        pair.configuration.neighbors.append(gone)
        try await pair.rig.speaker.configure(pair.configuration)
        await pair.rig.speaker.announce([Announcement("203.0.113.0/24", prepend: 1)], to: "b")
        try await pair.announced()
        #expect(try await pair.b.route(to: "203.0.113.0/24")?.path == [65000, 65000])
        #expect(try await pair.rig.status("a").since == since)
        await pair.stop()
    }

    @Test("another ASN resets every session")
    func asn() async throws {
        // The BIRDs take whatever AS we say.
        var pair = try await Pair(port: 18207)
        pair.configuration.asn = ASN(65001)
        try await pair.rig.speaker.configure(pair.configuration)
        for bird in [pair.a, pair.b] {
            try await eventually("BIRD has read why") {
                bird.child.output.lowercased().contains("other configuration change")
            }
        }
        try await eventually("BIRD refuses the ASN that it wasn't told of") {
            pair.a.child.output.contains("Bad peer AS")
        }
        await pair.stop()
    }

    @Test("where we listen follows the neighbors; a port that can't be had changes nothing")
    func listening() async throws {
        let sandbox = try await Sandbox(fresh: false)
        var passive = try Pair.neighbor("a", 18210, "127.0.0.1")
        passive.passive = true
        let rig = try await Rig(listenPort: 18211, [passive])
        let bird = try await BIRD(in: sandbox, configuration: birdConfiguration(port: 18210, neighborPort: 18211))
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "a")
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        let before = try await rig.status("a").since

        let squatter = try Socket.listen(at: Endpoint(try #require(Address("127.0.0.4")), port: 18211))
        var configuration = await rig.speaker.configuration
        var other = try Pair.neighbor("b", 18212, "127.0.0.9")
        (other.passive, other.localAddress) = (true, Address("127.0.0.4"))
        configuration.neighbors.append(other)
        await #expect(throws: SystemError.self) { try await rig.speaker.configure(configuration) }
        #expect(await rig.speaker.neighbors.map(\.name) == ["a"])

        configuration.neighbors[1].localAddress = nil
        await #expect(throws: SystemError.self) { try await rig.speaker.configure(configuration) }
        withExtendedLifetime(squatter) {}
        #expect(try await rig.status("a").since == before)
        let there = Endpoint(try #require(Address("127.0.0.2")), port: 18211)
        #expect(throws: SystemError.self, "it still listens where it did") { try Socket.listen(at: there) }
        await rig.stop()
        await bird.stop()
    }
}
