import Peers
import Testing

@Suite("Sites that fall silent, without BFD")
struct SilenceTests {
    static let steps = """
            - {freeze: sin, expect: {median-outage: 3500ms, max-outage: 3500ms, withdrawn: true, withdrawals: 1}}
            - {restore: sin, expect: {announcements: 1}}
            - {cut: gru, expect: {median-outage: 3500ms, max-outage: 3500ms, withdrawn: true, withdrawals: 1}}
            - {restore: gru, expect: {announcements: 1}}
        """

    @Test(
        "frozen or cut off, a site is given up after the hold time of 3 s, and the report says so",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func silence() async throws {
        let rehearsals = try Rehearsals()
        let text = try StepFiles.example(announce: "hold-down: 1s", steps: Self.steps)
        let result = try await rehearsals.runOnTime([try rehearsals.file("net.yaml", text), "--json"], first: true)
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        for (name, router, affected) in [("freeze-sin", "straits", 6), ("cut-gru", "tiete", 4)] {
            let step = try #require(report.step(name))
            #expect(step.withdrawalReason == "\(router): Hold timer expired")
            #expect(step.affected == affected && step.lost > 0 && step.routes.count == 2)
            // BIRD gives up after three quarters of the hold time at the earliest, counted from the last message, which
            // may be a second old.
            #expect(step.clients.allSatisfy { $0.outageMilliseconds ?? 3000 > 500 }, "not by hold time")
            // A frozen host's kernel still serves a download until the route goes; a cut one's falls silent.
            let broken = step.clients.filter { $0.before == step.target }.map(\.connection)
            #expect(broken.count == affected && !broken.contains("kept") && step.connectionsBroken == affected)
        }
        #expect(report.step("cut-gru")?.clients.contains { $0.connection == "silent" } == true)
    }

    @Test(
        "a cut of one neighbor's link leaves the site to the others",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func oneLink() async throws {
        let rehearsals = try Rehearsals()
        let second = "      - {name: green-v4, address: 192.0.2.101, asn: 64502, role: provider}\n  s2:"
        let text = StepFiles.small(
            announce: "hold-down: 1s",
            steps: """
                    - {cut: s1, neighbor: green-v4, expect: {withdrawn: true, max-outage: 3500ms}}
                    - {restore: s1}
                """
        ).replacing("  s2:", with: second)
        let result = try await rehearsals.runOnTime([try rehearsals.file("net.yaml", text), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        let step = try #require(report.steps.first)
        #expect(step.withdrawalReason == "green: Hold timer expired")
        let moved = step.clients.filter { $0.before != $0.after }.map { "\($0.client) \($0.family)" }
        #expect(moved == ["two ipv4"] && step.clients.allSatisfy { $0.client == "two" || $0.lost == 0 })
        #expect(
            step.routes.count == 1 && step.routes.allSatisfy { $0.withdrawals == ($0.neighbor == "green" ? 1 : 0) },
            "\(step.routes)")
    }
}
