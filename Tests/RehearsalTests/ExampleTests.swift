import Peers
import Testing

@Suite("The example with three sites")
struct ExampleTests {
    static let expected = [
        "berlin": "fra", "dubai": "fra", "fortaleza": "fra", "jakarta": "sin", "mumbai": "sin", "tokyo": "sin",
        "santiago": "gru", "rosario": "gru",
    ]

    @Test(
        "survives a hang, a crash of the agent, a crash of the service and a drain, for root and for an ordinary user",
        arguments: [Who.root, .ordinary])
    func example(who: Who) async throws {
        if let lack = who.lack { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        let result = try await rehearsals.run(
            [Rehearsals.examples + "/three-sites.yaml", "--json"], as: who, first: true)
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        checkLandings(report)
        try checkHang(#require(report.step("hang-fra")))
        try checkKill(#require(report.step("kill-sin")))
        try checkService(#require(report.step("kill-gru-serve")))
        for name in ["restore-fra", "restore-sin"] { try checkReturn(#require(report.step(name))) }
        let drain = try #require(report.step("drain-gru"))
        #expect(drain.lost == 0 && drain.affected == 4 && drain.connectionsBroken == 4)
    }

    private func checkLandings(_ report: Report) {
        #expect(report.landings.count == 16)
        for landing in report.landings {
            #expect(landing.site == Self.expected[landing.client] && landing.tcpSite == landing.site)
            #expect(landing.asPath.last == 65000)
            #expect((landing.rttMilliseconds ?? 0) > 1)
        }
    }

    private func checkHang(_ step: Report.Step) {
        #expect(step.affected == 6 && step.withdrawn == true)
        #expect(step.medianOutageMilliseconds ?? .infinity <= 1000)
        for client in step.clients { #expect((client.before == "fra") == (client.outageMilliseconds != nil)) }
        #expect(step.clients.allSatisfy { $0.recovered && $0.after != "fra" })
    }

    private func checkKill(_ step: Report.Step) {
        #expect(step.affected == 6 && step.withdrawn == true)
        #expect(step.medianOutageMilliseconds ?? .infinity <= 500)
    }

    private func checkService(_ step: Report.Step) {
        #expect(step.affected == 4 && step.withdrawn == false)
        for client in step.clients where client.before == "gru" {
            #expect(client.lost == 0 && client.after == "gru")
            #expect((client.slowestMilliseconds ?? .infinity) - (client.rttBeforeMilliseconds ?? 0) <= 300)
        }
    }

    private func checkReturn(_ step: Report.Step) {
        #expect(step.affected == 6 && step.medianOutageMilliseconds == nil)
        #expect(step.clients.count { $0.returnMilliseconds != nil } == 6)
    }
}

@Suite("The other examples")
struct OtherExampleTests {
    static let programs = ["two-hosts": "nsd", "recursive": "unbound", "anchors": "nginx"]

    @Test(
        "hold what they promise, in under a minute", .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"),
        arguments: programs.keys.sorted())
    func example(name: String) async throws {
        if let lack = Program.lack(Self.programs[name] ?? "", "nsd") { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        let result = try await rehearsals.runOnTime(["\(Rehearsals.examples)/\(name).yaml", "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(name): \(report.steps.flatMap(\.failures)) \(result.talk)")
        #expect(report.steps.filter { $0.kind != "measure" }.allSatisfy { $0.affected > 0 }, "\(name)")
    }
}
