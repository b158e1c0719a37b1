import Announce
import Config
import Internet
import Net
import Peers
import Planner
import Testing

@Suite("Failures of a planned network")
struct FailurePlanTests {
    private static let path = "\(Repository.root)/examples/three-sites.yaml"

    private func network() throws -> Network {
        let text = try #require(readFile(Self.path))
        return try Network.load(text: Array(text.utf8), path: Self.path).get()
    }

    private func plan(_ load: Double? = 900_000) throws -> Plan {
        var options = PlanOptions()
        options.queriesPerSecond = load
        return try Plan(try network(), from: Self.path, options)
    }

    private func failures(_ plan: Plan) throws -> Failures {
        var options = Failures.Options(step: 2)
        options.transits = 3
        return try Failures(plan, options)
    }

    @Test("every site and the busiest transits fail in turn, and what is carried is what is not overloaded")
    func failures() throws {
        let plan = try plan()
        let failures = try failures(plan)
        let all = failures.resilience.cases
        #expect(all.count == 6 && failures.count == 6 && failures.hasLoad)
        #expect(all.prefix(3).map(\.impact.failure) == [.site(0), .site(1), .site(2)], "one session each")
        let carries = try #require(failures.carries)
        for (load, isEnough) in [(carries * 0.999, true), (carries * 1.001, false)] {
            let again = try self.failures(try self.plan(load))
            let overloads = again.resilience.cases.flatMap(\.impact.overloads) + again.usual.impact.overloads
            #expect(overloads.isEmpty == isEnough, "\(load) queries/s")
        }
    }

    @Test("without a load no failure is judged, and what could be carried is the same")
    func unjudged() throws {
        let (with, without) = (try failures(try plan()), try failures(try plan(nil)))
        #expect(!without.hasLoad && without.resilience.cases.allSatisfy(\.cascades.isEmpty))
        let (one, other) = (try #require(with.carries), try #require(without.carries))
        #expect(abs(one - other) < 1)
    }

    @Test("rule 13: the table that a plan writes is read by Config, and adds up")
    func table() throws {
        let plan = try plan()
        let now = try #require(UTCSecond("2026-11-21T23:02:47Z"))
        let table = try DisplacedLoads(plan, try network(), made: now, basis: "scenario, uncalibrated")
        let again = try DisplacedLoads.load(text: Array(table.text.utf8), path: "x").get()
        #expect(again.text == table.text && again.sites.map(\.name) == ["fra", "sin", "gru"])
        #expect(again.sites.map(\.load).reduce(0, +).rounded() == 900_000)
        for site in again.sites {
            let moved = site.withdrawn.to.map(\.added).reduce(site.withdrawn.lost, +)
            #expect(abs(moved - site.load) <= 2, "\(site.name): rounded in each place")
            #expect(site.withdrawn.to.allSatisfy { gain in gain.load == again[gain.site]?.load })
            #expect(site.withdrawn.to.allSatisfy { ($0.most ?? 0) >= $0.added })
            #expect(site.neighbors.map(\.withdrawn) == [site.withdrawn], "its only one of IPv4")
        }
        #expect(again["fra"]?.neighbors.map(\.name) == ["rhine-v4"])
    }

    @Test("a table wants a load")
    func noLoad() throws {
        let (plan, network) = (try plan(nil), try network())
        #expect(throws: PlanError.self) {
            try DisplacedLoads(plan, network, made: UTCSecond(seconds: 0), basis: "")
        }
    }

    @Test("a drain moves at first a part of what its withdrawal moves")
    func drain() throws {
        let plan = try plan()
        let blast = try Blast(plan, site: "fra", prepend: 3)
        let (draining, withdrawn) = (blast.draining.impact, blast.withdrawn.impact)
        #expect(withdrawn.displaced.mean >= draining.displaced.mean && withdrawn.displaced.mean > 0)
        #expect(blast.movers.allSatisfy { $0.from == 0 && $0.to != 0 } && !blast.movers.isEmpty)
        #expect(throws: PlanError.input("plan: --drain: there is no site \"ber\"; there are fra, sin, gru")) {
            try Blast(plan, site: "ber", prepend: 3)
        }
    }

    @Test("Fortaleza lands in Frankfurt since that way is shorter, and what would change that does")
    func landing() throws {
        let plan = try plan(nil)
        let landing = try Landing(of: ASN(65548), in: plan)
        let chosen = try #require(landing.choice.chosen)
        #expect(chosen.path == [ASN(64501), ASN(65000)] && landing.choice.losers.map(\.rule) == [.length])
        #expect(landing.flips.map(\.act).contains(.withdrawSite(0)) && landing.isComplete)
        let there = try Landing(of: ASN(65548), in: plan, to: "gru")
        #expect(there.flips.allSatisfy { $0.site == 2 } && there.wanted == 2)
        #expect(throws: PlanError.self) { try Landing(of: ASN(1), in: plan) }
        #expect(throws: PlanError.self) { try Landing(of: ASN(65548), in: plan, to: "ber") }
    }
}
