import Peers
import Testing

@Suite("The example with three sites")
struct ExampleTests {
    static let expected = [
        "berlin": "fra", "dubai": "fra", "fortaleza": "fra", "jakarta": "sin", "mumbai": "sin", "tokyo": "sin",
        "santiago": "gru", "rosario": "gru",
    ]

    /// Clients that ask 50 times a second see every moment in which this machine has too much to do. So what a rehearsal
    /// finds wrong must be wrong in the next one too; both say what it was.
    @Test(
        "survives a hang, a crash of the agent, a crash of the service and a drain, for root and for an ordinary user",
        arguments: [Who.root, .ordinary])
    func example(who: Who) async throws {
        if let lack = who.lack { try Test.cancel("\(lack)") }
        let rehearsals = try Rehearsals()
        var faults: [[String]] = []
        while faults.count < 2, faults.last != [] {
            let result = try await rehearsals.run(
                [Rehearsals.examples + "/three-sites.yaml", "--json"], as: who, first: true)
            faults.append(try Faults(of: result).all)
        }
        #expect(faults.last == [], "\(faults)")
    }

    /// What a run of the example didn't show.
    private struct Faults {
        private(set) var all: [String] = []

        init(of result: Rehearsed) throws {
            let report = try #require(result.report, "\(result.output)\(result.talk)")
            let relay = "the relay dropped \(report.relay.dropped) frames"
            expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)), \(relay) \(result.talk)")
            look(at: report.landings)
            look(atHang: try #require(report.step("hang-fra")))
            look(atKill: try #require(report.step("kill-sin")))
            look(atService: try #require(report.step("kill-gru-serve")))
            for name in ["restore-fra", "restore-sin"] { look(atReturn: try #require(report.step(name))) }
            let drain = try #require(report.step("drain-gru"))
            expect(drain.lost == 0 && drain.affected == 4 && drain.connectionsBroken == 4, "\(drain)")
        }

        private mutating func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
            if !holds { all.append(otherwise()) }
        }

        private mutating func look(at landings: [Report.Landing]) {
            expect(landings.count == 16, "\(landings.count) landings")
            for landing in landings {
                let site = ExampleTests.expected[landing.client]
                expect(landing.site == site && landing.tcpSite == site && landing.asPath.last == 65000, "\(landing)")
                expect((landing.rttMilliseconds ?? 0) > 1, "\(landing)")
            }
        }

        private mutating func look(atHang step: Report.Step) {
            expect(step.affected == 6 && step.withdrawn == true, "\(step)")
            expect(step.medianOutageMilliseconds ?? .infinity <= 1000, "\(step)")
            for client in step.clients {
                expect((client.before == "fra") == (client.outageMilliseconds != nil), "\(client)")
                expect(client.recovered && client.after != "fra", "\(client)")
            }
        }

        private mutating func look(atKill step: Report.Step) {
            expect(step.affected == 6 && step.withdrawn == true, "\(step)")
            expect(step.medianOutageMilliseconds ?? .infinity <= 500, "\(step)")
        }

        private mutating func look(atService step: Report.Step) {
            expect(step.affected == 4 && step.withdrawn == false, "\(step)")
            for client in step.clients where client.before == "gru" {
                expect(client.lost == 0 && client.after == "gru", "\(client)")
                let slower = (client.slowestMilliseconds ?? .infinity) - (client.rttBeforeMilliseconds ?? 0)
                expect(slower <= 300, "\(client)")
            }
        }

        private mutating func look(atReturn step: Report.Step) {
            expect(step.affected == 6 && step.medianOutageMilliseconds == nil, "\(step)")
            expect(step.clients.count { $0.returnMilliseconds != nil } == 6, "\(step)")
        }
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
