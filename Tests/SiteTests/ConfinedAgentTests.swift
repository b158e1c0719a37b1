import Glibc
import Peers
import Testing

/// The agent inside of what its unit leaves it.
@Suite("The agent under its unit's restrictions", .enabled(if: Confining.lack == nil, "\(Confining.lack ?? "")"))
struct ConfinedAgentTests {
    @Test(
        "rule 17: without root, with a read-only system and few system calls it announces, checks, reloads and withdraws"
    )
    func life() async throws {
        var options = Rig.Options()
        // A program of an operator's, and a service of another program's, whose packets are counted.
        options.services = """
              other:
                addresses: [203.0.113.54]
                checks:
                  - {exec: {run: [/bin/sh, -c, "grep -q '^CapEff:.0*$' /proc/self/status && ! touch /etc/landfall-test && echo fine"]}, every: 2s, timeout: 2s, rise: 1}
            """
        options.checks = "{dns: {name: www.example.org, type: A}, every: 2s, timeout: 2s, rise: 1, fall: 2}"
        options.announce = ", require: all"
        options.more = "hooks: {announced: [/bin/sh, -c, 'echo told $LANDFALL_PREFIX']}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try start(rig)
        try await rig.announced(at: bird)
        let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"])
        #expect(answer.nsid == "fra")
        try await rig.seen("told 203.0.113.0/24")
        #expect(!rig.has("trouble") && !rig.has("alarm"))
        #expect(try await confinement(of: rig) == outside(), "the service confines itself as it does outside")
        let own = try #require(readFile("/proc/\(agent.id)/status"))
        #expect(own.contains("NoNewPrivs:\t1") && own.contains("Seccomp:\t2") && own.contains("Uid:\t65534\t65534"))

        try await rig.edit { $0.replacing("hold-down: 500ms", with: "hold-down: 600ms") }
        #expect(try await rig.landfall("reload").status == 0)
        #expect(try await rig.landfall("check-now").status == 0)
        agent.signal(SIGTERM)
        #expect(try await agent.wait().status == 0)
        try await rig.withdrawn(at: bird)
        #expect(!(try await rig.addresses()).contains("203.0.113.53"))
    }

    private func start(_ rig: Rig) throws -> Child {
        let script = rig.host.folder + "/confine.py"
        try writeFile(script, Confining.script)
        let unit = Repository.root + "/packaging/landfall.service.in"
        mkdir(rig.state, 0o700)
        chown(rig.state, 65534, 65534)
        let confine = [script, unit, try Program.find("systemd-analyze"), rig.host.folder]
        let words = [
            "run", rig.file, "--site", "fra", "--socket", rig.control, "--state", rig.state, "--events", rig.events,
        ]
        return try rig.host.start("/usr/bin/python3", confine + [Landfall.path] + words)
    }

    /// What the service of an agent that nobody confined says.
    private func outside() async throws -> String {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        let said = try await confinement(of: rig)
        await agent.stop()
        return said
    }

    private func confinement(of rig: Rig) async throws -> String {
        var said = ""
        try await eventually("the service says how it is confined") {
            let key = "\"confinement\":\""
            let status = try await rig.status()
            said = status.firstRange(of: key).map { String(status[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
            return !said.isEmpty
        }
        return said
    }
}
