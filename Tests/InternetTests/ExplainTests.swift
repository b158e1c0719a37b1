import Internet
import Net
import Testing

@Suite("Why an AS lands where it does")
struct ExplainTests {
    @Test("every route that lost is named with the rule that beat it")
    func losers() throws {
        let three = try ThreeSites()
        let plan = try three.plan
        let choice = plan.choice(at: try three.position(104))
        #expect(choice.asn == ASN(104) && choice.chosen?.route.site == 0)
        #expect(choice.chosen?.path == [ASN(11), ASN(65000)])
        #expect(choice.losers.map(\.rule) == [.lowestASN] && choice.losers.first?.candidate.path.first == ASN(12))
        let one = plan.choice(at: try three.position(1))
        #expect(one.losers.map(\.rule) == [.lowestASN, .relation], "13, which is a customer; 2, which is a peer")
    }

    @Test("two sites at one AS: the one that was named first")
    func order() throws {
        var three = try ThreeSites()
        three.deployment.sessions[1].origination.recipient = .neighbor(ASN(11), .provider)
        #expect(try three.plan.choice(at: three.position(11)).losers.map(\.rule) == [.order])
        three.deployment.sessions[0].origination.prepend = 1
        #expect(try three.plan.choice(at: three.position(11)).losers.map(\.rule) == [.length])
    }

    @Test("an AS that hears of no site has chosen nothing")
    func none() throws {
        var three = try ThreeSites()
        for index in three.deployment.sessions.indices {
            let neighbor = [ASN(11), ASN(12), ASN(13)][index]
            three.deployment.sessions[index].origination.actions = [.noExport(at: neighbor)]
        }
        let plan = try three.plan
        let position = try three.position(2)
        let choice = plan.choice(at: position)
        #expect(choice.asn == ASN(2) && choice.chosen == nil && choice.losers.isEmpty)
        var search = FlipSearch(plan, three.deployment, three.clients.weights)
        #expect(try search.flips(of: position).isEmpty)
    }

