import Glibc
import Peers
import Testing

/// The agent as a process, beside a router that we did not write.
@Suite("The agent", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct AgentTests {
    @Test(
        "BIRD hears the announcement, with the file's attributes, and the withdrawal at the end",
        arguments: [false, true])
    func announces(passive: Bool) async throws {
        var options = Rig.Options()
        options.neighbor =
            ", passive: \(passive), prepend: 2, med: 7, communities: [64500:1, no-export], large-communities: [64500:1:2]"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD(passive: !passive)
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let route = try #require(try await bird.route(to: "203.0.113.0/24"))
        #expect(route.path == [65000, 65000, 65000])
        #expect(route.attributes["med"] == "7" && route.attributes["next_hop"] == "192.0.2.2")
        #expect(route.attributes["community"] == "(64500,1) (65535,65281)")
        #expect(route.attributes["large_community"] == "(64500, 1, 2)")
        agent.signal(SIGTERM)
        try await rig.withdrawn(at: bird)
        let end = "fra4: State changed to stop"
        try await eventually("the end of the session at BIRD") { bird.child.output.contains(end) }
        let heard = bird.child.output.split(separator: "\n")
        let withdrawn = try #require(heard.firstIndex { $0.contains("fra4.ipv4 > removed") })
        let closed = try #require(heard.firstIndex { $0.contains(end) })
        #expect(withdrawn < closed, "withdrawn by an UPDATE, not by the end of the session")
        #expect(try await agent.wait().status == 0)
        let addresses = try await rig.host.run("ip", ["address", "show", "dev", "lo"]).output
        #expect(!addresses.contains("203.0.113.53") && !addresses.contains("2001:db8:113::53"))
    }

    @Test("dig and kdig learn from any answer which site gave it")
    func identity() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for program in ["dig", "kdig"] {
            for server in ["203.0.113.53", "2001:db8:113::53"] {
                for transport in [[], ["+tcp"]] {
                    let answer = try await Dig.ask(
                        "www.example.org", at: server, in: rig.router, with: program, ["+nsid"] + transport)
                    #expect(answer.nsid == "fra" && answer.status == "NOERROR" && answer.flags.contains("aa"))
                    #expect(answer.answer.first?.hasSuffix("192.0.2.80") == true)
                }
            }
        }
        let chaos = try await Dig.ask("id.server CH TXT", at: "203.0.113.53", in: rig.router)
        #expect(chaos.answer.first?.contains("\"fra\"") == true)
        await agent.stop()
    }

    @Test("a service that hangs is withdrawn, and comes back after the hold-down")
    func hangs() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        #expect(try await bird.isEstablished("fra4"))
        kill(service, SIGCONT)
        try await rig.announced(at: bird)
        for words in ["\"event\":\"held-down\"", "no answer within"] { try await rig.seen(words) }
        await agent.stop()
    }

    @Test("rule 15: a service that is killed is started again on the same sockets, and nothing is withdrawn")
    func restarts() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for _ in 0..<3 {
            let service = try await rig.service()
            try await Task.sleep(for: .milliseconds(1100))
            kill(service, SIGKILL)
            let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"])
            #expect(answer.nsid == "fra")
        }
        #expect(!rig.has("withdrawn"))
        await agent.stop()
    }

    @Test("rule 16: when the agent is killed the route and the service go with it")
    func killed() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let service = try await rig.service()
        agent.signal(SIGKILL)
        try await rig.withdrawn(at: bird)
        try await eventually("the service is gone") { kill(service, 0) != 0 }
        let next = try rig.startAgent()
        try await rig.announced(at: bird)
        await next.stop()
    }

    @Test("a router that is away for a while gets its session and routes back by itself")
    func routerAway() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await eventually("the control socket") { access(rig.control, F_OK) == 0 }
        try await Task.sleep(for: .seconds(1))
        let bird = try await rig.startBIRD(passive: true)
        try await rig.announced(at: bird)
        await bird.stop()
        let again = try await rig.startBIRD(passive: true)
        try await rig.announced(at: again)
        await agent.stop()
    }

    @Test("an agent that is stopped for a while and goes on withdraws nothing")
    func frozen() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 2, fall: 2}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for milliseconds in [550, 700, 900, 1200, 1700] {
            agent.signal(SIGSTOP)
            try await Task.sleep(for: .milliseconds(milliseconds))
            agent.signal(SIGCONT)
            try await Task.sleep(for: .milliseconds(250))
        }
        try await rig.seen("the checker itself was")
        #expect(!rig.has("withdrawn"))
        #expect(try await bird.isEstablished("fra4"))
        await agent.stop()
    }

    @Test("addresses that somebody takes off the host are back before any check is due, also after very many changes")
    func addressGone() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 1h, timeout: 5s, rise: 1, fall: 2}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await eventually("the checks pass") { try await rig.landfall("check-now").status == 0 }
        try await rig.announced(at: bird)
        try await rig.host.ip("address flush dev lo")
        try await addressesReturn(rig)
        // More than the socket keeps while the agent doesn't read.
        agent.signal(SIGSTOP)
        let flood =
            "for i in $(seq 1500); do echo address add 198.51.100.1/32 dev lo; echo address del 198.51.100.1/32 dev lo; done"
        _ = try await rig.host.run(
            "sh", ["-c", "{ echo address flush dev lo; \(flood); } | \(try Program.find("ip")) -batch -"])
        agent.signal(SIGCONT)
        try await addressesReturn(rig)
        #expect(!rig.has("withdrawn"))
        agent.signal(SIGTERM)
        try await rig.withdrawn(at: bird)
        #expect(try await agent.wait().status == 0)
        #expect(try await !rig.addresses().contains("203.0.113.53"), "its own removal is final")
    }

    private func addressesReturn(_ rig: Rig) async throws {
        try await eventually("the addresses are back") {
            let present = try await rig.addresses()
            return present.contains("203.0.113.53") && present.contains("2001:db8:113::53")
        }
    }

    @Test("a service that keeps ending is an alarm, until it stays")
    func crashLoop() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.killServices(of: agent, until: "service-crash-loop")
        try await rig.seen("service dns ends as soon as it starts (killed by signal 9)")
        try await eventually("no alarm") {
            let status = try await rig.status()
            return status.contains("\"state\":\"running\"") && !status.contains("LF-A201")
        }
        await agent.stop()
    }

    @Test("a service with very many zones still reports")
    func manyZones() async throws {
        let label = String(repeating: "a", count: 60)
        let names = (0..<400).map { "z\($0).\(label).\(label).\(label).example" }
        var options = Rig.Options()
        let files = ["example.org.zone"] + names.indices.map { "\($0).zone" }
        options.serve = "serve: {dns: {zones: [\(files.joined(separator: ", "))]}}"
        let rig = try await Rig(options)
        for (index, name) in names.enumerated() {
            try writeFile(
                "\(rig.host.folder)/\(index).zone",
                "$ORIGIN \(name).\n$TTL 300\n@ SOA . . 7 3600 600 86400 60\n NS ns.example.\n")
        }
        let agent = try rig.startAgent()
        try await eventually("a report") { try await rig.status().contains("\"zones\":[\"") }
        #expect(try await rig.status().contains(" more\"]"))
        await agent.stop()
    }

    @Test(
        "the agent runs whatever it was started from",
        arguments: [
            ("trap '' CHLD", "children that nobody is to wait for"), ("exec <&- >&- 2>&-", "closed standard streams"),
        ])
    func parents(_ preparation: String, _ what: String) async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let words = [
            Landfall.path, "run", rig.file, "--site", "fra", "--socket", rig.control, "--state", rig.state, "--events",
            rig.events,
        ]
        let agent = try rig.host.start("sh", ["-c", preparation + "; exec \"$0\" \"$@\""] + words)
        try await rig.announced(at: bird)
        let service = try await rig.service()
        kill(service, SIGKILL)
        try await eventually("another service") { try await rig.service() != service }
        for stream in 0...2 {
            let target = try await rig.host.run("readlink", ["/proc/\(agent.id)/fd/\(stream)"]).output
            #expect(!target.hasPrefix("socket") && !target.hasPrefix("anon_inode"), "\(what): \(stream) is \(target)")
        }
        await agent.stop()
    }

    @Test("events go into a FIFO that nobody reads yet, and the agent runs all the same")
    func fifo() async throws {
        let rig = try await Rig()
        #expect(mkfifo(rig.events, 0o666) == 0)
        let agent = try rig.startAgent()
        _ = try await rig.service()
        let first = try await rig.host.run("head", ["-n", "1", rig.events])
        #expect(first.output.contains("\"event\":\"starting\""))
        await agent.stop()
    }

    @Test("rights are dropped: the agent keeps two capabilities, the service none and no way back")
    func rights() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let service = try await rig.service()
        let ours = try #require(readFile("/proc/\(agent.id)/status"))
        let its = try #require(readFile("/proc/\(service)/status"))
        #expect(ours.line("CapEff") == "0000000000001400" && ours.line("CapBnd") == "0000000000000000")
        #expect(its.line("CapEff") == "0000000000000000" && its.line("CapPrm") == "0000000000000000")
        #expect(its.line("CapBnd") == "0000000000000000" && its.line("NoNewPrivs") == "1" && its.line("Seccomp") == "2")
        #expect(ours.line("Uid") == its.line("Uid"))
        await agent.stop()
    }
}

extension String {
    /// A line of /proc/PID/status, or its first word.
    fileprivate func line(_ name: String) -> String {
        let line = split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }
}
