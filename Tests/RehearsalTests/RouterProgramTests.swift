import Peers
import Testing

/// The same rehearsal with other routers: what clients see doesn't depend on whose program speaks BGP.
@Suite("Rehearsals with routers of our own")
struct RouterProgramTests {
    static let lack = Who.root.lack

    private static let steps = """
            - {kill: s1, expect: {median-outage: 500ms, withdrawn: true, withdrawals: 1}}
            - restore: s1

        """

    private func rehearse(_ text: String, _ options: String...) async throws -> Rehearsed {
        let rehearsals = try Rehearsals()
        return try await rehearsals.runOnTime([try rehearsals.file("net.yaml", text), "--json"] + options)
    }

    @Test(
        "clients land where the topology says, a site that dies is left at once, and the kernel's routes follow",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func ours() async throws {
        let result = try await rehearse(FailureTests.small(Self.steps), "--router", "landfall")
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        #expect(report.router == "landfall" && report.mraiMilliseconds == 0)
        for landing in report.landings {
            #expect(landing.site == LandingTests.base.landings[landing.client], "\(landing.client)")
            #expect(landing.tcpSite == landing.site && !landing.asPath.isEmpty)
        }
        #expect(report.steps.allSatisfy { $0.affected > 0 && $0.disturbed.isEmpty })
    }

    /// When sites begin to announce, routers have told each other what is their own, and so wait for an interval's end: with
    /// the RFC's jitter, three quarters of it at least.
    @Test(
        "routers that wait between announcements (MRAI) make routes come later, and to the same places",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func mrai() async throws {
        let result = try await rehearse(FailureTests.small("    - measure: {}\n"), "--mrai", "5s")
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(report.ok && report.router == "landfall" && report.mraiMilliseconds == 5000)
        #expect(report.routesAfterMilliseconds >= 3750)
        #expect(report.landings.allSatisfy { $0.site == LandingTests.base.landings[$0.client] })
    }
}
