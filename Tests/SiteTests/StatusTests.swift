import Control
import FoundationEssentials
import Glibc
import Peers
import Testing

/// What somebody sees who is called at three in the morning.
@Suite("landfall status", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct StatusTests {
    @Test("tells what is wrong, why, and what to do, from a healthy agent to a dead one", .timeLimit(.minutes(5)))
    func course() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let watch = try rig.host.start(Landfall.path, ["status", "--watch", "--socket", rig.control])
        try await eventually("all is well") {
            try await rig.check().output.hasPrefix(
                "LANDFALL OK - fra/fra1: all is well, 2 prefixes announced to 2 neighb")
        }
        #expect(try await rig.check().status == 0)
        try await rig.edit { $0.replacing("hold-down: 500ms", with: "hold-down: 700ms") }
        try await withdrawn(rig, bird, watch)
        try await stopped(rig, agent)
        try await dead(rig, agent)
        try await expectCourse(in: watch)
    }

    @Test("a prefix in whose family nobody listens is not said to wait for checks")
    func deafFamily() async throws {
        let rig = try await Rig()
        try await rig.edit { text in
            text.split(separator: "\n").filter { !$0.contains("name: r6,") }.joined(separator: "\n") + "\n"
        }
        let agent = try rig.startAgent()
        try await rig.answers()
        let status = try await rig.status()
        #expect(status.contains("2001:db8:113::/48 is withdrawn: no neighbor here has an IPv6 address"), "\(status)")
        #expect(!status.contains("no neighbor here has an IPv4 address"), "\(status)")
        await agent.stop()
    }

    private func withdrawn(_ rig: Rig, _ bird: BIRD, _ watch: Child) async throws {
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        let critical = try await rig.check()
        #expect(critical.status == 2 && critical.output.contains("LANDFALL CRITICAL - fra/fra1: none of 2 prefixes"))
        try await eventually("the file on the disk is another one") {
            try await rig.landfall("status").output.contains("on the disk it is another one")
        }
        let screen = try await rig.landfall("status")
        let sentence = "fra/fra1: none of 2 prefixes announced; 203.0.113.0/24 and 1 more withdrawn "
        #expect(screen.status == 0 && screen.output.hasPrefix(sentence), "\(screen.output)")
        for part in [
            "because dns www.example.org A at 203.0.113.53: no answer within", "LF-A401", "landfall explain LF-A401",
            "landfall check-now 'dns www.example.org A' --address 203.0.113.53", "landfall reload --dry-run",
        ] {
            #expect(screen.output.contains(part), "\(screen.output)")
        }
        try Screens.expect(try await rig.screen(), documentedAs: "withdrawn")
        try await eventually("the watch, which looks once a second, has seen it") {
            try statuses(in: watch).contains { $0.prefixes.contains { $0.state == "withdrawn" } }
        }
        kill(service, SIGCONT)
        try await rig.announced(at: bird)
    }

    private func stopped(_ rig: Rig, _ agent: Child) async throws {
        agent.signal(SIGSTOP)
        let stopped = try await rig.landfall("status", "--state", rig.state)
        #expect(stopped.status == 3 && stopped.output.contains("process \(agent.id) was stopped"), "\(stopped.output)")
        #expect(stopped.output.contains("kill -CONT \(agent.id)"), "\(stopped.output)")
        #expect(try await rig.check().status == 2)
        try Screens.expect(try await rig.screen(), documentedAs: "stopped")
    }

    private func dead(_ rig: Rig, _ agent: Child) async throws {
        agent.signal(SIGKILL)
        _ = try await agent.wait()
        try Screens.expect(try await rig.screen(), documentedAs: "dead")
        let dead = try await rig.landfall("status", "--state", rig.state)
        #expect(dead.status == 3 && dead.output.hasPrefix("fra/fra1: the agent is dead"), "\(dead.output)")
        for part in ["203.0.113.53, 2001:db8:113::53 still on lo", "landfall run \(rig.file) --site fra --host fra1"] {
            #expect(dead.output.contains(part), "\(dead.output)")
        }
        let report = try await rig.landfall("status", "--state", rig.state, "--json")
        #expect(report.status == 3 && report.output.contains("\"kind\" : \"refused\""), "\(report.output)")
    }

    /// All of it, from announced to dead.
    private func expectCourse(in watch: Child) async throws {
        try await eventually("the watch has seen it") { watch.output.contains("\"refused\"") }
        watch.signal(SIGINT)
        #expect(try await watch.wait().status == 0)
        let documents = watch.output.split(separator: "\n")
        let shapes = documents.map { line in
            ["landfall.status/2", "landfall.absence/1"].first { line.contains("\"schema\":\"\($0)\"") } ?? "\(line)"
        }
        #expect(Set(shapes) == ["landfall.status/2", "landfall.absence/1"] && shapes.last == "landfall.absence/1")
        let statuses = try statuses(in: watch)
        for state in ["announced", "withdrawn"] {
            #expect(statuses.contains { status in status.prefixes.contains { $0.state == state } }, "\(state)")
        }
    }

    /// What it has said in whole lines.
    private func statuses(in watch: Child) throws -> [Status] {
        try watch.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { $0.contains("landfall.status/2") }
            .map { try JSONDecoder().decode(Status.self, from: Data($0.utf8)) }
    }

    @Test(
        "an agent that lives without its control socket, or behind another, is never called dead",
        .timeLimit(.minutes(5)))
    func elsewhere() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let claim = "an agent runs here (claim @landfall/test/fra/fra1, pid \(agent.id)), but its control socket"
        let wrong = try await rig.host.run(
            Landfall.path, ["status", "--socket", rig.control + "2", "--state", rig.state])
        #expect(wrong.status == 3 && wrong.output.contains("\(claim) is "), "\(wrong.output)")
        #expect(wrong.output.contains("landfall status --socket \(rig.control)\n"), "\(wrong.output)")
        unlink(rig.control)
        let gone = try await rig.landfall("status", "--state", rig.state)
        #expect(gone.status == 3 && gone.output.contains("\(claim) \(rig.control) isn't there"), "\(gone.output)")
        #expect(!gone.output.contains("dead") && gone.output.contains("kill -TERM \(agent.id)"), "\(gone.output)")
        let check = try await rig.check()
        #expect(check.status == 3 && check.output.hasPrefix("LANDFALL UNKNOWN - "), "\(check.output)")
        let report = try await rig.landfall("status", "--state", rig.state, "--json")
        #expect(report.output.contains("\"claim\" : \"@landfall/test/fra/fra1\""), "\(report.output)")
        if Landfall.othersLack == nil {
            let user = ["--reuid=54321", "--regid=54321", "--clear-groups"]
            let words = [Landfall.path, "status", "--socket", rig.control, "--state", rig.state]
            let stranger = try await rig.host.run("setpriv", user + words)
            #expect(stranger.status == 3 && stranger.output.contains(claim), "\(stranger.output)")
        }
        let order = try await rig.landfall("history")
        #expect(order.status == 3 && order.output.contains("says whether an agent runs here"), "\(order.output)")
        agent.signal(SIGKILL)
        _ = try await agent.wait()
        let dead = try await rig.check()
        #expect(dead.status == 2 && dead.output.contains("no agent is running"), "\(dead.output)")
    }

    @Test(
        "a dead agent's screen says that the host was drained, and how the agent was started", .timeLimit(.minutes(5)))
    func drained() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent(["--user", "nobody"])
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--host", "--force", "--no-wait", "--for", "6h").status == 0)
        agent.signal(SIGKILL)
        _ = try await agent.wait()
        let dead = try await rig.landfall("status", "--state", rig.state)
        // Where there are no other users, it stayed who it was.
        let user = Landfall.othersLack == nil ? " --user nobody" : ""
        for part in [
            "nothing is announced from here; the host was drained by root", "the host  drained  by root ", "ends in ",
            "; the next agent keeps it so", "landfall undrain --host --socket \(rig.control)",
            "landfall run \(rig.file) --site fra --host fra1 --socket \(rig.control) --state \(rig.state)\(user)",
        ] { #expect(dead.output.contains(part), "\(part): \(dead.output)") }
        let report = try await rig.landfall("status", "--state", rig.state, "--json")
        #expect(report.output.contains("\"drains\"") && report.output.contains("\"endsInSeconds\""), "\(report.output)")
        await bird.stop()
    }

    @Test("--watch gives a terminal back as it was when it is interrupted")
    func terminal() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let command = "exec \(Landfall.path) status --watch --socket \(rig.control)"
        let typescript = rig.host.folder + "/typescript"
        let script = try rig.host.start(
            "env", ["TERM=xterm", "script", "--quiet", "--flush", "--return", "--command", command, typescript])
        try await eventually("a screen is drawn") { readFile(typescript)?.contains("Sessions") == true }
        family(of: script.id).first { $0.command.hasPrefix(Landfall.path) }?.signal(SIGINT)
        #expect(try await script.wait().status == 0, "\(script.output)")
        let text = readFile(typescript) ?? ""
        let entered = try #require(text.firstRange(of: "\u{1b}[?1049h"))
        let drawn = try #require(text.firstRange(of: "Sessions"))
        let left = try #require(text.firstRange(of: "\u{1b}[?1049l"))
        #expect(entered.lowerBound < drawn.lowerBound && drawn.lowerBound < left.lowerBound)
        await agent.stop()
    }

    @Test("--check is unknown to whoever may not ask, and critical where there is no agent")
    func access() async throws {
        let rig = try await Rig()
        let none = try await rig.check()
        #expect(none.status == 2 && none.output.hasPrefix("LANDFALL CRITICAL - this host: no agent is running"))
        let agent = try rig.startAgent()
        try await rig.answers()
        let wrong = try await rig.landfall("status", "--check", "--site", "ams")
        #expect(wrong.status == 3 && wrong.output.hasPrefix("LANDFALL UNKNOWN - --site ams: this is the agent of"))
        if Landfall.othersLack == nil {
            let stranger = try await rig.host.run(
                "setpriv",
                ["--reuid=54321", "--regid=54321", "--clear-groups", Landfall.path, "status", "--check"]
                    + ["--socket", rig.control])
            #expect(stranger.status == 3 && stranger.output.hasPrefix("LANDFALL UNKNOWN - "), "\(stranger.output)")
            #expect(stranger.output.contains("Are you its user, or in its group?"), "\(stranger.output)")
        }
        await agent.stop()
    }
}

