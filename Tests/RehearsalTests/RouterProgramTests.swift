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

    @Test(
        "routers that wait between announcements (MRAI) make routes come seconds later, and to the same places",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func mrai() async throws {
        let text = FailureTests.small("    - measure: {}\n")
        async let soon = rehearse(text, "--router", "landfall")
        async let late = rehearse(text, "--mrai", "4s")
        let (first, second) = try await (soon, late)
        let (at0, at4) = (try #require(first.report, "\(first.talk)"), try #require(second.report, "\(second.talk)"))
        #expect(at0.ok && at4.ok && at4.router == "landfall" && at4.mraiMilliseconds == 4000)
        #expect(at0.landings.map(\.site) == at4.landings.map(\.site))
        #expect(at4.routesAfterMilliseconds > at0.routesAfterMilliseconds + 1000, "\(at0) \(at4)")
    }
}
