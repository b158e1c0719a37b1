import Glibc
import Peers
import Testing

/// What operators do to a running agent, as the router sees it.
@Suite("A drain", .serialized, .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct DrainTests {
    private func drained(at bird: BIRD) async throws -> BIRDRoute? {
        let route = try await bird.route(to: "203.0.113.0/24")
        return route?.attributes["community"]?.contains("(65535,0)") == true ? route : nil
    }

    /// How many UPDATEs with a route BIRD has had from the session.
    private func updates(_ bird: BIRD) async throws -> Int32? {
        let lines = try await bird.show("protocols all fra4").split(separator: "\n")
        let line = lines.first { $0.contains("Import updates:") }
        return line?.split(separator: " ").compactMap { Int32($0) }.first
    }

    @Test(
        "rule 12: it is one UPDATE with GRACEFUL_SHUTDOWN and the prepend; then it is withdrawn, and the session stays up"
    )
    func drain() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        // Without anybody who asks, the drain would be over before a slow machine has seen it.
        let client = try rig.startClient()
        try await rig.announced(at: bird)
        try await Task.sleep(for: .seconds(3))  // what there was before is known
        let before = try #require(try await updates(bird))
        #expect(try await rig.landfall("drain", "--host", "--force", "--no-wait", "--wait", "10m").status == 0)
        var route: BIRDRoute?
        try await eventually("the community is there") {
            route = try await drained(at: bird)
            return route != nil
        }
        #expect(route?.path == [65000, 65000, 65000, 65000])
        #expect(try await updates(bird) == before + 1)
        let status = try await rig.status()
        #expect(status.contains("\"level\":\"draining\"") && status.contains("\"by\":\"root\""))
        await client.stop()
        try await rig.withdrawn(at: bird)
        #expect(try await bird.isEstablished("fra4"))
        try await rig.seen("\"event\":\"drain\"")
        await agent.stop()
    }

    @Test("rule 6: the end of a drain is rise and hold-down, not an announcement")
    func undrain() async throws {
        var options = Rig.Options()
        options.holdDown = "1s"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let drain = try await rig.landfall("drain", "--host", "--force", "--wait", "100ms")
        #expect(drain.status == 0 && drain.output.contains("withdrawn after 100 ms"), "\(drain.output)")
        #expect(drain.output.contains("fra1 (fra): withdrawn"), "\(drain.output)")
        try await rig.withdrawn(at: bird)
        let before = readFile(rig.events)?.utf8.count ?? 0
        let (code, text) = try await rig.landfall("undrain", "--host")
        #expect(code == 0 && text.contains("back when healthy for 1 s"), "\(text)")
        try await rig.announced(at: bird)
        var since = ""
        try await eventually("it is announced") {
            since = String(decoding: (readFile(rig.events) ?? "").utf8.dropFirst(before), as: UTF8.self)
            return since.contains("\"event\":\"announced\"")
        }
        let held = try #require(since.firstRange(of: "\"event\":\"held-down\""), "\(since)")
        let announced = try #require(since.firstRange(of: "\"event\":\"announced\""))
        #expect(held.lowerBound < announced.lowerBound, "\(since)")
        #expect(try await bird.route(to: "203.0.113.0/24")?.path == [65000])
        await agent.stop()
    }

    @Test("rule 13: what nobody else is known to announce is not drained without --force, and what is refused says why")
    func refused() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for words in [["--host"], ["--service", "dns"], ["--neighbor", "r4"]] {
            let (code, text) = try await rig.host.run(
                Landfall.path, ["drain"] + words + ["--socket", rig.control])
            #expect(code == 1 && text.contains("nobody else is confirmed as announcing 203.0.113.0/24"), "\(text)")
        }
        #expect(try await drained(at: bird) == nil)
        #expect(try await rig.landfall("drain", "--neighbor", "r5").status == 2)
        #expect(try await rig.landfall("drain", "--service", "web").status == 2)
        #expect(try await rig.landfall("drain", "--host", "--for", "never").status == 2)
        #expect(try await rig.landfall("undrain", "--host").status == 1)
        #expect(try await rig.landfall("undo").status == 1)
        #expect(try await rig.landfall("undo", "7").status == 2)
        let (code, text) = try await rig.landfall("drain", "--host", "--confirmed", "sin", "--no-wait")
        #expect(code == 0 && text.contains("Confirmed as announcing: sin, as you say"), "\(text)")
        let again = try await rig.landfall("drain", "--host", "--confirmed", "sin")
        #expect(again.status == 1 && again.output.contains("being drained already"))
        try await rig.seen("\"event\":\"refused\"")
        await agent.stop()
    }

    @Test("a drain of a neighbor, or of a service, leaves the rest announced")
    func part() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--neighbor", "r4", "--force", "--wait", "100ms").status == 0)
        try await eventually("r4 is told nothing") {
            try await bird.route(to: "203.0.113.0/24") == nil
        }
        #expect(try await bird.route(to: "2001:db8:113::/48") != nil)
        let (_, text) = try await rig.landfall("status")
        #expect(
            text.contains("the neighbor r4  withdrawn") && text.contains("landfall undrain --neighbor r4"), "\(text)")
        #expect(try await rig.landfall("drain", "--service", "dns", "--force", "--wait", "100ms").status == 0)
        try await rig.withdrawn(at: bird)
        await agent.stop()
    }

    @Test("rule 13: where traffic stays it is announced on, with exit code 1 and the neighbors named, until --force")
    func kept() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let client = try rig.startClient()
        try await Task.sleep(for: .seconds(3))
        let (code, text) = try await rig.landfall("drain", "--host", "--confirmed", "sin", "--wait", "2s")
        #expect(code == 1 && text.contains("fra1 (fra): stays announced to r4, r6"), "\(text)")
        #expect(text.contains("landfall drain --host --force withdraws all the same"), "\(text)")
        #expect(try await drained(at: bird) != nil)
        let status = try await rig.landfall("status").output
        #expect(
            status.contains("drained, but traffic stays") && status.contains("landfall drain --host --force"),
            "\(status)")
        let forced = try await rig.landfall("drain", "--host", "--force")
        #expect(
            forced.status == 0 && forced.output.contains("withdrawn whatever traffic is still here"), "\(forced.output)"
        )
        try await rig.withdrawn(at: bird)
        #expect(try await bird.isEstablished("fra4"))
        await client.stop()
        await agent.stop()
    }

    @Test("rule 14: undo names the act and its effect before doing it, and two undos go two back")
    func undo() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--neighbor", "r4", "--force", "--wait", "100ms").status == 0)
        #expect(try await rig.landfall("drain", "--neighbor", "r6", "--force", "--wait", "100ms").status == 0)
        try await rig.withdrawn(at: bird)
        let (code, text) = try await rig.landfall("undo", "--dry-run")
        #expect(
            code == 0 && text.contains("act 2, by root") && text.contains("undo of act 2: end of the drain"), "\(text)")
        #expect(try await bird.route(to: "2001:db8:113::/48") == nil)
        #expect(try await rig.landfall("undo").status == 0)
        try await eventually("r6 is told again") {
            try await bird.route(to: "2001:db8:113::/48") != nil
        }
        #expect(try await bird.route(to: "203.0.113.0/24") == nil)
        #expect(try await rig.landfall("undo").status == 0)
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("undo").status == 1)
        let history = try await rig.landfall("history").output
        #expect(history.contains("undone by root") && !history.contains("in effect"), "\(history)")
        await agent.stop()
    }

    @Test("rule 14: to undo an undrain is to drain again, and wants the same confirmation")
    func undoUndrain() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--host", "--force", "--wait", "100ms").status == 0)
        #expect(try await rig.landfall("undrain", "--host").status == 0)
        try await rig.announced(at: bird)
        let (code, text) = try await rig.landfall("undo")
        #expect(code == 1 && text.contains("nobody else is confirmed"), "\(text)")
        #expect(try await rig.landfall("undo", "--force").status == 0)
        try await rig.withdrawn(at: bird)
        await agent.stop()
    }

    @Test("rule 13: --for ends a drain by itself")
    func length() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--host", "--force", "--wait", "100ms", "--for", "6s").status == 0)
        #expect(try await rig.status().contains("\"endsInSeconds\":"))
        try await rig.seen("\"event\":\"withdrawn\"")
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("undo").output.contains("ended by itself"))
        await agent.stop()
    }
}
