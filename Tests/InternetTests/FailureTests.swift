import Internet
import Net
import Testing

/// Three sites, each with a transit of its own, and where everybody lands while all announce:
///
///           1 ═════════ 2
///         ┌─┴──┐    ┌───┴─┐
///        11    └─13─┘    12       sites 0 at 11, 1 at 12, 2 at 13
///       ┌─┴────┐ │ ┌──────┴┐
///      101    104│104     102     104 is a customer of 11 and 12
///               103
struct ThreeSites {
    static let text =
        "1|2|0\n1|11|-1\n2|12|-1\n1|13|-1\n2|13|-1\n11|101|-1\n12|102|-1\n13|103|-1\n11|104|-1\n12|104|-1\n"
    static let asks = [101: 40.0, 102: 30, 103: 20, 104: 10]

    let graph: ASGraph
    var deployment: Deployment
    var clients: Clients

    init(capacities: [Double?] = [60, 60, 40]) throws {
        graph = try ASGraph(text: Array(Self.text.utf8))
        let sites = ["fra", "sin", "gru"].enumerated().map {
            Deployment.Site(name: $0.element, queriesPerSecond: capacities[$0.offset])
        }
        let sessions = [11, 12, 13].enumerated().map { site, asn in
            Deployment.Session(
                neighbor: "as\(asn)",
                Origination(site: site, origin: ASN(65000), to: .neighbor(ASN(UInt32(asn)), .provider)))
        }
        deployment = Deployment(asn: ASN(65000), sites: sites, sessions: sessions)
        clients = Clients(
            weights: graph.ases.map { Self.asks[Int($0.rawValue)] ?? 0 }, .queries, queriesPerWeight: 1)
    }

    var plan: Propagation { get throws { try deployment.propagation(on: graph) } }

    /// - Parameter isSure: as if predictions were never wrong.
    func study(_ change: (inout Outcome) -> Void = { _ in }, isSure: Bool = true) throws -> FailureStudy {
        let plan = try plan
        var outcome = Outcome(plan)
        change(&outcome)
        let trust = isSure ? Trust(accuracy: 1, .measured(ases: 1)) : Trust(accuracy: 0.5, .experiments)
        return FailureStudy(plan, deployment, clients, outcome, trust)
    }

    func position(_ asn: UInt32) throws -> Int { try #require(graph.position(of: ASN(asn))) }
}

@Suite("Failures of a plan")
struct FailureTests {
    private func loads(_ impact: Impact) -> [Double] { impact.loads.map(\.mean) }
    private func overloads(_ impact: Impact) -> [[Double]] {
        impact.overloads.map { [Double($0.site), $0.load, $0.capacity] }
    }

    @Test("the load of a site that fails lands where its clients land without it")
    func site() throws {
        var study = try ThreeSites().study()
        #expect(study.loads.map(\.mean) == [50, 30, 20])
        let impact = try study.impact(of: .site(0))
        #expect(loads(impact) == [0, 40, 60])
        #expect(impact.flows.map { [$0.from ?? -1, $0.to ?? -1, Int($0.load.mean)] } == [[0, 1, 10], [0, 2, 40]])
        #expect(impact.displaced.mean == 50 && impact.stranded.mean == 0 && impact.added[2].mean == 40)
        #expect(overloads(impact) == [[2, 60, 40]])
        #expect(study.plan.landings() == [4, 3, 2], "the plan is as it was: 11, 1, 101, 104; 12, 2, 102; 13, 103")
    }

    @Test(
        "who has no other way than a transit that fails is left without a route, and the transit isn't counted for it")
    func transit() throws {
        var three = try ThreeSites()
        three.clients.weights[try three.position(12)] = 5
        var study = try three.study()
        let impact = try study.impact(of: .transit(ASN(12)))
        #expect(impact.stranded.mean == 35 && impact.strandedASes == 2 && impact.down.mean == 5)
        #expect(loads(impact) == [50, 0, 20])
        let verdicts = try study.resilience(to: [.transit(ASN(12)), .site(1)]).cases.map(\.verdict)
        #expect(verdicts == [.survived, .overloaded([2])], "nobody could have helped the first")
    }

    @Test("overloaded sites that withdraw hand their load on until nobody is left")
    func withdrawing() throws {
        var study = try ThreeSites().study()
        let impact = try study.impact(of: .site(0))
        let cascade = try study.cascade(after: impact, .withdraw)
        #expect(cascade.end == .allGone && cascade.rounds.map(\.acting) == [[2], [1]])
        #expect(cascade.rounds.map { loads($0.impact) } == [[0, 100, 0], [0, 0, 0]])
        #expect(study.plan.landings() == [4, 3, 2])
    }

