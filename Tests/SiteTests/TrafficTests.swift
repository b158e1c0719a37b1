import Peers
import Testing

/// What the agent makes of a service's traffic with others: during overloads, drains and stops.
@Suite("Traffic", .enabled(if: lack == nil, "\(lack ?? "")"))
struct TrafficTests {
    enum Server: String, CaseIterable, CustomTestStringConvertible {
        case landfall, nsd
        var testDescription: String { rawValue }
    }

    /// A host that announces, and whoever serves there.
    private func announcing(_ server: Server, _ options: Rig.Options = Rig.Options()) async throws -> Scene {
        var options = options
        options.checks = "{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 2, fall: 4}"
        if server == .nsd { options.serve = "disable: none" }
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        let nsd = server == .nsd ? try await startNSD(rig) : nil
        try await rig.announced(at: bird)
        return Scene(rig: rig, bird: bird, agent: agent, nsd: nsd)
    }

    private struct Scene {
        let rig: Rig
        let bird: BIRD
        let agent: Child
        let nsd: NSD?

        func stop() async {
            await agent.stop()
            await nsd?.stop()
        }
    }

    private func startNSD(_ rig: Rig) async throws -> NSD {
        try await NSD(
            in: rig.host, addresses: ["203.0.113.53", "2001:db8:113::53"],
            zones: [("example.org", rig.host.folder + "/example.org.zone")], more: ["ip-freebind: yes"])
    }

    /// The service goes on, and the agent's own questions, which come over `lo`, don't reach it any more.
    private func dropChecks(_ rig: Rig) async throws {
        let rules = """
            table inet lost {
                chain input {
                    type filter hook input priority 0;
                    iif lo udp dport 53 drop
                }
            }

            """
        try writeFile(rig.host.folder + "/rules", rules)
        let (status, output) = try await rig.host.run("nft", ["-f", rig.host.folder + "/rules"])
        guard status == 0 else { throw PeerError("nft: \(output)") }
    }

    private func degraded(_ rig: Rig) -> Int {
        let lines = (readFile(rig.events) ?? "").split(separator: "\n")
        return lines.count { $0.contains("\"event\":\"verdict\"") && $0.contains("while it answered others") }
    }

