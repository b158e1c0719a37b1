import Peers
import Testing

@Suite("Drains in a rehearsal")
struct DrainTests {
    @Test(
        "each site in turn is drained and undrained, and of a thousand queries each time not one is lost",
        arguments: [Who.root, .ordinary])
    func eachInTurn(who: Who) async throws {
        if let lack = who.lack { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        let steps = ["fra", "sin", "gru"].map { site in
            """
                - {drain: \(site), expect: {lost: 0, queries: 1000, withdrawn: true, withdrawals: 1}}
                - {undrain: \(site), expect: {lost: 0, queries: 1000, announcements: 1}}

            """
        }
        let text = try StepFiles.example(
            announce: "hold-down: 1s, drain: {wait: 1500ms}, penalty: {half-life: 1s}", steps: steps.joined())
        let result = try await rehearsals.run(
            [try rehearsals.file("net.yaml", text), "--json"], as: who, first: true)
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        #expect(report.steps.count == 6 && report.steps.allSatisfy { $0.lost == 0 && $0.queries >= 1000 })
        for step in report.steps { check(step) }
    }

    /// Traffic moves long before the withdrawal, and TCP pays for it.
    private func check(_ step: Report.Step) {
        let concerned = step.clients.filter { ($0.before == step.target) != ($0.after == step.target) }
        #expect(concerned.count == step.affected && step.affected > 0)
        let broken = concerned.allSatisfy { $0.connection == "reset" } && step.connectionsBroken == step.affected
        #expect(broken, "\(step.name): \(step.clients.map { "\($0.client) \($0.family) \($0.connection ?? "none")" })")
        guard step.kind == "drain" else { return }
        #expect(step.drain?.stage == "withdrawn" && step.drain?.arriving == 0 && step.drain?.arrivedBefore ?? 0 > 100)
        #expect(step.drain?.effect.hasPrefix("drain of the host: 203.0.113.0/24, 2001:db8:113::/48 at ") == true)
        #expect(concerned.allSatisfy { $0.movedMilliseconds ?? .infinity < 1500 && $0.outageMilliseconds == nil })
    }

    /// The only upstream of s1's neighbor prefers its customer's route, however long, so that neither a prepend nor a
    /// community that it doesn't honour moves anything.
    static var stubborn: Topology { LandingTests.variant("stubborn") { $0.ases[4].providers = ["east"] } }

    @Test(
        "rule 13: where only the neighbor honours GRACEFUL_SHUTDOWN, the drain sees what still arrives, and keeps the route",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func neighborOnly() async throws {
        let rehearsals = try Rehearsals()
        let text = StepFiles.small(
            Self.stubborn, announce: "hold-down: 1s, drain: {wait: 2500ms}, penalty: {half-life: 1s}",
            internet: "  graceful-shutdown: neighbor\n",
            steps: """
                    - {drain: s1, expect: {lost: 0, withdrawn: false}}
                    - {undrain: s1, expect: {lost: 0}}
                    - {drain: s1, force: true, expect: {withdrawn: true, withdrawals: 1, queries: 1000}}
                    - {undrain: s1, expect: {lost: 0}}
                """)
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", text), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        for (name, stage) in [("drain-s1", "kept"), ("drain-s1-2", "withdrawn")] {
            let step = try #require(report.step(name))
            let drain = try #require(step.drain)
            // One of its two clients stays; the other has moved.
            #expect(drain.stage == stage && drain.share ?? 0 > 0.2, "\(drain)")
            #expect(
                drain.arriving > drain.arrivedBefore / 4 && drain.arriving < drain.arrivedBefore * 3 / 4, "\(drain)")
            #expect(step.clients.filter { $0.client == "four" }.allSatisfy { $0.movedMilliseconds ?? .infinity < 1000 })
        }
        // What the withdrawal costs those who stayed: a few queries, while their routers look for another way.
        let forced = try #require(report.step("drain-s1-2"))
        let stayed = forced.clients.filter { $0.client == "one" }
        #expect(stayed.allSatisfy { $0.movedMilliseconds ?? 0 >= 2400 && $0.after != "s1" } && forced.lost <= 40)
    }

    @Test(
        "the last site that is announced isn't drained unless it is forced",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func last() async throws {
        let rehearsals = try Rehearsals()
        let text = StepFiles.small(
            announce: "drain: {wait: 1s}",
            steps: "    - {kill: s1}\n    - {kill: s2}\n    - {drain: s3}\n")
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", text), "--json"])
        #expect(result.status == 1 && result.talk.contains("nothing else than s3 is announced"), "\(result.talk)")
    }
}