/// Screens that docs/agent.md shows are those of a real agent: word for word, but for times, counts, addresses and paths,
/// and for the last events, whose order may differ. LANDFALL_RECORD=1 writes them there anew.
private enum Screens {
    static func expect(_ screen: String, documentedAs name: String) throws {
        let path = Repository.root + "/docs/agent.md"
        let text = try #require(readFile(path))
        let start = try #require(text.firstRange(of: "<!-- screen: \(name) -->\n```text\n"), "\(name)").upperBound
        let end = try #require(text[start...].firstRange(of: "\n```")).lowerBound
        if getenv("LANDFALL_RECORD") != nil {
            try writeFile(path, text.replacingCharacters(start..<end, shown(screen)))
        } else {
            #expect(words(steady(screen)) == words(steady(String(text[start..<end]))), "\(screen)")
        }
    }

    /// Without the event to look at, which is named only while it is among the last.
    private static func steady(_ screen: String) -> String {
        screen.split(separator: "\n").filter { !$0.contains("what was asked and answered before") }
            .joined(separator: "\n")
    }

    /// With the paths of an ordinary host.
    private static func shown(_ screen: String) -> String {
        screen.replacing(#/\/\S*\/landfall\.yaml/#, with: "/etc/landfall/landfall.yaml")
            .replacing(#/\/\S*\/control/#, with: "/run/landfall/control")
            .replacing(#/\/\S*\/state\b/#, with: "/var/lib/landfall").trimmingLast()
    }

    private static func words(_ screen: String) -> [Substring] {
        let quiet = screen.replacing(#/\nEvents[^\n]*(\n [^\n]*)*/#, with: "")
            .replacing(#/\/\S*[a-z]/#, with: "PATH").replacing(#/\b[0-9a-f]{12}\b/#, with: "HASH")
            .replacing(#/[0-9]+(\.[0-9]+)*/#, with: "0").replacing(#/\b0 [kMGT]\b/#, with: "0")
            .replacing(#/\b0 (s|min|h|d)( 0 (s|min|h))?\b/#, with: "TIME")
        // Where a long command is broken depends on its paths.
        return quiet.split { $0.isWhitespace }.filter { $0 != "\\" }
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, _ with: String) -> String {
        self[..<range.lowerBound] + with + self[range.upperBound...]
    }

    fileprivate func trimmingLast() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}

extension Rig {
    /// As somebody sees it on this host whose terminal has a hundred columns.
    fileprivate func screen() async throws -> String {
        let environment = ["COLUMNS=100", "LANDFALL_SOCKET=\(control)", "LANDFALL_STATE=\(state)"]
        return try await host.run("env", environment + [Landfall.path, "status"]).output
    }

    fileprivate func check() async throws -> (status: Int32, output: String) {
        try await landfall("status", "--check", "--state", state)
    }
}