    @Test("a step that moves nothing leaves the site overloaded, and it is made once")
    func lessPreferred() throws {
        var study = try ThreeSites().study()
        let impact = try study.impact(of: .site(0))
        let cascade = try study.cascade(after: impact, .lessPreferred(by: 2))
        #expect(cascade.end == .overloaded([2]) && cascade.rounds.count == 1)
        #expect(cascade.rounds.first.map { loads($0.impact) } == [0, 40, 60], "13 is a customer's way, however long")
    }

    @Test("a step that moves enough ends the overload")
    func stepThatHelps() throws {
        var study = try ThreeSites(capacities: [45, 60, 60]).study()
        let impact = try study.impact(of: .nothing)
        #expect(impact.overloads.map(\.site) == [0] && impact.flows.isEmpty)
        let cascade = try study.cascade(after: impact, .lessPreferred(by: 1))
        #expect(cascade.end == .settled && cascade.rounds.map { loads($0.impact) } == [[40, 40, 20]])
    }

    @Test("the least capacity that survives every failure does, and a little less doesn't")
    func needed() throws {
        var study = try ThreeSites().study()
        let resilience = try study.resilience(to: study.deployment.ownFailures, [.withdraw])
        #expect(resilience.cases.map(\.verdict) == [.overloaded([2]), .overloaded([2]), .overloaded([0])])
        #expect(resilience.needed == [70, 40, 60] && resilience.survived == 0)
        #expect(resilience.headroom.map { ($0 * 1000).rounded() } == 667)
        #expect(resilience.cases.allSatisfy { $0.cascades.count == 1 })
        for (capacities, isEnough) in [([70.0, 40, 60], true), ([69, 40, 60], false), ([70, 40, 59], false)] {
            var enough = try ThreeSites(capacities: capacities).study()
            let again = try enough.resilience(to: study.deployment.ownFailures)
            #expect((again.survived == 3) == isEnough && ((again.headroom ?? 0) >= 1) == isEnough, "\(capacities)")
        }
    }

    @Test("while predictions may be wrong, a site that would just do is at risk")
    func atRisk() throws {
        var study = try ThreeSites(capacities: [200, 200, 62]).study(isSure: false)
        let resilience = try study.resilience(to: [.site(0), .nothing])
        #expect(resilience.cases.map(\.verdict) == [.atRisk([2]), .survived])
        let range = study.range(of: resilience.cases[0].impact, 2)
        #expect(range == 35...70, "half of the 50 that move may be wrong: 25 fewer, or the other 10 as well")
    }

    @Test("without capacities or without a load nothing is judged")
    func unjudged() throws {
        var study = try ThreeSites(capacities: [60, nil, 100]).study()
        #expect(try study.resilience(to: [.site(0)]).cases.map(\.verdict) == [.unjudged([1])])
        var three = try ThreeSites()
        three.clients.queriesPerWeight = nil
        study = try three.study()
        let resilience = try study.resilience(to: [.site(0)])
        #expect(resilience.cases.map(\.verdict) == [.unjudged([1, 2])])
        #expect(resilience.headroom == nil && resilience.needed == [nil, nil, nil])
    }

    @Test("a site is judged by its busiest hour, which another site's needn't be")
    func hours() throws {
        var three = try ThreeSites(capacities: [100, 100, 70])
        // 101 asks in the first hour only, 103 in the second: together they are never 60 at once.
        var hours = [Float](repeating: 0, count: three.graph.count * Clients.hoursOfDay)
        for (asn, hour) in [(UInt32(101), 0), (103, 1)] {
            let weight = Float(ThreeSites.asks[Int(asn)] ?? 0) * 1.5
            hours[try three.position(asn) * Clients.hoursOfDay + hour] = weight
        }
        three.clients.hours = hours
        var study = try three.study()
        let impact = try study.impact(of: .site(0))
        #expect(impact.loads[2].peak == (60, 0) && impact.overloads.isEmpty, "not 60 and 30")
        three.deployment.sites[2].queriesPerSecond = 59
        study = try three.study()
        let over = try study.impact(of: .site(0))
        #expect(overloads(over) == [[2, 60, 59]] && over.overloads.first?.hour == 0)
    }

    @Test("what was measured stays where it was seen until that site is gone")
    func measured() throws {
        let three = try ThreeSites()
        let stray = try three.position(103)
        var study = try three.study {
            $0.measure([.init(site: 0, share: 0.75), .init(site: 1, share: 0.25)], at: stray)
        }
        #expect(study.loads.map(\.mean) == [65, 35, 0])
        #expect(loads(try study.impact(of: .site(0))) == [0, 45, 55], "what was at fra goes where the plan has it")
        #expect(loads(try study.impact(of: .site(2))) == [65, 35, 0], "it wasn't there, whatever the plan says")
        #expect(loads(try study.impact(of: .transit(ASN(13)))) == [50, 30, 0], "its only provider")
        #expect(loads(try study.impact(of: .session(0))) == [0, 45, 55], "the only session of fra is fra")
        #expect(loads(try study.impact(of: .transit(ASN(12)))) == [65, 0, 5], "and nobody else reaches sin")
    }

