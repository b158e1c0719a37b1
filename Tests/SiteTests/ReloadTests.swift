import FoundationEssentials
import Glibc
import Peers
import Testing

/// A configuration that changes under a running agent, beside a router that we did not write.
@Suite("A reload", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct ReloadTests {
    @Test("a check, a prepend and an address change under 500 queries a second: none lost, no session noticed")
    func underLoad() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let since = try await rig.since(bird)
        let service = try await rig.service()
        let load = try Load(in: rig.router, at: ["203.0.113.53", "2001:db8:113::53"])
        try await Task.sleep(for: .seconds(1))

        try await rig.edit {
            $0.replacing("every: 500ms", with: "every: 600ms").replacing(
                "asn: 64500, role: provider", with: "asn: 64500, role: provider, prepend: 2"
            ).replacing("[203.0.113.53,", with: "[203.0.113.53, 203.0.113.54,").replacing(
                "announce: {", with: "announce: {require: all, ")
        }
        let plan = try await rig.landfall("reload", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("~ neighbor r4: prepend 0 → 2\n"), "\(plan.output)")
        #expect(plan.output.contains("+ address 203.0.113.54 of service dns"))
        #expect(plan.output.contains("every 500ms → 600ms"))
        #expect(try await bird.route(to: "203.0.113.0/24")?.path == [65000], "a dry run changes nothing")

        let done = try await rig.landfall("reload")
        #expect(done.status == 0, "\(done.output)")
        for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
            try await eventually("the prepend is at the router") {
                try await bird.route(to: prefix)?.path == [65000, 65000, 65000]
            }
        }
        try await eventually("the new address answers") {
            try await Dig.ask("www.example.org", at: "203.0.113.54", in: rig.router).answer.count == 1
        }
        try await eventually("the service has been replaced") {
            try await rig.service() != service
        }
        try await Task.sleep(for: .seconds(1))
        let outcome = try await load.end()
        #expect(outcome.asked > 1000 && outcome.lost == 0, "\(outcome)")
        #expect(try await rig.since(bird) == since, "the sessions have been up all the time")
        let events = readFile(rig.events) ?? ""
        #expect(!events.contains("\"event\":\"withdrawn\"") && !events.contains("session-down"))
        await agent.stop()
    }

    @Test("threads, identity, zones and addresses come and go under load, and no query is lost")
    func replacements() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let load = try Load(in: rig.router, at: ["203.0.113.53", "2001:db8:113::53"])
        let edits: [(String) -> String] = [
            { $0.replacing("threads: 2", with: "threads: 4") },
            { $0.replacing("threads: 4", with: "threads: 1, identity: other") },
            {
                $0.replacing("[203.0.113.53,", with: "[203.0.113.54, 203.0.113.53,").replacing(
                    "announce: {", with: "announce: {require: any, ")
            },
            { $0.replacing("[203.0.113.54, 203.0.113.53,", with: "[203.0.113.53,") },
        ]
        for edit in edits {
            try await rig.edit(edit)
            let done = try await rig.landfall("reload")
            #expect(done.status == 0, "\(done.output)")
            try await Task.sleep(for: .milliseconds(700))
        }
        try writeFile(rig.host.folder + "/example.org.zone", Rig.zone.replacing("192.0.2.80", with: "192.0.2.81"))
        #expect(try await rig.landfall("reload").output.contains("~ zone "))
        try await eventually("the new zone is served") {
            try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router).answer.first?.hasSuffix(
                "192.0.2.81")
                == true
        }
        try await Task.sleep(for: .milliseconds(500))
        let outcome = try await load.end()
        #expect(outcome.asked > 1000 && outcome.lost == 0, "\(outcome)")
        #expect(outcome.answers == ["192.0.2.80", "192.0.2.81"])
        #expect(try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"]).nsid == "other")
        #expect(try await !rig.addresses().contains("203.0.113.54"))
        #expect(try await rig.status().contains("\"restarts\":0"))
        await agent.stop()
    }

    @Test(
        "rule 14: a bad file is refused with all that is wrong, the old one stays, and the alarm ends with a good one")
    func refused() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.edit {
            $0.replacing("place: FRA", with: "place: FRX").replacing("hold-down: 500ms", with: "hold-down: soon")
        }
        let refusal = try await rig.landfall("reload")
        #expect(refusal.status == 2, "\(refusal.output)")
        #expect(
            refusal.output.hasPrefix("\(rig.file):4:12: place: \"FRX\"")
                && refusal.output.contains("hold-down: \"soon\""))
        #expect(refusal.output.split(separator: "\n").count == 3, "\(refusal.output)")
        #expect(try await rig.status().contains("landfall.yaml was refused, and the configuration of "))
        for event in ["reload-refused", "alarm"] { try await rig.seen("\"event\":\"\(event)\"") }
        try await Task.sleep(for: .milliseconds(500))
        #expect(try await bird.route(to: "203.0.113.0/24") != nil)

        try writeFile(rig.host.folder + "/example.org.zone", Rig.zone + "\nbad A 192.0.2.300\n")
        try await rig.edit {
            $0.replacing("place: FRX", with: "place: FRA").replacing("hold-down: soon", with: "hold-down: 500ms")
        }
        let zone = try await rig.landfall("reload", "--dry-run")
        #expect(zone.status == 2 && zone.output.contains("example.org.zone:7"), "\(zone.output)")
        try writeFile(rig.host.folder + "/example.org.zone", Rig.zone)
        #expect(try await rig.landfall("reload").output == "nothing changes on this host\n")
        try await rig.hasNoAlarm()
        try await rig.seen("alarm-resolved")
        await agent.stop()
    }

    @Test("a dry run prints what the lint finds in the new file and zones, and not in those in use")
    func newFindings() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let old = try await rig.host.run(Landfall.path, ["check", rig.file]).output
        #expect(old.contains("LF-L") && !old.contains("LF-L129") && !old.contains("LF-L402"), "\(old)")
        #expect(try await findings(rig)?.isEmpty == true, "what is there already is not new, also when it moves")

        try await rig.edit {
            "# moved\n"
                + $0.replacing(
                    "role: provider}\n      - {name: r6", with: "role: provider, prepend: 2}\n      - {name: r6")
        }
        try writeFile(rig.host.folder + "/example.org.zone", Rig.zone.replacing("www ", with: "web "))
        try expectNew(try await findings(rig) ?? [], rig)
        try await expectPrinted(rig)
        #expect(try await !rig.landfall("reload").output.contains("LF-L"))
        #expect(try await findings(rig)?.isEmpty == true)
        try await goBack(rig)
        await agent.stop()
    }

    /// What the copy would bring back is new again: of what is kept, and of what is on trial.
    private func goBack(_ rig: Rig) async throws {
        let good = Rig.zone
        try writeFile(rig.host.folder + "/example.org.zone", good)
        #expect(try await rig.landfall("reload").status == 0)
        #expect(try await findings(rig, "rollback")?.map(\.code) == ["LF-L402"], "the zone of before")
        try writeFile(rig.host.folder + "/example.org.zone", good.replacing("www ", with: "web "))
        #expect(try await rig.landfall("reload", "--confirm", "10m").status == 0)
        #expect(try await findings(rig, "rollback")?.isEmpty == true, "what is on trial is worse")
    }

    private struct Finding: Decodable {
        var code, name, severity, path, key, text, instead: String
        var line, column: Int
    }

    private func findings(_ rig: Rig, _ verb: String = "reload") async throws -> [Finding]? {
        struct Answer: Decodable { var findings: [Finding]? }
        let (status, output) = try await rig.landfall(verb, "--dry-run", "--json")
        #expect(status == 0, "\(output)")
        return try JSONDecoder().decode(Answer.self, from: Data(output.utf8)).findings
    }

    private func expectNew(_ findings: [Finding], _ rig: Rig) throws {
        #expect(findings.map(\.code) == ["LF-L402", "LF-L129"], "\(findings)")
        let families = try #require(findings.last)
        #expect(families.path == rig.file && families.line == 10 && families.column > 1)
        #expect(families.severity == "advice" && families.instead.contains("prepend as at r4"))
        #expect(families.name == "families-differ" && families.key == "sites.fra.neighbors.r6")
    }

    private func expectPrinted(_ rig: Rig) async throws {
        let text = try await rig.landfall("reload", "--dry-run").output
        let title = "New findings, which the configuration in use doesn't have"
        #expect(text.contains("\n\n\(title)\n  \(rig.file):"), "\(text)")
        let checked = try await rig.host.run(Landfall.path, ["check", rig.file]).output
        let block = text.split(separator: "\n").filter { $0.hasPrefix("      ") }
        #expect(block.count >= 4 && block.allSatisfy { checked.contains("\($0)\n") }, "as check prints them")
    }

    @Test("what takes a restart is refused, and says so")
    func obstacles() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        let good = readFile(rig.file) ?? ""
        for (edit, words) in [
            (good.replacing("name: test", with: "name: other"), "the network is called other"),
            (good.replacing("fra1:", with: "fra2:"), "host fra1 is not at site fra any more"),
            (good.replacing("  fra:\n", with: "  ams:\n"), "site fra: the file has ams"),
            (good.replacing("- {dns", with: "- {icmp: {}}\n      - {dns"), "CAP_NET_RAW"),
        ] {
            try writeFile(rig.file, edit)
            let refusal = try await rig.landfall("reload")
            #expect(refusal.status != 0 && refusal.output.contains(words), "\(refusal.output)")
        }
        #expect(agent.isRunning)
        await agent.stop()
    }

    @Test("a hundred SIGHUPs in a second do no harm")
    func storm() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let since = try await rig.since(bird)
        let service = try await rig.service()
        try await rig.edit { $0.replacing("role: provider", with: "role: provider, prepend: 1") }
        let descriptors = try await rig.host.run("ls", ["/proc/\(agent.id)/fd"]).output.split(separator: "\n").count
        for _ in 0..<100 {
            agent.signal(SIGHUP)
            try await Task.sleep(for: .milliseconds(10))
        }
        try await eventually("the prepend is at the router") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000, 65000]
        }
        #expect(try await rig.service() == service)
        #expect(try await rig.since(bird) == since)
        // One more is the newest reading, whose copy of the zones is the same that the service has already.
        try await eventually("each one lets go of what it read") {
            try await rig.host.run("ls", ["/proc/\(agent.id)/fd"]).output.split(separator: "\n").count <= descriptors
                + 2
        }
        let accepted = try await rig.landfall("rollback", "--list", "--json")
        #expect(accepted.output.contains("\"number\" : 2") && !accepted.output.contains("\"number\" : 3"))
        await agent.stop()
    }

    @Test(
        "whatever stands where the file was, the loop goes on and the old configuration stays",
        arguments: ["gone", "a folder", "a pipe that nobody writes to", "a gigabyte", "a device that never ends"])
    func oddFiles(what: String) async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        unlink(rig.file)
        let words: String
        switch what {
        case "a folder":
            mkdir(rig.file, 0o755)
            words = "is a folder"
        case "a pipe that nobody writes to":
            mkfifo(rig.file, 0o644)
            words = "is a pipe or a device"
        case "a gigabyte":
            try writeFile(rig.file, "")
            truncate(rig.file, 1 << 30)
            words = "larger than"
        case "a device that never ends":
            symlink("/dev/zero", rig.file)
            words = "is a pipe or a device"
        default: words = "No such file"
        }
        let refusal = try await rig.landfall("reload")
        #expect(refusal.status == 2 && refusal.output.contains(words), "\(refusal.output)")
        agent.signal(SIGHUP)
        let passed = try #require(try await rig.status().number(after: "\"passed\":"))
        try await eventually("the checks go on") {
            try #require(try await rig.status().number(after: "\"passed\":")) > passed + 2
        }
        #expect(!rig.has("withdrawn"), "\(readFile(rig.events) ?? "")")
        #expect(try await bird.isEstablished("fra4"))
        await agent.stop()
    }

    @Test("a zone that nobody accepted is not served, however often the service is killed")
    func unacceptedZone() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        for content in ["no zone at all", Rig.zone.replacing("192.0.2.80", with: "192.0.2.99"), nil] {
            unlink(rig.host.folder + "/example.org.zone")
            if let content { try writeFile(rig.host.folder + "/example.org.zone", content) }
            let service = try await rig.service()
            try await Task.sleep(for: .milliseconds(1100))
            kill(service, SIGKILL)
            try await eventually("another process") { try await rig.service() != service }
            let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router)
            #expect(answer.answer.first?.hasSuffix("192.0.2.80") == true)
        }
        #expect(!rig.has("withdrawn"))
        await agent.stop()
    }

    @Test("rule 5: a check that was mistyped takes nothing off the Internet")
    func mistyped() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.edit { $0.replacing("name: www.example.org", with: "name: www.exmaple.org") }
        #expect(try await rig.landfall("reload").status == 0)
        try await eventually("an alarm says that it never passed") {
            try await rig.status().contains("has never passed")
        }
        try await Task.sleep(for: .seconds(1))
        #expect(try await bird.route(to: "203.0.113.0/24") != nil)
        await agent.stop()
    }

    @Test("a prefix that is taken out is withdrawn first, and its address goes after the wait")
    func removal() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.edit {
            $0.replacing(", 2001:db8:113::/48]", with: "]").replacing(", \"2001:db8:113::53\"]", with: "]")
                .replacing("withdraw-wait: 300ms", with: "withdraw-wait: 4s")
        }
        #expect(try await rig.landfall("reload").status == 0)
        try await eventually("withdrawn") { try await bird.route(to: "2001:db8:113::/48") == nil }
        let late = try await Dig.ask("www.example.org", at: "2001:db8:113::53", in: rig.router)
        #expect(late.status == "NOERROR", "who still comes is answered")
        try await eventually("the address is gone") { try await !rig.addresses().contains("2001:db8:113::53") }
        #expect(try await bird.route(to: "203.0.113.0/24") != nil)
        #expect(try await bird.isEstablished("fra6"))
        await agent.stop()
    }

    @Test("a neighbor whose hold time changes is reset alone, one that is taken out hears Peer De-configured")
    func neighbors() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let since = try await rig.since(bird, "fra6")
        try await rig.edit { $0.replacing("name: r4,", with: "hold-time: 6s, name: r4,") }
        let done = try await rig.landfall("reload")
        #expect(done.output.contains("hold-time 9s → 6s (its session is reset)"), "\(done.output)")
        try await eventually("BIRD hears why") { bird.child.output.contains("Other configuration change") }
        try await rig.announced(at: bird)
        #expect(try await rig.since(bird, "fra6") == since)
        try await rig.edit { text in
            text.split(separator: "\n").filter { !$0.contains("name: r6") }.joined(separator: "\n") + "\n"
        }
        #expect(try await rig.landfall("reload").output.contains("- neighbor r6 (its session ends)"))
        try await eventually("BIRD hears why") { bird.child.output.contains("e-configured") }
        #expect(try await rig.status().contains("\"name\":\"r6\"") == false)
        await agent.stop()
    }
}
