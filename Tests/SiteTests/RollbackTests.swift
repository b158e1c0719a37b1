import Glibc
import Peers
import Testing

/// The way back, and what counts at a start.
@Suite("What was accepted", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct RollbackTests {
    /// Where agents that come and go are no flapping.
    private func patientRig() async throws -> Rig {
        var options = Rig.Options()
        options.announce = ", penalty: {half-life: 1s, suppress: 900, reuse: 1, cap: 1000}"
        return try await Rig(options)
    }

    private func path(_ rig: Rig, _ bird: BIRD, _ path: [UInt32], _ what: String) async throws {
        try await eventually(what) { try await bird.route(to: "203.0.113.0/24")?.path == path }
    }

    private func prepend(_ count: Int, _ rig: Rig) async throws {
        try await rig.edit { text in
            (0..<9).reduce(text) { $0.replacing("role: provider, prepend: \($1)", with: "role: provider") }
                .replacing("role: provider", with: "role: provider, prepend: \(count)")
        }
    }

    @Test("rule 14: --confirm goes back by itself, and the copy counts at the next start, too")
    func confirm() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await prepend(2, rig)
        let done = try await rig.landfall("reload", "--confirm", "8s")
        #expect(done.status == 0 && done.output.contains("landfall confirm"), "\(done.output)")
        #expect(try await rig.status().contains("\"confirmSecondsLeft\":"))
        let early = try await rig.landfall("reload")
        #expect(early.status == 1 && early.output.contains("a confirmation is awaited"))
        try await path(rig, bird, [65000, 65000, 65000], "the new prepend")
        try await path(rig, bird, [65000], "it goes back by itself")
        #expect(try await rig.status().contains("not confirmed in time; landfall reload takes the file"))

        await agent.stop()
        agent = try rig.startAgent()
        try await path(rig, bird, [65000], "the copy counts at the next start")
        #expect(try await rig.status().contains("\"pinned\":\"not confirmed in time\""))
        #expect(try await rig.landfall("reload").status == 0)
        try await path(rig, bird, [65000, 65000, 65000], "the file is taken when somebody says so")
        try await rig.hasNoAlarm()
        await agent.stop()
    }

    @Test("rule 14: a reload that is still being read when the confirmation doesn't come makes nothing final")
    func readMeanwhile() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await prepend(2, rig)
        // A zone that takes longer to read than the confirmation is awaited.
        let hosts = (0..<40_000).map { "h\($0) A 192.0.2.80" }.joined(separator: "\n")
        let zone = rig.host.folder + "/example.org.zone"
        try writeFile(zone + ".new", Rig.zone + "\n" + hosts + "\n")
        #expect(try await rig.landfall("reload", "--confirm", "2s").status == 0)
        rename(zone + ".new", zone)
        agent.signal(SIGHUP)
        try await path(rig, bird, [65000], "it goes back by itself")
        try await eventually("the reload is refused") {
            readFile(rig.events)?.contains("\"reload-refused\"") == true
        }
        #expect(try await rig.status().contains("\"pinned\":\"not confirmed in time\""))
        try await path(rig, bird, [65000], "it stays as it was")
        await agent.stop()
    }

    @Test("rule 14: an agent that is killed while a confirmation is awaited has gone back")
    func killedMeanwhile() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await prepend(2, rig)
        #expect(try await rig.landfall("reload", "--confirm", "60s").status == 0)
        agent.signal(SIGKILL)
        try await agent.wait()
        agent = try rig.startAgent()
        try await path(rig, bird, [65000], "the configuration of before")
        await agent.stop()
    }

    @Test("rule 14: a confirmation keeps it, and there is nothing to confirm twice")
    func confirmed() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await prepend(1, rig)
        #expect(try await rig.landfall("reload", "--confirm", "5s").status == 0)
        #expect(try await rig.landfall("confirm").status == 0)
        #expect(try await rig.landfall("confirm").status == 1)
        try await Task.sleep(for: .milliseconds(5500))
        try await path(rig, bird, [65000, 65000], "it stays")
        await agent.stop()
        agent = try rig.startAgent()
        try await path(rig, bird, [65000, 65000], "at the next start, too")
        try await rig.hasNoAlarm()
        await agent.stop()
    }

    @Test("rule 14: a start with a bad file uses the last accepted one, with an alarm, and a mended one at the next")
    func badStart() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let good = readFile(rig.file) ?? ""
        for bad in [
            good.replacing("place: FRA", with: "place: FRX"), "", good.replacing("  fra:\n", with: "  ams:\n"), nil,
        ] {
            await agent.stop()
            unlink(rig.file)
            if let bad { try writeFile(rig.file, bad) }
            agent = try rig.startAgent()
            try await rig.announced(at: bird)
            let status = try await rig.status()
            #expect(status.contains("landfall.yaml was refused: ") && status.contains("the file can't be used"))
        }
        #expect(readFile(rig.events)?.contains("landfall.yaml:4:12: place: \\\"FRX\\\"") == true)
        await agent.stop()
        try writeFile(rig.file, good)
        agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.hasNoAlarm()
        await agent.stop()
    }

    @Test("rule 14: a start with a bad zone serves the accepted one; without any copy it is refused")
    func badZone() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        await agent.stop()
        try writeFile(rig.host.folder + "/example.org.zone", "rubbish")
        agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.status().contains("example.org.zone:1:"))
        await agent.stop()
        removeFolder(rig.state)
        agent = try rig.startAgent()
        #expect(try await agent.wait().status == 2 && agent.output.contains("example.org.zone:1:"))
    }

    @Test("rule 14: a rollback goes back, step by step, and counts over restarts until a file is accepted again")
    func rollback() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for count in 1...3 {
            try await prepend(count, rig)
            #expect(try await rig.landfall("reload").status == 0)
        }
        let plan = try await rig.landfall("rollback", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("prepend 3 → 2"), "\(plan.output)")
        #expect(try await rig.landfall("rollback").output.contains("back to copy 3"))
        try await path(rig, bird, [65000, 65000, 65000], "one back")
        #expect(try await rig.landfall("rollback").output.contains("back to copy 2"))
        try await path(rig, bird, [65000, 65000], "two back")
        await agent.stop()
        agent = try rig.startAgent()
        try await path(rig, bird, [65000, 65000], "the copy counts after a restart, whatever the file says")
        #expect(try await rig.status().contains("rolled back by root; landfall reload takes the file"))
        #expect(try await rig.landfall("rollback", "4").status == 0)
        try await path(rig, bird, [65000, 65000, 65000, 65000], "forward, by its number")
        let unknown = try await rig.landfall("rollback", "77")
        #expect(unknown.status == 2 && unknown.output.contains("there are 1, 2, 3, 4"), "\(unknown.output)")
        #expect(try await rig.landfall("rollback", "1").status == 0)
        try await path(rig, bird, [65000], "to the first")
        #expect(try await rig.landfall("reload").status == 0)
        try await path(rig, bird, [65000, 65000, 65000, 65000], "the file, when somebody says so")
        let list = try await rig.landfall("rollback", "--list")
        #expect(list.output.contains("in use") && list.output.split(separator: "\n").count == 6, "\(list.output)")
        await agent.stop()
    }

    @Test("zones are gone back to with the configuration, and ten copies are kept")
    func zones() async throws {
        let rig = try await patientRig()
        let agent = try rig.startAgent()
        try await rig.answers()
        for number in 1...11 {
            let text = Rig.zone.replacing("192.0.2.80", with: "192.0.2.\(number)")
            try writeFile(rig.host.folder + "/example.org.zone", text)
            #expect(try await rig.landfall("reload").status == 0)
        }
        #expect(try await rig.landfall("rollback").status == 0)
        try await eventually("the zone of before is served") {
            try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.host).answer.first?.hasSuffix("192.0.2.10")
                == true
        }
        let list = try await rig.landfall("rollback", "--list", "--json").output
        #expect(list.split(separator: "\"number\"").count == 11, "\(list)")
        let kept = try await rig.host.run("ls", [rig.state + "/accepted"]).output.split(separator: "\n")
        #expect(kept.count == 1 + 1 + 10, "the index, one configuration, ten zones: \(kept)")
        await agent.stop()
    }

    @Test("copies that somebody has broken are not used, and said")
    func broken() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await prepend(1, rig)
        #expect(try await rig.landfall("reload").status == 0)
        await agent.stop()
        let index = rig.state + "/accepted/index.json"
        let (text, good) = (readFile(index) ?? "", readFile(rig.file) ?? "")
        // The newest configuration is not what its name says any more: the one before it is used.
        let newest = try #require(text.split(separator: "\"hash\" : \"").dropFirst(4).first?.prefix(64))
        try writeFile(rig.state + "/accepted/" + newest, "something else")
        try writeFile(rig.file, "rubbish")
        agent = try rig.startAgent()
        try await path(rig, bird, [65000], "the copy before")
        await agent.stop()
        try writeFile(index, "rubbish")
        agent = try rig.startAgent()
        #expect(try await agent.wait().status == 2)
        try writeFile(rig.file, good)
        agent = try rig.startAgent()
        try await path(rig, bird, [65000, 65000], "a good file needs no copy")
        await agent.stop()
    }

    @Test("without a folder to keep copies in, reloads work, and say what is missing")
    func unkept() async throws {
        let rig = try await patientRig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent(state: "/proc/nowhere")
        try await rig.announced(at: bird)
        try await prepend(1, rig)
        let done = try await rig.landfall("reload")
        #expect(done.status == 0 && done.output.contains("not on the disk"), "\(done.output)")
        try await path(rig, bird, [65000, 65000], "the new prepend")
        #expect(try await rig.status().contains("no copy of the configuration is kept"))
        try await prepend(3, rig)
        #expect(try await rig.landfall("reload", "--confirm", "5s").status == 0)
        try await path(rig, bird, [65000, 65000, 65000, 65000], "the newest")
        try await path(rig, bird, [65000, 65000], "it goes back all the same")
        await agent.stop()
    }
}
