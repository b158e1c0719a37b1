import Peers
import Testing

@Suite("A site that gets more than it can carry")
struct OverloadTests {
    @Test(
        "rule 1: it stays announced, less preferred, while its checks time out; the others don't notice",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func overload() async throws {
        if let lack = Program.lack("nft") { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        let text = StepFiles.small(
            check: "every: 200ms, timeout: 200ms, rise: 2, fall: 3",  // which a flood makes fail often enough
            announce: "hold-down: 1s, degraded: {prepend: 2}, penalty: {half-life: 1s}",
            steps: """
                    - {overload: s1, limit: 500, factor: 8, for: 6s, expect: {withdrawn: false, degraded: true, withdrawals: 0}}
                    - {restore: s1}
                    - measure: {landings: {one: s1, two: s2, three: s3, four: s1}}
                """)
        // A flood leaves less of the machine to those who measure times; nobody else takes more than one turn.
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", text), "--json"], turns: 2)
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(
            result.status == 0 && report.ok,
            "\(report.steps.flatMap(\.failures)) \(report.steps.compactMap(\.withdrawalReason)) \(result.talk)")
        let step = try #require(report.steps.first)
        let (checks, flood) = (try #require(step.checks), try #require(step.flood))
        #expect(checks.failed > 5 && checks.degraded && checks.failed < checks.made, "\(checks)")
        #expect(flood.limit == 500 && flood.sent > 6 * flood.limit, "\(flood)")
        #expect(step.lost > 0 && step.disturbed.isEmpty && step.routes.contains { $0.changes > 0 })
        for client in step.clients where client.before != "s1" {
            #expect(client.lost == 0 && client.after == client.before)
        }
    }
}
