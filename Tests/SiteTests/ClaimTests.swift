import Glibc
import Peers
import Testing

/// An agent is known by its claim, an abstract Unix socket; anybody can have such a name, and connect to it.
@Suite(
    "The claim of an agent",
    .enabled(if: Landfall.lack("python3") == nil, "\(Landfall.lack("python3") ?? "")"))
struct ClaimTests {
    private static let asStranger = ["--reuid=54321", "--regid=54321", "--clear-groups"]

    /// As one that is in the agent's group, as a monitoring system may be: it may connect, and not read the state.
    private func monitor(_ rig: Rig, _ words: String...) async throws -> (status: Int32, output: String) {
        let group = try #require(getpwnam("nobody")).pointee.pw_gid
        let user = ["--reuid=54321", "--regid=\(group)", "--clear-groups"]
        return try await rig.host.run("setpriv", user + [Landfall.path] + words)
    }

    /// A stranger's program that has such names.
    private func takeNames(_ rig: Rig, _ names: [String]) async throws -> Child {
        let script = """
            import socket, sys, time
            held = []
            for name in sys.argv[1:]:
                held.append(socket.socket(socket.AF_UNIX)); held[-1].bind("\\0landfall/" + name); held[-1].listen()
            print("up", flush=True); time.sleep(300)
            """
        let stranger = try rig.host.start("setpriv", Self.asStranger + ["/usr/bin/python3", "-c", script] + names)
        try await eventually("the names are taken") { stranger.output.contains("up") }
        return stranger
    }

    /// The agent of another site on the same host, with everything of its own.
    private func startNeighbor(_ rig: Rig) async throws -> (agent: Child, socket: String, state: String) {
        let file = rig.host.folder + "/ams.yaml"
        var text = readFile(rig.file) ?? ""
        for (own, other) in [
            ("fra", "ams"), ("203.0.113.", "198.51.100."), ("db8:113:", "db8:114:"), ("192.0.2.2", "192.0.2.3"),
            ("f::2", "f::3"),
        ] { text = text.replacing(own, with: other) }
        try writeFile(file, text)
        for address in ["192.0.2.3/24", "2001:db8:f::3/64"] { try await rig.host.ip("address add \(address) dev up") }
        let (socket, state) = (rig.host.folder + "/ams", rig.host.folder + "/ams-state")
        let words = ["run", file, "--site", "ams", "--socket", socket, "--state", state]
        let agent = try rig.host.start(Landfall.path, words)
        try await eventually("the agent of ams answers") {
            guard agent.isRunning else { throw PeerError("landfall run: \(agent.output)") }
            return try await rig.host.run(Landfall.path, ["status", "--socket", socket]).status == 0
        }
        return (agent, socket, state)
    }

    @Test(
        "a dead agent beside one of another site is dead, also to those who may not read its state",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"), .timeLimit(.minutes(5)))
    func besideAnother() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let neighbor = try await startNeighbor(rig)
        agent.signal(SIGKILL)
        _ = try await agent.wait()

        let asked = try await monitor(rig, "status", "--check", "--socket", rig.control, "--state", rig.state)
        #expect(asked.status == 2 && asked.output.contains("the agent is dead"), "\(asked.output)")
        let screen = try await monitor(rig, "status", "--socket", rig.control, "--state", rig.state)
        #expect(screen.output.contains("another one lives here, that of site ams, host ams1"), "\(screen.output)")
        #expect(!screen.output.contains("kill -"), "\(screen.output)")
        // As whoever forgets --state, or gives that of the other one.
        for words in [[], ["--state", neighbor.state]] {
            let places = ["--socket", rig.control] + words
            let root = try await rig.host.run(Landfall.path, ["status", "--check"] + places)
            #expect(root.status == 2 && root.output.hasPrefix("LANDFALL CRITICAL - "), "\(root.output)")
        }
        unlink(rig.control)
        let gone = try await monitor(rig, "status", "--check", "--socket", rig.control, "--state", rig.state)
        #expect(gone.status == 2 && gone.output.contains("no agent is running"), "\(gone.output)")
        unlink(neighbor.socket)
        let alive = try await monitor(
            rig, "status", "--check", "--socket", neighbor.socket, "--state", neighbor.state)
        #expect(alive.status == 3 && alive.output.contains("pid \(neighbor.agent.id)"), "\(alive.output)")
        await neighbor.agent.stop()
    }

    @Test(
        "a stranger who has the name of an agent is shown as one, and changes neither a verdict nor an advice",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"), .timeLimit(.minutes(5)))
    func stranger() async throws {
        let rig = try await Rig()
        let impostor = try await takeNames(rig, ["test/fra/fra1"])
        let none = try await rig.landfall("status", "--check", "--state", rig.state)
        #expect(none.status == 2 && none.output.contains("no agent is running"), "\(none.output)")

        let agent = try rig.startAgent()
        try await rig.answers()
        agent.signal(SIGKILL)
        _ = try await agent.wait()
        let dead = try await rig.landfall("status", "--check", "--state", rig.state)
        #expect(dead.status == 2 && dead.output.contains("the agent is dead"), "\(dead.output)")
        let screen = try await rig.landfall("status", "--state", rig.state)
        #expect(screen.output.contains("which says that it is that of site fra, host fra1"), "\(screen.output)")
        #expect(screen.output.contains("pid \(impostor.id), user 54321"), "\(screen.output)")
        #expect(!screen.output.contains("kill -"), "\(screen.output)")
        let doctor = try await rig.host.run(
            Landfall.path,
            ["doctor", rig.file, "--site", "fra", "--json", "--socket", rig.control, "--state", rig.state])
        #expect(doctor.output.contains("site fra, host fra1 (pid \(impostor.id)), user 54321"), "\(doctor.output)")
        #expect(!doctor.output.contains("LF-D802") && !doctor.output.contains("\"agent\" :"), "\(doctor.output)")
        let crowd = try await takeNames(rig, (0..<50).map { "test/x\($0)/x" })
        let many = try await rig.landfall("status", "--state", rig.state)
        #expect(many.output.split(separator: "(claim @landfall/").count - 1 == 8, "\(many.output)")
        await crowd.stop()
        await impostor.stop()
    }

    @Test(
        "whoever connects to a claim is let go, so that a second agent goes on being refused",
        .timeLimit(.minutes(5)))
    func crowd() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let script = """
            import signal, socket, time
            signal.alarm(120)
            held = []
            for number in range(300):
                held.append(socket.socket(socket.AF_UNIX)); held[-1].connect("\\0landfall/test/fra/fra1")
            print("last", held[-1].recv(1), flush=True); time.sleep(300)
            """
        let crowd = try rig.host.start("/usr/bin/python3", ["-c", script])
        try await eventually("300 have connected, and the last was let go") { crowd.output.contains("last b''") }
        let second = try await rig.host.run(
            Landfall.path,
            ["run", rig.file, "--site", "fra", "--socket", rig.control + "2", "--state", rig.state + "2"])
        #expect(second.status == 2 && second.output.contains("is already running on this machine"), "\(second.output)")
        await crowd.stop()
        await agent.stop()
    }
}
