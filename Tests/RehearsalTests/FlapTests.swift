import Peers
import Testing

@Suite("A service that flaps")
struct FlapTests {
    @Test(
        "rule 8: ten seconds of it are one withdrawal and, after the penalty's half-life, one announcement, at the router",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func flap() async throws {
        let rehearsals = try Rehearsals()
        let text = StepFiles.small(
            check: "every: 100ms, timeout: 100ms, rise: 2, fall: 2",
            announce: "hold-down: 0s, penalty: {suppress: 1, reuse: 0.5, half-life: 12s}",
            steps: """
                    - {flap: s1, for: 10s, expect: {withdrawals: 1, announcements: 1, withdrawn: true}}
                    - measure: {landings: {one: s1, two: s2, three: s3, four: s1}}
                """)
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", text), "--json"], first: true)
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        let step = try #require(report.steps.first)
        #expect(step.routes.map(\.withdrawals) == [1, 1] && step.routes.map(\.announcements) == [1, 1])
        // Two addresses, each with at least one change in 2 s: the penalty, not a quiet service, is what kept it still.
        #expect(step.checks?.verdicts ?? 0 >= 2 * 10 / 2, "\(step.checks?.verdicts ?? 0) changes of verdict")
        let back = step.clients.compactMap(\.returnMilliseconds)
        #expect(back.count == step.affected && back.allSatisfy { $0 >= 12_000 }, "\(back)")
    }
}
