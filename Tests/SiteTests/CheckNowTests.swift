import Glibc
import Peers
import Testing

@Suite("Checks at once", .enabled(if: Landfall.lack() == nil, "\(Landfall.lack() ?? "")"))
struct CheckNowTests {
    @Test("the checks are made now, whatever their schedule, and the answer says what came back")
    func now() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 1h, timeout: 2s, rise: 1, fall: 2}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        let service = try await rig.service()
        try await eventually("the service answers") {
            try await rig.landfall("check-now").status == 0
        }
        let (code, text) = try await rig.landfall("check-now", "dns", "--address", "203.0.113.53")
        #expect(code == 0 && text.contains("passed") && !text.contains("2001:db8"), "\(text)")
        kill(service, SIGSTOP)
        let silent = try await rig.landfall("check-now")
        kill(service, SIGCONT)
        #expect(silent.status == 1 && silent.output.contains("no answer within 2 s"), "\(silent.output)")
        let json = try await rig.landfall("check-now", "--json")
        #expect(json.status == 0 && json.output.contains("\"result\" : \"passed\""), "\(json.output)")
        #expect(try await rig.landfall("check-now", "ping").status == 2)
        #expect(try await rig.landfall("check-now", "--address", "x").status == 2)
        await agent.stop()
    }

    @Test("of a program it shows what it printed, and a terminal is spared what it printed for terminals")
    func program() async throws {
        var options = Rig.Options()
        options.checks =
            "{exec: {run: [sh, -c, \"printf 'disk 93 %%\\\\033[2J\\\\nat {address}\\\\n'; exit 1\"]}, every: 1s, rise: 1}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.answers()
        let (code, text) = try await rig.landfall("check-now", "--address", "203.0.113.53")
        #expect(code == 0 && text.contains("degraded") && text.contains("  disk 93 %"), "\(text)")
        #expect(text.contains("  at 203.0.113.53") && !text.contains("\u{1b}"), "\(text)")
        await agent.stop()
    }
}
