import Foundation
import Glibc
import Peers
import Testing

@Suite("Rehearsals that go wrong, and what they leave")
struct FailureTests {
    static let lack = Who.root.lack

    static func small(
        check: String = Topology.check, _ steps: String, programs: String = "", serve: String = ""
    ) -> String {
        LandingTests.base.yaml.replacing(Topology.check, with: check)
            .replacing("rehearsal: {steps: [{measure: {}}]}", with: "rehearsal:\n\(programs)  steps:\n\(steps)")
            .replacing("serve: {dns", with: "serve: {\(serve)dns")
            // A site that is broken three times in a minute would otherwise be withheld for longer than anybody waits.
            .replacing("announce: {hold-down: 1s}", with: "announce: {hold-down: 1s, penalty: {half-life: 1s}}")
    }

    @Test(
        "all sites killed: clients lose everything, and the report says so", .enabled(if: lack == nil, "\(lack ?? "")"))
    func allKilled() async throws {
        let rehearsals = try Rehearsals()
        let file = try rehearsals.file("net.yaml", Self.small("    - kill: s1\n    - kill: s2\n    - kill: s3\n"))
        let result = try await rehearsals.run([file, "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 1 && !report.ok)
        #expect(report.steps.map(\.ok) == [true, true, false])
        let last = try #require(report.steps.last)
        #expect(last.clients.allSatisfy { !$0.recovered && $0.after == nil && $0.lost > 0 })
        #expect(
            last.failures.allSatisfy { $0.contains("never recovered: no answer at all") } && last.failures.count == 8)
    }

    @Test(
        "NSD in place of landfall serve: same bounds, and killing NSD withdraws",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func nsd() async throws {
        if let lack = Program.lack("nsd") { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        _ = try rehearsals.file("nsd.conf", Self.nsdConfiguration(rehearsals.folder))
        let steps = """
                - {hang: s1, process: nsd, expect: {median-outage: 1s, withdrawn: true}}
                - restore: s1
                - {kill: s1, expect: {median-outage: 500ms, withdrawn: true}}
                - restore: s1
                - {kill: s1, process: nsd, expect: {median-outage: 1s, withdrawn: true}}
                - restore: s1
            """
        let text = Self.small(
            check: "every: 200ms, timeout: 200ms, rise: 2, fall: 2", steps,
            programs: "  programs: {nsd: {site: s1, run: [nsd, -d, -c, nsd.conf]}}\n", serve: "sites: [s2, s3], "
        )
        let result = try await rehearsals.runOnTime([try rehearsals.file("net.yaml", text), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        #expect(report.steps.filter { $0.kind != "restore" }.allSatisfy { $0.affected > 0 })
    }

    static func nsdConfiguration(_ folder: String) -> String {
        """
        server:
          ip-address: 203.0.113.53
          ip-address: 2001:db8:113::53
          ip-transparent: yes
          username: ""
          chroot: ""
          zonesdir: "\(folder)"
          pidfile: ""
          xfrdfile: ""
          xfrdir: "\(folder)"
          database: ""
          zonelistfile: "\(folder)/zone.list"
          nsid: "ascii_s1"
          rrl-ratelimit: 0
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: example.org
          zonefile: example.org.zone
        """
    }

    @Test(
        "Ctrl-C, SIGTERM and SIGKILL of the command leave nothing", .enabled(if: lack == nil, "\(lack ?? "")"),
        arguments: [SIGINT, SIGTERM, SIGKILL])
    func killed(signal: Int32) async throws {
        let rehearsals = try Rehearsals()
        let file = try rehearsals.file("\(UUID().uuidString).yaml", LandingTests.base.yaml)
        let child = try rehearsals.start([file])
        // The agents know the file by its name: when they run, all is built.
        let word = URL(filePath: file).lastPathComponent
        try await eventually("the agents run") { processes(with: word).count >= 4 }
        child.signal(signal)
        #expect(try await child.wait().status == 128 + signal)
        if signal != SIGKILL { #expect(readFile(child.log + ".talk")?.contains("was interrupted") == true) }
        try await eventually("nothing is left") { processes(with: word).isEmpty }
    }

    @Test(
        "kept: it stays, can be entered and asked, and --clean ends it", .enabled(if: lack == nil, "\(lack ?? "")"),
        arguments: [Who.root, .ordinary])
    func kept(who: Who) async throws {
        if let lack = who.lack { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        chmod(rehearsals.folder, 0o777)
        let name = "\(UUID().uuidString).yaml"
        let file = try rehearsals.file(name, LandingTests.base.yaml)
        let result = try await rehearsals.run([file, "--keep"], as: who)
        #expect(result.status == 0 && result.output.contains("Every expectation held"), "\(result.talk)")
        let again = try await rehearsals.run([file, "--keep"], as: who)
        #expect(again.status == 2 && again.talk.contains("--clean"))
        let line = try #require(result.talk.split(separator: "\n").first { $0.contains("exe status") })
        let asked = try Child(who.prefix + ["sh", "-c", String(line)], log: rehearsals.folder + "/asked")
        #expect(try await asked.wait().status == 0 && asked.output.contains("s1/s11"), "\(asked.output)")
        #expect(!processes(with: name).isEmpty)
        let cleaned = try await rehearsals.run(["--clean"], as: who)
        #expect(cleaned.status == 0)
        #expect(processes(with: name).isEmpty)
        #expect(try await rehearsals.run(["--clean"], as: who).talk.contains("no rehearsal is running"))
    }

    @Test("a step that isn't in the file is refused, with those that are")
    func strangeStep() async throws {
        let rehearsals = try Rehearsals()
        let file = try rehearsals.file("net.yaml", LandingTests.base.yaml)
        let result = try await rehearsals.run([file, "--only", "kill-s1"])
        #expect(result.status == 2 && result.talk.contains("the steps of \(file) are measure"), "\(result.talk)")
    }

    @Test("a file without an Internet can't be rehearsed, and is told so")
    func noInternet() async throws {
        let rehearsals = try Rehearsals()
        let text = LandingTests.base.yaml
        let end = try #require(text.ranges(of: "internet:").first)
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", String(text[..<end.lowerBound]))])
        #expect(result.status == 2 && result.talk.contains("internet"), "\(result.talk)")
    }

    @Test("no BIRD: exit 3, with the remedy")
    func noBIRD() async throws {
        let rehearsals = try Rehearsals()
        let file = try rehearsals.file("net.yaml", LandingTests.base.yaml)
        let log = rehearsals.folder + "/log"
        let child = try Child(
            [
                "env", "LANDFALL_PEERS=/nonexistent", "PATH=/nonexistent", Landfall.path, "rehearse", "--router",
                "bird",
                file,
            ], log: log)
        #expect(
            try await child.wait().status
                == (FileManager.default.fileExists(atPath: "/usr/sbin/bird") ? 0 : 3))
        #expect(child.output.contains("make deps"))
    }
}
