import Glibc
import Peers
import Testing

/// What outlives an agent that stops, is killed, or can't write.
@Suite("Over restarts", .serialized, .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct MemoryTests {
    private func restart(_ rig: Rig, _ agent: Child, by signal: Int32) async throws -> Child {
        agent.signal(signal)
        try await agent.wait()
        let next = try rig.startAgent()
        try await rig.answers()
        return next
    }

    @Test("rule 13: a drain stays, whether the agent stopped or was killed", arguments: [SIGTERM, SIGKILL])
    func drain(signal: Int32) async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--host", "--force", "--no-wait", "--wait", "60s").status == 0)
        agent = try await restart(rig, agent, by: signal)
        try await eventually("the checks have passed") {
            let status = try await rig.status()
            let others = ["failing", "unknown"].contains { status.contains("\"verdict\":\"\($0)\"") }
            return status.contains("\"verdict\":\"healthy\"") && !others
        }
        try await Task.sleep(for: .seconds(1))
        #expect(try await bird.route(to: "203.0.113.0/24") == nil, "a drain announces nothing")
        #expect(try await rig.landfall("history").output.contains("in effect"))
        #expect(try await rig.landfall("undo").status == 0)
        try await rig.announced(at: bird)
        await agent.stop()
    }

    @Test("rule 13: --for ends in time although the agent was away when it did")
    func endsMeanwhile() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--host", "--force", "--wait", "0s", "--for", "2s").status == 0)
        agent.signal(SIGKILL)
        try await agent.wait()
        try await Task.sleep(for: .seconds(2))
        agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("history").output.contains("ended"))
        await agent.stop()
    }

    @Test("rule 8: the flap penalty is kept over restarts, and each restart counts")
    func penalty() async throws {
        var options = Rig.Options()
        options.announce = ", penalty: {half-life: 24h, suppress: 2.5, reuse: 2, cap: 10}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        var agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await penalty(rig) == 0)
        agent = try await restart(rig, agent, by: SIGKILL)
        try await rig.announced(at: bird)
        #expect(try await penalty(rig) == 2, "the session was lost, and the route came back")
        agent.signal(SIGKILL)
        try await agent.wait()
        agent = try rig.startAgent()
        try await eventually("the route is withheld") {
            try await rig.status().contains("penalty 3.0, announced again below 2.0")
        }
        #expect(try await bird.route(to: "203.0.113.0/24") == nil)
        await agent.stop()
    }

    /// To the nearest whole number: it decays meanwhile.
    private func penalty(_ rig: Rig) async throws -> Double? {
        let routes = try await rig.status().split(separator: "\"routes\":").last
        let text = routes?.split(separator: "\"penalty\":").dropFirst().first?.prefix { $0.isNumber || $0 == "." }
        return text.flatMap { Double($0) }?.rounded()
    }

    @Test("an agent that is killed again and again between its events loses nothing that it was told")
    func killed() async throws {
        let rig = try await Rig()
        var agent = try rig.startAgent()
        try await rig.answers()
        for round in 1...5 {
            let verb = round % 2 == 1 ? ["drain", "--host", "--force", "--no-wait"] : ["undrain", "--host"]
            #expect(try await rig.host.run(Landfall.path, verb + ["--socket", rig.control]).status == 0)
            agent = try await restart(rig, agent, by: SIGKILL)
            let history = try await rig.landfall("history").output
            #expect(history.split(separator: "\n").count == round, "\(history)")
            #expect(try await rig.status().contains("\"drains\":[]") == (round % 2 == 0))
        }
        await agent.stop()
    }

    @Test(
        "a memory that is damaged, or somebody else's, is an alarm and kept aside, and the start goes on",
        arguments: [
            ("damaged", "{\"schema\": \"landfall.memory/1\"", "it is damaged"),
            (
                "foreign",
                """
                {"schema":"landfall.memory/1","network":"test","site":"sin","host":"sin1","time":"2026-01-01T00:00:00.000Z",
                "boot":"","sinceBoot":1,"routes":[],"drains":[],"acts":[],"nextAct":1}
                """, "it is that of network test, site sin, host sin1"
            ),
        ])
    func refused(name: String, text: String, reason: String) async throws {
        let rig = try await Rig()
        mkdir(rig.state, 0o777)
        chmod(rig.state, 0o777)
        try writeFile(rig.state + "/memory.json", text)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(try await rig.status().contains(reason))
        #expect(readFile(rig.state + "/memory.json.refused") == text)
        try await eventually("a memory of its own") {
            readFile(rig.state + "/memory.json")?.contains("\"fra1\"") == true
        }
        await agent.stop()
    }

    @Test(
        "on a full disk it goes on with an alarm, says that a drain isn't kept, and keeps it when there is room again")
    func full() async throws {
        let rig = try await Rig()
        mkdir(rig.state, 0o777)
        let disk = try await MountedDisk(at: rig.state, "size=64k,mode=777")
        _ = try await rig.host.run("sh", ["-c", "head -c 100000 /dev/zero > \(rig.state)/ballast; true"])
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("the alarm") {
            try await rig.status().contains("nothing is kept for the next start")
        }
        let (code, text) = try await rig.landfall("drain", "--host", "--force", "--wait", "100ms")
        #expect(code == 0 && text.contains("not on the disk yet"), "\(text)")
        #expect(try await rig.status().contains("No space left on device"))
        try await rig.withdrawn(at: bird)
        unlink(rig.state + "/ballast")
        try await eventually("it is kept") {
            readFile(rig.state + "/memory.json")?.contains("\"drain\"") == true
                && readFile(rig.events)?.contains("alarm-resolved") == true
        }
        await agent.stop()
        await disk.remove()
    }

    @Test("with a state folder that can't be written it starts and announces, with an alarm")
    func readOnly() async throws {
        let rig = try await Rig()
        mkdir(rig.state, 0o777)
        let disk = try await MountedDisk(at: rig.state, "ro")
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("the alarm") {
            try await rig.status().contains("Read-only file system")
        }
        await agent.stop()
        await disk.remove()
    }

    @Test("a disk that hangs holds up neither an announcement nor, for long, the answer to an operator")
    func hangs() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("it has written") { access(rig.state + "/memory.json", F_OK) == 0 }
        // To open a FIFO that nobody reads takes for ever, like a file on a disk that is gone.
        let obstacle = "\(rig.state)/memory.json.\(agent.id).tmp"
        #expect(mkfifo(obstacle, 0o666) == 0 && chmod(obstacle, 0o666) == 0)
        let (code, text) = try await rig.landfall("drain", "--host", "--force", "--wait", "100ms")
        #expect(code == 0 && text.contains("not on the disk yet"), "\(text)")
        try await rig.withdrawn(at: bird)
        try await eventually("the alarm") {
            try await rig.status().contains("not written after 5 s")
        }
        _ = try await rig.host.run("head", ["-c", "1", obstacle])
        try await eventually("it is kept") {
            readFile(rig.state + "/memory.json")?.contains("\"drain\"") == true
                && readFile(rig.events)?.contains("alarm-resolved") == true
        }
        await agent.stop()
    }

    @Test("two agents never share a state folder, and a file in its place is refused")
    func shared() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let other = try await Rig()
        let (code, text) = try await other.host.run(
            Landfall.path, ["run", other.file, "--site", "fra", "--socket", other.control, "--state", rig.state])
        #expect(code == 2 && text.contains("the state folder of another agent"), "\(text)")
        let wrong = try await other.host.run(
            Landfall.path, ["run", other.file, "--site", "fra", "--socket", other.control, "--state", other.file])
        #expect(wrong.status == 2 && wrong.output.contains("that is no folder"), "\(wrong.output)")
        await agent.stop()
    }
}

/// A file system in memory, mounted from where the tests run: a sandbox has no mounts of its own.
struct MountedDisk {
    private let here: Sandbox
    private let path: String

    init(at path: String, _ options: String) async throws {
        (here, self.path) = (try await Sandbox(fresh: false), path)
        let (status, output) = try await here.run("mount", ["-t", "tmpfs", "-o", options, "none", path])
        guard status == 0 else { throw PeerError("mount: \(output)") }
    }

    func remove() async { _ = try? await here.run("umount", ["-l", path]) }
}