    @Test(
        "rule 1: a check that times out while the service answers others leaves it announced, degraded; one that answers nobody is withdrawn",
        arguments: Server.allCases)
    func overload(_ server: Server) async throws {
        var options = Rig.Options()
        options.announce = ", degraded: {prepend: 2}"
        let scene = try await announcing(server, options)
        let (rig, bird) = (scene.rig, scene.bird)
        let client = try rig.startClient()
        try await dropChecks(rig)
        try await eventually("both addresses are degraded") { degraded(rig) >= 2 }
        for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
            try await eventually("\(prefix) is less preferred") {
                try await bird.route(to: prefix)?.path == [65000, 65000, 65000]
            }
        }
        try await Task.sleep(for: .seconds(2))
        #expect(!rig.has("withdrawn"))
        #expect(try await rig.routes(at: bird) == 2)
        await client.stop()
        try await rig.withdrawn(at: bird)
        try await rig.seen("\"verdict\":\"failing\"")
        await scene.stop()
    }

    @Test("rule 1: questions of this host itself don't speak for a service", arguments: Server.allCases)
    func ownQuestions(_ server: Server) async throws {
        let scene = try await announcing(server)
        let client = try scene.rig.startClient(in: scene.rig.host, overTCP: true)
        try await dropChecks(scene.rig)
        try await scene.rig.withdrawn(at: scene.bird)
        #expect(degraded(scene.rig) == 0)
        await client.stop()
        await scene.stop()
    }

    @Test("a drain is over when the traffic has moved, not when its time is", arguments: Server.allCases)
    func moves(_ server: Server) async throws {
        let scene = try await announcing(server)
        let (rig, bird) = (scene.rig, scene.bird)
        let client = try rig.startClient()
        try await Task.sleep(for: .seconds(3))  // what there was before is known
        async let verb = rig.landfall("drain", "--host", "--force", "--wait", "10m")
        try await eventually("the community is there") {
            try await bird.route(to: "203.0.113.0/24")?.attributes["community"]?.contains("(65535,0)") == true
        }
        try await eventually("the share is told") { try await rig.status().contains("\"share\":") }
        await client.stop()
        try await rig.withdrawn(at: bird)
        #expect(try await verb.status == 0)
        try await rig.seen("\"event\":\"withdrawn\"")
        let events = readFile(rig.events) ?? ""
        let told = try #require(events.firstRange(of: "\"event\":\"drain-waited\""))
        let withdrawn = try #require(events.firstRange(of: "\"event\":\"withdrawn\""))
        #expect(told.lowerBound < withdrawn.lowerBound && events.contains("0 % of the traffic of before still arrives"))
        await scene.stop()
    }

    @Test("a stop is over when the traffic has moved, too")
    func stops() async throws {
        var options = Rig.Options()
        options.drain = "{wait: 10m, stop-wait: 10m}"
        let scene = try await announcing(.landfall, options)
        let client = try scene.rig.startClient()
        try await Task.sleep(for: .seconds(3))
        scene.agent.signal(15)
        try await eventually("the community is there") {
            try await scene.bird.route(to: "203.0.113.0/24")?.attributes["community"]?.contains("(65535,0)") == true
        }
        await client.stop()
        try await scene.rig.withdrawn(at: scene.bird)
        #expect(try await scene.agent.wait().status == 0)
    }

    @Test("rule 7: the load is what a program tells at each address, against the capacity")
    func load() async throws {
        var options = Rig.Options()
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        try writeFile(folder + "/said", "OK | queries=250.0;800;1000")
        options.checks += "\n      - {exec: {run: [cat, \(folder)/said], load: true}, every: 500ms, rise: 1}"
        options.announce = ", load: {above: 0.9, below: 0.6}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await eventually("half of 1,000") { try await rig.status().contains("\"load\":0.5") }
        try writeFile(folder + "/said", "OK | queries=many")
        try await eventually("nobody knows") { try await !rig.status().contains("\"load\":") }
        await agent.stop()
    }

    @Test("rule 7: what our own server answers is a load")
    func ownLoad() async throws {
        var options = Rig.Options()
        options.announce = ", load: {above: 0.9, below: 0.6}"
        let scene = try await announcing(.landfall, options)
        let client = try scene.rig.startClient()
        try await eventually("a load") {
            let status = try await scene.rig.status()
            return status.contains("\"load\":0.0") && !status.contains("\"load\":0.0,")
        }
        await client.stop()
        await scene.stop()
    }

    @Test("rule 13: more than 20 % still there: drained, announced, and the share and the neighbor are named")
    func stays() async throws {
        let sites = try await TwoSites()
        let birds = (try await sites.fra.startBIRD(), try await sites.sin.startBIRD())
        let agents = (try sites.fra.startAgent(sites.file), try sites.sin.startAgent(sites.file))
        try await sites.announced(at: birds.0)
        try await sites.announced(at: birds.1)
        try await sites.fra.router.ip("route add 203.0.113.0/24 via 192.0.2.2")
        let client = try startClient(in: sites.fra.router, ["203.0.113.53"])
        try await Task.sleep(for: .seconds(4))
        let drain = try await sites.landfall(
            "drain", "--site", "fra", "--wait", "3s", "--via", sites.via, sites.file, "--json")
        #expect(drain.output.contains("\"kept\"") && drain.output.contains("\"share\""), "\(drain.output)")
        let route = try await birds.0.route(to: "203.0.113.0/24")
        #expect(route?.attributes["community"]?.contains("(65535,0)") == true)
        let status = try await sites.fra.host.run(Landfall.path, ["status", "--socket", sites.fra.socket, "--json"])
        #expect(
            status.output.contains("of the traffic is still here") && status.output.contains("rhine"),
            "\(status.output)")
        await client.stop()
        await agents.0.stop()
        await agents.1.stop()
    }
}

private let lack = Landfall.lack("bird", "dig", "nsd", "nft")

extension Rig {
    /// Somebody behind the router who asks both addresses all the time.
    func startClient() throws -> Child { try startClient(in: router) }

    func startClient(in sandbox: Sandbox, overTCP: Bool = false) throws -> Child {
        try SiteTests.startClient(in: sandbox, ["203.0.113.53", "2001:db8:113::53"], overTCP: overTCP)
    }
}

/// Twenty questions a second to each server, for three minutes at most. One program for all of them: one for each would be
/// slow where a machine is.
func startClient(in sandbox: Sandbox, _ servers: [String], overTCP: Bool = false) throws -> Child {
    let script = """
        import select, socket, sys, time
        query = bytes(2) + bytes.fromhex('010000010000000000') + b'\\0\\3www\\7example\\3org\\0\\0\\1\\0\\1'
        kind = socket.SOCK_STREAM if sys.argv[1] == 'tcp' else socket.SOCK_DGRAM
        def ask(server):
            family = socket.AF_INET6 if ':' in server else socket.AF_INET
            with socket.socket(family, kind) as s:
                s.settimeout(1)
                try:
                    s.connect((server, 53))
                    s.send(len(query).to_bytes(2, 'big') + query if sys.argv[1] == 'tcp' else query)
                    s.recv(4096)
                except OSError: pass
        end = time.monotonic() + 180
        while time.monotonic() < end:
            for server in sys.argv[2:]: ask(server)
            time.sleep(0.05)
        """
    return try sandbox.start("/usr/bin/python3", ["-c", script, overTCP ? "tcp" : "udp"] + servers)
}
