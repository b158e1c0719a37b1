import Glibc
import Peers
import Testing

/// Checks of other kinds than DNS, made by the agent as a process.
@Suite("The agent's checks", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct CheckTests {
    /// A DNS check, and a program that exits with what a file says.
    private func rig(_ folder: String, reach: String) async throws -> Rig {
        try writeFile(folder + "/check", "#!/bin/sh\necho it says $(cat \(folder)/code)\nexit $(cat \(folder)/code)\n")
        try writeFile(folder + "/code", "0")
        chmod(folder + "/check", 0o755)
        var options = Rig.Options()
        options.checks =
            options.checks + "\n      - {exec: {run: [\(folder)/check]}, every: 1s, timeout: 1s, rise: 1, fall: 2, "
            + "lease: 5s, reach: \(reach)}"
        return try await Rig(options)
    }

    @Test("rule 3: a shared cause withdraws nobody, is an alarm while it lasts, and is over when it is over")
    func shared() async throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let rig = try await rig(folder, reach: "shared")
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try writeFile(folder + "/code", "2")
        try await eventually("an alarm") {
            let status = try await rig.status()
            return status.contains("exec check at 203.0.113.53 is degraded or fails")
                && status.contains("exec check at 2001:db8:113::53 is degraded or fails")
        }
        try await rig.announced(at: bird)
        try writeFile(folder + "/code", "0")
        try await eventually("the alarm is over") { try await !rig.status().contains("is degraded") }
        #expect(!rig.has("withdrawn"))
        await agent.stop()
    }

    @Test("rule 2: a local program that vanishes, or that says 3, withdraws nobody; one that says 2 does")
    func local() async throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let rig = try await rig(folder, reach: "local")
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        rename(folder + "/check", folder + "/away")
        try await rig.seen("exec \(folder)/check: No such file or directory")
        rename(folder + "/away", folder + "/check")
        try await eventually("it can be made again") {
            try await !rig.status().contains("\"verdict\":\"unknown\"")
        }
        try writeFile(folder + "/code", "3")
        try await rig.seen("exit code 3: it says 3")
        try await rig.announced(at: bird)
        #expect(!rig.has("withdrawn"))
        try writeFile(folder + "/code", "2")
        try await rig.withdrawn(at: bird)
        try await rig.seen("\"exitCode\":2")
        try writeFile(folder + "/code", "1")
        try await rig.announced(at: bird)
        await agent.stop()
    }

    @Test("a check that was never answered is unknown and waits, and isn't failing, on the screen and in metrics")
    func waiting() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let program = try scripts.add("wait", "until [ -e \(scripts.folder)/go ]; do sleep 0.1; done; echo here")
        var options = Rig.Options()
        options.checks = "{exec: {run: [\(program)]}, every: 40s, timeout: 40s, rise: 1, fall: 1}"
        options.more = "metrics: 10179"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.answers()
        let status = try await rig.status()
        #expect(status.contains("\"verdict\":\"unknown\"") && !status.contains("\"verdict\":\"failing\""), "\(status)")
        #expect(status.contains("exec wait at 203.0.113.53: waiting for the first result"), "\(status)")
        #expect(status.contains("\"reason\":\"waiting for the first result\""), "\(status)")
        let sample = "landfall_check_verdict{service=\"dns\",check=\"exec wait\",address=\"203.0.113.53\",verdict="
        _ = try await rig.scrape(until: sample + "\"unknown\"} ") { $0 == "1" }
        try writeFile("\(scripts.folder)/go", "")
        _ = try await rig.scrape(until: sample + "\"healthy\"} ") { $0 == "1" }
        try await eventually("nothing waits any more") {
            let after = try await rig.status()
            return !after.contains("\"verdict\":\"unknown\"") && !after.contains("waiting for the first")
        }
        await agent.stop()
    }

    @Test("a disable file takes the service away, and its removal brings it back")
    func disabled() async throws {
        var options = Rig.Options()
        options.serve += "\n    disable: maintenance"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try writeFile(rig.host.folder + "/maintenance", "")
        try await rig.withdrawn(at: bird)
        try await rig.seen("\(rig.host.folder)/maintenance exists")
        unlink(rig.host.folder + "/maintenance")
        try await rig.announced(at: bird)
        await agent.stop()
    }

    @Test("an agent that became an ordinary user can still send ICMP, and connect by TCP")
    func rights() async throws {
        var options = Rig.Options()
        let times = "every: 500ms, timeout: 500ms, rise: 1, fall: 3"
        options.checks =
            "{icmp: {}, \(times)}\n      - {tcp: {port: 53}, \(times)}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        await agent.stop()
    }
}