    @Test("the latency that those who move lose is weighted by what they ask")
    func latency() throws {
        let three = try ThreeSites()
        var study = try three.study { $0.roundTrips = [Float](repeating: 10, count: three.graph.count) }
        study.roundTrip = { plan, position in Float(10 * (plan.path(at: position)?.count ?? 0)) }
        let loss = try #require(try study.impact(of: .site(0)).latency)
        // 101 has 11 1 13 65000 then, and 104 has 12 65000.
        #expect(loss.mean == (40 * 30 + 10 * 10) / 50 && loss.before.p95 == 10 && loss.after.p95 == 40)
    }

    @Test("loads after failures equal those of plans made afresh, on random Internets", arguments: 0..<6)
    func equalsFreshPlans(batch: Int) throws {
        for seed in 9000 + batch * 10..<9000 + batch * 10 + 10 {
            var a = RandomCase(seed: UInt64(seed), largest: 120)
            let graph = try ASGraph(a.relationships)
            let weights = graph.ases.map { _ in Double(Int.random(in: 0...9, using: &a.random)) }
            let sites = (0...4).map { Deployment.Site(name: "s\($0)", queriesPerSecond: 100) }
            let deployment = Deployment(
                asn: a.own, sites: sites, sessions: a.originations.map { Deployment.Session(neighbor: "", $0) })
            let plan = try deployment.propagation(on: graph)
            var study = FailureStudy(
                plan, deployment, Clients(weights: weights, .queries, queriesPerWeight: 1), Outcome(plan))
            let failures = deployment.ownFailures + (0..<3).map { _ in .transit(a.pick()) }
            for failure in failures {
                let fresh = try fresh(failure, deployment, graph)
                let impact = try study.impact(of: failure)
                #expect(loads(impact) == sums(fresh, weights, sites.count), "seed \(seed), \(failure)")
                let cascade = try study.cascade(after: impact, .withdraw)
                let gone = Set(cascade.acted + [site(failure)].compactMap(\.self))
                let left = deployment.originations.enumerated().filter {
                    !gone.contains($0.element.site) && failure != .session($0.offset)
                }
                guard let last = cascade.rounds.last, isAboutSites(failure) else { continue }
                #expect((cascade.end == .allGone) == left.isEmpty, "seed \(seed), \(failure)")
                guard !left.isEmpty else { continue }
                var again = try Propagation(graph)
                try again.announce(left.map(\.element))
                #expect(loads(last.impact) == sums(again, weights, sites.count), "seed \(seed), after \(failure)")
            }
            #expect((0..<graph.count).map { study.plan.route(at: $0) } == (0..<graph.count).map { plan.route(at: $0) })
        }
    }

    private func site(_ failure: Failure) -> Int? { if case .site(let site) = failure { site } else { nil } }
    private func isAboutSites(_ failure: Failure) -> Bool { if case .transit = failure { false } else { true } }

    private func fresh(_ failure: Failure, _ deployment: Deployment, _ graph: ASGraph) throws -> Propagation {
        var plan = try Propagation(graph)
        try plan.announce(deployment.originations)
        switch failure {
        case .transit(let asn): try plan.change([.fail(asn)])
        case .session(let number): try plan.change([.withdrawOrigination(number)])
        default:
            let left = deployment.originations.filter { $0.site != site(failure) }
            if left.isEmpty { try plan.change([.withdraw(site: site(failure) ?? 0)]) } else { try plan.announce(left) }
        }
        plan.refresh()
        return plan
    }

    private func sums(_ plan: Propagation, _ weights: [Double], _ count: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        for position in weights.indices { if let site = plan.site(at: position) { sums[site] += weights[position] } }
        return sums
    }

    @Test("the busiest transit is the one that most load passes through")
    func transits() throws {
        let three = try ThreeSites()
        let plan = try three.plan
        let busiest = plan.busiestTransits(three.clients.weights, count: 2)
        #expect(busiest.map(\.asn) == [ASN(11), ASN(12)] && busiest.map(\.carried) == [50, 30])
        let carried = plan.carried([Double](repeating: 1, count: three.graph.count))
        #expect(carried[try three.position(11)] == 4, "itself, 1, 101 and 104")
    }
}
