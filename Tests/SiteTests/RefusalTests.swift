import Daemon
import Glibc
import Peers
import Testing

/// What an operator gets wrong, and what a machine lacks: every refusal says what to do, and leaves nothing behind.
@Suite("An agent that can't start", .enabled(if: Landfall.lack() == nil, "\(Landfall.lack() ?? "")"))
struct RefusalTests {
    private func ending(of agent: Child) async throws -> (status: Int32, text: String) {
        let ending = try await agent.wait()
        return (ending.status, agent.output)
    }

    @Test("a second agent for the same site and host is refused, and the first stays")
    func second() async throws {
        let rig = try await Rig()
        let first = try rig.startAgent()
        _ = try await rig.service()
        let second = try rig.host.start(
            Landfall.path,
            ["run", rig.file, "--site", "fra", "--socket", rig.control + "2", "--state", rig.state + "2"])
        let (status, text) = try await ending(of: second)
        #expect(status == 2 && text.contains("an agent for site fra, host fra1 is already running"), "\(text)")
        #expect(first.isRunning)
        await first.stop()
    }

    @Test("a missing zone file is named where the configuration names it")
    func missingZone() async throws {
        var options = Rig.Options()
        options.zone = nil
        let rig = try await Rig(options)
        let (status, text) = try await ending(of: try rig.startAgent())
        #expect(
            status == 2 && text.contains("landfall.yaml:13:") && text.contains("example.org.zone: No such file"),
            "\(text)")
    }

    @Test("a broken zone file is refused with its line")
    func brokenZone() async throws {
        var options = Rig.Options()
        options.zone = Rig.zone + "\nbad A 192.0.2.300\n"
        let rig = try await Rig(options)
        let (status, text) = try await ending(of: try rig.startAgent())
        #expect(status == 2 && text.contains("example.org.zone:7"), "\(text)")
    }

    @Test("a port that is taken is named, and the addresses are taken back")
    func portTaken() async throws {
        let rig = try await Rig()
        try await rig.host.ip("address add 203.0.113.53/32 dev lo")
        let squatter = try rig.host.start(
            "/usr/bin/python3",
            [
                "-c",
                "import socket,time; s=socket.socket(); s.bind(('203.0.113.53',53)); s.listen(); print('up',flush=True); time.sleep(60)",
            ])
        try await eventually("the port is taken") { squatter.output.contains("up") }
        let (status, text) = try await ending(of: try rig.startAgent())
        #expect(status == 3 && text.contains("203.0.113.53:53: Address already in use"), "\(text)")
        let addresses = try await rig.host.run("ip", ["address", "show", "dev", "lo"]).output
        #expect(addresses.contains("203.0.113.53") && !addresses.contains("2001:db8:113::53"))
        await squatter.stop()
    }

    @Test("a file that is no socket is not replaced by the control socket")
    func controlSocketInTheWay() async throws {
        let rig = try await Rig()
        try writeFile(rig.control, "precious")
        let (status, text) = try await ending(of: try rig.startAgent())
        #expect(status == 3 && text.contains("choose another --socket"), "\(text)")
        #expect(readFile(rig.control) == "precious")
    }

    @Test("a missing capability is named with its remedy")
    func capability() async throws {
        let rig = try await Rig()
        let agent = try rig.host.start(
            "setpriv",
            [
                "--inh-caps=-all", "--bounding-set=-all", Landfall.path, "run", rig.file, "--site", "fra", "--socket",
                rig.control, "--state", rig.state, "--user", "root",
            ])
        let (status, text) = try await ending(of: agent)
        #expect(status == 3 && text.contains("CAP_NET_ADMIN") && text.contains("start as root"), "\(text)")
    }

    @Test("a site that the file doesn't have is answered with those that it has")
    func unknownSite() async throws {
        let rig = try await Rig()
        let agent = try rig.host.start(Landfall.path, ["run", rig.file, "--site", "frx"])
        let (status, text) = try await ending(of: agent)
        #expect(status == 2 && text.contains("frx") && text.contains("fra"), "\(text)")
    }
}