    @Test("rules agree with what routes look like, on random Internets", arguments: 0..<4)
    func rules(batch: Int) throws {
        for seed in 9500 + batch * 15..<9500 + batch * 15 + 15 {
            let a = RandomCase(seed: UInt64(seed), largest: 100)
            let graph = try ASGraph(a.relationships)
            var plan = try Propagation(graph)
            try plan.announce(a.originations)
            for position in 0..<graph.count {
                let choice = plan.choice(at: position)
                #expect(choice.chosen?.route == plan.route(at: position))
                #expect(choice.losers.map(\.candidate.route) == Array(plan.candidates(at: position).dropFirst()))
                for loser in choice.losers {
                    let chosen = try #require(choice.chosen)
                    #expect(
                        chosen.path.count == chosen.route.length
                            && loser.candidate.path.count == loser.candidate.route.length)
                    #expect(
                        loser.rule == rule(chosen.route, loser.candidate.route, loser.rule),
                        "seed \(seed), \(choice.asn)")
                }
            }
        }
    }

    private func rule(_ chosen: Route, _ other: Route, _ shown: Choice.Rule) -> Choice.Rule {
        if chosen.routeClass != other.routeClass { return chosen.routeClass == .own ? .own : .relation }
        // Of its own the shorter one wins, too, though only others see how long they are.
        if chosen.routeClass == .own { return shown }
        if chosen.length != other.length { return .length }
        return chosen.nextHop == other.nextHop && chosen.isDirect == other.isDirect ? .order : .lowestASN
    }

    // MARK: What would flip it

    @Test("the smallest change is the one that moves the least of others")
    func smallest() throws {
        let three = try ThreeSites()
        var search = FlipSearch(try three.plan, three.deployment, three.clients.weights)
        let flips = try search.flips(of: try three.position(104))
        let first = try #require(flips.first)
        #expect(first.act == .ask(session: 0, toPrepend: 1, towards: ASN(104)) && first.site == 1)
        #expect(first.ases == 0 && first.weight == 0)
        #expect(flips.map(\.act).contains(.prepend(session: 0, 1)), "which moves 1 as well, without clients")
        #expect(flips.last?.act == .withdrawSite(0) && flips.last?.weight == 40)
    }

    @Test("an AS with one provider flips only when its site is gone")
    func onlyWithdrawal() throws {
        let three = try ThreeSites()
        var search = FlipSearch(try three.plan, three.deployment, three.clients.weights)
        let flips = try search.flips(of: try three.position(101))
        #expect(flips.map(\.act) == [.withdrawSite(0)] && flips.first?.site == 2)
        #expect(flips.first.map { [$0.ases, Int($0.weight), $0.stranded] } == [3, 10, 0], "1, 11 and 104")
    }

    @Test("towards a given site fewer prepends there may do it")
    func towards() throws {
        var three = try ThreeSites()
        three.deployment.sessions[2].origination.prepend = 3
        let position = try three.position(1)
        var search = FlipSearch(try three.plan, three.deployment, three.clients.weights)
        let acts = try search.flips(of: position, to: 2).map(\.act)
        #expect(acts.contains(.prepend(session: 0, 3)) == false, "2 more than 13's 3 at least")
        #expect(acts.contains(.prepend(session: 0, 4)) && acts.contains(.withdrawSite(0)))
        #expect(try search.flips(of: position, to: 0).isEmpty, "it lands there")
        // Level with 11, the lowest number still wins; no prepend at all is not enough.
        #expect(!acts.contains(.prepend(session: 2, 0)))
    }

    @Test("each flip does what it says when the plan is made afresh", arguments: 0..<4)
    func afresh(batch: Int) throws {
        for seed in 9700 + batch * 8..<9700 + batch * 8 + 8 {
            var a = RandomCase(seed: UInt64(seed), largest: 80)
            let graph = try ASGraph(a.relationships)
            let deployment = Deployment(
                asn: a.own, sites: (0...4).map { Deployment.Site(name: "s\($0)") },
                sessions: a.originations.map { Deployment.Session(neighbor: "", $0) })
            let plan = try deployment.propagation(on: graph)
            var search = FlipSearch(plan, deployment, [Double](repeating: 1, count: graph.count))
            for position in (0..<graph.count).shuffled(using: &a.random).prefix(6) {
                for flip in try search.flips(of: position) {
                    var fresh = try Propagation(graph)
                    try fresh.announce(deployment.originations)
                    try fresh.change(changes(flip.act, deployment))
                    fresh.refresh()
                    let moved = (0..<graph.count).filter { fresh.site(at: $0) != plan.site(at: $0) }
                    let comment: Comment = "seed \(seed), \(graph.ases[position]), \(flip)"
                    #expect(fresh.site(at: position) == flip.site && moved.contains(position), comment)
                    #expect(moved.count - 1 == flip.ases && Double(flip.ases) == flip.weight, comment)
                }
            }
        }
    }

    /// In the words of the engine, and not by the search's own.
    private func changes(_ act: Flip.Act, _ deployment: Deployment) -> [Change] {
        func origination(_ session: Int) -> Origination { deployment.sessions[session].origination }
        func asking(_ session: Int, _ asn: ASN, _ effect: ExportAction.Effect) -> [Change] {
            guard case .neighbor(let neighbor, _) = origination(session).recipient else { return [] }
            let action = ExportAction(at: neighbor, to: .neighbor(asn), effect)
            return [.actions(origination: session, origination(session).actions + [action])]
        }
        switch act {
        case .prepend(let session, let count): return [.prepend(origination: session, count)]
        case .prependSite(let site, let count):
            return deployment.sessions(of: site).map { .prepend(origination: $0, origination($0).prepend + count) }
        case .ask(let session, let count, let asn): return asking(session, asn, .prepend(count))
        case .askToWithhold(let session, let asn): return asking(session, asn, .withhold)
        case .withdraw(let session): return [.withdrawOrigination(session)]
        case .withdrawSite(let site): return [.withdraw(site: site)]
        }
    }
}
