import Glibc
import Peers
import Testing

@Suite("doctor: beside an agent", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
struct AgentTests {
    private func start(
        _ machine: Machine, site: String = "fra", through wrapper: [String] = [], socket: String? = nil
    ) async throws -> Child {
        let socket = socket ?? machine.socket
        let command = wrapper + [Landfall.path, "run", machine.file, "--site", site, "--quiet"]
        let agent = try machine.host.start(
            command[0], command.dropFirst() + ["--socket", socket, "--state", machine.state])
        try await eventually("the agent answers") {
            guard agent.isRunning else { throw PeerError("landfall run: \(agent.output)") }
            return try await machine.host.run(Landfall.path, ["status", "--socket", socket]).status == 0
        }
        return agent
    }

    @Test("an agent that runs well is asked, and nothing is found; what it holds is its own")
    func running() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD()
        let agent = try await start(machine)
        try await eventually("both sessions are up") {
            try await machine.doctor().checks.count { $0.seen?.contains("Established") == true } == 2
        }
        let told = try await machine.doctor()
        #expect(told.codes == [] && told.agent == Int(agent.id), "\(told.findings)")
        #expect(told.check("dns: port 53/udp")?.seen == "held by the agent")
        #expect(told.check("file")?.seen == "the agent runs it as it is")

        _ = try await machine.host.run("sh", ["-c", "echo '# more' >> \(machine.file)"])
        #expect(try await machine.doctor().codes == ["LF-D804"])
        await bird.stop()
        try await eventually("a session is down") { try await machine.doctor().codes.contains("LF-D310") }
        await agent.stop()
    }

    @Test(
        "an agent that may not put an address back leaves it away: that is found, with the right that it lacks",
        .enabled(if: geteuid() == 0, "needs root"))
    func address() async throws {
        let machine = try await Machine()
        for address in ["203.0.113.53/32", "2001:db8:113::53/128"] {
            try await machine.host.ip("addr add \(address) dev lo")
        }
        let agent = try await start(machine, through: Machine.without("net_admin"))
        try await machine.host.ip("addr del 203.0.113.53/32 dev lo")
        let told = try await machine.doctor()
        #expect(told.codes.isSuperset(of: ["LF-D101", "LF-D501"]), "\(told.findings)")
        #expect(told["LF-D101"]?.subject == "the running agent (pid \(agent.id))")
        await agent.stop()
    }

    @Test("an agent of another site at the socket, and one of this site elsewhere, are both named")
    func others() async throws {
        let ams = """
              ams:
                place: AMS
                router-id: 192.0.2.3
                hosts: {ams1: {unicast: [192.0.2.3, 2001:db8:f::3]}}
                neighbors: [{name: r4, address: 192.0.2.1, asn: 64500, role: provider}]
            """
        let machine = try await Machine(Machine.file(more: ams))
        let other = try await start(machine, site: "ams")
        let told = try await machine.doctor()
        #expect(told["LF-D801"]?.found.first?.contains("site ams, host ams1") == true && told.agent == nil)
        await other.stop()
        let elsewhere = try await start(machine, socket: machine.socket + "2")
        let silent = try await machine.doctor()
        #expect(silent["LF-D802"]?.remedy == ["landfall status --socket \(machine.socket)2"])
        await elsewhere.stop()
        let neighbor = try await start(machine, site: "ams", socket: machine.socket + "3")
        let beside = try await machine.doctor()
        spares(beside)
        #expect(beside.otherAgents == ["site ams, host ams1 (pid \(neighbor.id))"] && beside.agent == nil)
        #expect(beside["LF-D201"]?.found.first?.hasPrefix("the agent of site ams, host ams1 (pid ") == true)
        #expect(beside["LF-D201"]?.remedy.first?.hasPrefix("landfall status --socket \(machine.socket)3 ") == true)
        await neighbor.stop()
    }

    /// No advice to stop what is an agent of ours, whatever else is found.
    private func spares(_ told: Machine.Told) {
        let advice = told.findings.flatMap(\.remedy)
        #expect(!advice.contains { $0.contains("stop that") || $0.contains("have that program") })
        #expect(told.codes.isDisjoint(with: ["LF-D202", "LF-D205", "LF-D311"]), "\(told.findings)")
    }

    @Test("an agent that was stopped, whose socket is gone, or that another user asks about is never to be stopped")
    func silent() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD()
        let agent = try await start(machine)
        try await eventually("both sessions are up") {
            try await machine.doctor().checks.count { $0.seen?.contains("Established") == true } == 2
        }
        if Landfall.othersLack == nil {
            let stranger = try await machine.doctor(["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"])
            spares(stranger)
            #expect(stranger.codes.isDisjoint(with: ["LF-D201", "LF-D802"]), "\(stranger.findings)")
            #expect(stranger.agent == Int(agent.id) && stranger.agentTrouble == "may not be asked")
            #expect(stranger.check("agent")?.hidden?.contains("ask as root") == true)
        }
        unlink(machine.socket)
        let gone = try await machine.doctor()
        spares(gone)
        #expect(gone.codes == ["LF-D802"] && gone.agent == Int(agent.id), "\(gone.findings)")
        #expect(gone.check("dns: port 53/udp")?.seen == "held by the agent")
        #expect(try await machine.screen().contains("an agent runs (pid \(agent.id)), and doesn't answer"))
        agent.signal(SIGSTOP)
        let stopped = try await machine.doctor()
        spares(stopped)
        #expect(stopped.codes.contains("LF-D802") && !stopped.codes.contains("LF-D201"), "\(stopped.findings)")
        #expect(stopped["LF-D802"]?.remedy.first?.hasPrefix("kill -CONT \(agent.id) ") == true)
        agent.signal(SIGCONT)
        await agent.stop()
        await bird.stop()
    }

    @Test(
        "whoever asks and however, the folders and the user of the agent that runs are judged, or it is said that they can't be",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func asked() async throws {
        let machine = try await Machine()
        let agent = try await start(machine)
        let closed = machine.host.folder + "/closed"
        mkdir(closed, 0o700)
        // As one that was started now with these would be: neither the folder nor the user is the agent's.
        let root = try await machine.doctor([], ["--state", closed, "--user", "daemon"])
        #expect(root.codes == ["LF-D310"], "\(root.findings)")
        #expect(root.check("state folder")?.seen?.hasPrefix("\(machine.state), ") == true)
        let nobody = try await machine.doctor(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"], ["--state", closed])
        #expect(
            nobody.codes == ["LF-D310"] && nobody.agent == Int(agent.id), "its own user may ask: \(nobody.findings)")
        #expect(nobody.check("state folder")?.seen?.hasPrefix("\(machine.state), ") == true)
        chmod(machine.host.folder, 0o755)
        let stranger = try await machine.doctor(
            ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"], ["--state", closed])
        #expect(stranger.codes.isDisjoint(with: ["LF-D712", "LF-D803", "LF-D106"]), "\(stranger.findings)")
        #expect(stranger.check("state folder")?.hidden?.hasPrefix("as nobody, it can't be tried") == true)
        await agent.stop()
        let none = try await machine.doctor([], ["--state", closed])
        #expect(
            none.codes == ["LF-D712", "LF-D803"], "where none runs, one that is started is judged: \(none.findings)")
    }

    @Test("a control socket that can't be made, and bad words on the command line")
    func socket() async throws {
        let machine = try await Machine()
        #expect(try await machine.doctor([], ["--socket", "/nowhere/control"]).codes == ["LF-D803"])
        #expect(try await machine.doctor([], ["--socket", machine.file]).codes.contains("LF-D803"))
        for words in [[machine.file, "--site", "gru"], ["/nowhere.yaml"], [machine.file, "--user", "no-such-user"]] {
            let (status, output) = try await machine.host.run(Landfall.path, ["doctor"] + words)
            #expect(status == 2 && !output.isEmpty)
        }
    }
}
