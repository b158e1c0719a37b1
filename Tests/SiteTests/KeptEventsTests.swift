import Control
import FoundationEssentials
import Glibc
import Kernel
import Peers
import Site
import Testing

/// Events that are kept in the state folder, by an agent as a process.
@Suite("Events that are kept")
struct KeptEventsTests {
    private func events(_ rig: Rig) throws -> [Event] { try EventFiles(in: rig.state).latest() }

    @Test(
        "after kill -9 the events are there, with the check and the answer behind the withdrawal, and the next agent says so"
    )
    func killed() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        kill(try await rig.service(), SIGSTOP)
        try await rig.withdrawn(at: bird)
        try await eventually("both withdrawals are kept") { try events(rig).count { $0.event == .withdrawn } == 2 }
        kill(agent.id, SIGKILL)
        try await eventually("the agent is dead") { !agent.isRunning }

        let kept = try events(rig)
        let withdrawn = try #require(kept.last { $0.event == .withdrawn && $0.prefix == "203.0.113.0/24" })
        let evidence = try #require(withdrawn.evidence?.first)
        #expect(withdrawn.code == "LF-E403" && withdrawn.site == "fra" && withdrawn.host == "fra1")
        #expect(evidence.check == "dns www.example.org A" && evidence.address == "203.0.113.53")
        #expect(evidence.question == "www.example.org. A over udp at 203.0.113.53 port 53")
        #expect(evidence.result == "failed" && evidence.kind == "silence" && evidence.verdict == "failing")
        #expect(evidence.answer == "no answer within 500 ms" && evidence.milliseconds ?? 0 >= 500)
        let announced = try #require(kept.first { $0.event == .announced && $0.prefix == "203.0.113.0/24" })
        #expect(announced.evidence?.map(\.result) == ["passed"] && announced.evidence?.first?.rcode == "NOERROR")
        #expect(Set(kept.map(\.id)).count == kept.count && kept.map(\.id) == kept.map(\.id).sorted())

        let listed = try await rig.host.run(Landfall.path, ["events", "--state", rig.state, "--code", "withdrawn"])
        #expect(listed.status == 0 && listed.output.split(separator: "\n").count == 2, "\(listed.output)")
        let told = try await rig.host.run(Landfall.path, ["explain", "\(withdrawn.id)", "--state", rig.state])
        for text in ["203.0.113.0/24", "Evidence:", "no answer within 500 ms", "LF-E403 withdrawn", "What to do"] {
            #expect(told.status == 0 && told.output.contains(text), "\(told.output)")
        }
        try await restart(rig, after: try #require(kept.last?.id))
    }

    private func restart(_ rig: Rig, after last: Int) async throws {
        let second = try rig.startAgent()
        try await rig.answers()
        try await eventually("it says so") { try events(rig).contains { $0.event == .uncleanEnd && $0.id > last } }
        await second.stop()
        let kept = try events(rig)
        #expect(kept.last?.event == .stopped && kept.first { $0.id > last }?.event == .starting)
        let third = try rig.startAgent()
        try await rig.answers()
        await third.stop()
        let more = try events(rig)
        #expect(more.count { $0.event == .uncleanEnd } == 1 && Set(more.map(\.id)).count == more.count)
    }

    @Test("what happens while the disk is full is kept when there is room again, and delays no withdrawal")
    func full() async throws {
        let rig = try await Rig()
        mkdir(rig.state, 0o777)
        let disk = try await MountedDisk(at: rig.state, "size=128k,mode=777")
        _ = try await rig.host.run("sh", ["-c", "head -c 200000 /dev/zero > \(rig.state)/ballast; true"])
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        kill(try await rig.service(), SIGSTOP)
        try await rig.withdrawn(at: bird)
        try await eventually("the alarm") { try await rig.status().contains("LF-A101") }
        #expect(!(try events(rig).contains { $0.event == .withdrawn }))
        unlink(rig.state + "/ballast")
        try await eventually("all is kept") {
            let kept = try events(rig).map(\.event)
            return kept.contains(.starting) && kept.contains(.withdrawn) && kept.contains(.alarmResolved)
        }
        var over = ""
        try await eventually("the end of the alarm") {
            over = try events(rig).last { $0.event == .alarmResolved && $0.alarm == "LF-A101" }?.reason ?? ""
            return !over.isEmpty
        }
        #expect(over.hasPrefix("over after ") && over.contains("; it said: nothing is kept"), "\(over)")
        await agent.stop()
        #expect(try events(rig).last?.event == .stopped)
        await disk.remove()
    }

    @Test(
        "a start that fails ends with its reason in the events; one after a reboot says what the last sign of life was")
    func failedStart() async throws {
        let rig = try await Rig()
        mkdir(rig.state, 0o777)
        chmod(rig.state, 0o777)
        var last = Event(.sessionUp, at: "2001-01-01T03:00:00.000Z", site: "fra", host: "fra1")
        last.id = 1234
        try writeFile(rig.state + "/events.jsonl", try #require(json(last)) + "\n{\"cut")
        chmod(rig.state + "/events.jsonl", 0o666)
        let (code, _) = try await rig.host.run(
            Landfall.path,
            [
                "run", rig.file, "--site", "fra", "--state", rig.state, "--socket", "/nonexistent/folder/control",
                "--quiet",
            ])
        let kept = try events(rig)
        #expect(code != 0 && kept.map(\.event).starts(with: [.sessionUp, .starting, .uncleanEnd]))
        #expect(kept.map(\.id).starts(with: [1234, 2000, 2001]))
        #expect(
            kept.first { $0.event == .uncleanEnd }?.reason?.hasSuffix(
                "last heard of at 2001-01-01T03:00:00.000Z, before the machine was started again") == true)
        #expect(kept.last?.event == .stopped && kept.last?.reason?.contains("/nonexistent/folder") == true)
    }
}
