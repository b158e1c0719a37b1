import Kernel
import Peers
import RoutedInternet
import Testing

@Suite("Plans and real routers")
struct PlanTests {
    static let lack: String? =
        Capabilities.has([.sysAdmin, .netAdmin, .netRaw]) ? Program.lack("bird") : "needs root"

    /// Each AS's path as BIRD has it, and where its packet arrives.
    @Test(
        "ten ASes with BIRDs land as planned: as built, as each site withdraws, links go down, an AS is lost, and mended",
        .enabled(if: lack == nil, "\(lack ?? "")"), arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) async throws {
        var scene = Scene(seed: seed, ases: 10, sites: 3)
        let moments = try scene.moments(links: 1, ases: 1)
        let trial = try await Trial(of: scene, moments: moments)
        #expect(trial.differences == [], "seed \(seed)")
        #expect(trial.compared == 10 * moments.count && trial.routers == 13)
        #expect(trial.moments.contains { $0.moved > 0 }, "seed \(seed) shows nothing")
    }

    @Test(
        "what rehearsals measure is compared with the plan, at the beginning and after every step",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func compared() async throws {
        let rehearsals = try Rehearsals()
        let text = FailureTests.small("    - {kill: s1, expect: {withdrawn: true}}\n    - restore: s1\n")
        let result = try await rehearsals.runOnTime([try rehearsals.file("net.yaml", text), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        #expect(report.plan.tieBreak == "router-id" && report.plan.notCompared.isEmpty)
        #expect(report.plan.compared == 3 * report.landings.count)
        #expect(report.plan.asPlanned == report.plan.compared && report.plan.pathsAsPlanned == report.plan.compared)
    }

    /// The server of s1 says that it is s2's: so its clients seem to land there.
    @Test(
        "clients that land elsewhere than planned fail a rehearsal, which says who, where, and where they should",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func elsewhere() async throws {
        if let lack = Program.lack("nsd") { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        _ = try rehearsals.file(
            "nsd.conf", FailureTests.nsdConfiguration(rehearsals.folder).replacing("ascii_s1", with: "ascii_s2"))
        let text = FailureTests.small(
            "    - measure: {}\n", programs: "  programs: {nsd: {site: s1, run: [nsd, -d, -c, nsd.conf]}}\n",
            serve: "sites: [s2, s3], ")
        let path = try rehearsals.file("net.yaml", text)
        let result = try await rehearsals.run([path, "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 1 && !report.ok)
        let deceived = LandingTests.base.landings.filter { $0.value == "s1" }.keys
        #expect(!deceived.isEmpty)
        let differences = report.plan.differences.filter { $0.after == nil }
        #expect(Set(differences.map(\.client)) == Set(deceived) && differences.count == 2 * deceived.count)
        #expect(differences.allSatisfy { $0.site == "s2" && $0.plannedSite == "s1" })
        let one = try #require(differences.first { $0.client == "one" && $0.family == "ipv4" })
        #expect(one.asn == 64511 && one.plannedPath == [64501, 65000])
        #expect(one.text.hasPrefix("one in AS64511 (ipv4) landed on s2 (64501 65000), by the plan on s1 (64501 65000)"))
        let step = try #require(report.steps.first)
        #expect(!step.ok && step.failures.count == differences.count, "after a step they still do: \(step.failures)")
        let said = try await rehearsals.run([path])
        #expect(said.status == 1 && said.output.contains("Not as planned: one in AS64511 (ipv4) landed on s2"))
    }
}
