import Internet
import Net
import Testing

@Suite("A synthetic Internet")
struct SyntheticTests {
    private static func make(_ ases: Int, seed: UInt64 = 1) -> SyntheticInternet {
        var options = SyntheticInternet.Options()
        (options.ases, options.seed) = (ases, seed)
        return SyntheticInternet(options)
    }

    @Test("the same options give the same one, another seed another")
    func seeds() {
        let (one, same, other) = (Self.make(300), Self.make(300), Self.make(300, seed: 2))
        #expect(one.graph == same.graph && one.exchanges == same.exchanges && one.places == same.places)
        #expect(one.graph != other.graph)
    }

    @Test("it has a clique, one part, most ASes as stubs, few with many neighbors and all with a place")
    func shape() {
        let internet = Self.make(1500)
        let statistics = GraphStatistics(internet.graph)
        #expect(statistics.ases == 1500 && statistics.components == 1)
        #expect(statistics.clique.count == 19 && statistics.providerFree == 19)
        #expect((1100...1450).contains(statistics.stubs))
        #expect(statistics.degree.p50 <= 5 && statistics.degree.max > 20 * statistics.degree.p50)
        #expect(internet.places.allSatisfy { $0 != nil })
        #expect(internet.exchanges.count == 30 && internet.exchanges[0].members.count > 20)
    }

    @Test("whoever announces, everybody lands", arguments: [10, 40, 400])
    func reach(ases: Int) throws {
        let graph = Self.make(ases, seed: 7).graph
        var plan = try Propagation(graph)
        for asn in graph.ases.prefix(10) {
            try plan.announce([Origination(site: 0, origin: asn)])
            #expect(plan.landings() == [ases])
        }
    }

    @Test("a part around some ASes holds them, reaches the top and is of the size asked for")
    func extract() throws {
        let whole = Self.make(800).graph
        let wanted = [whole.ases[0], whole.ases[5], whole.ases[100]]
        let part = try whole.extract(around: wanted, count: 60)
        #expect((60...63).contains(part.count) && wanted.allSatisfy { part.position(of: $0) != nil })
        #expect(GraphStatistics(part).components == 1)
        for link in part.relationships {
            let (first, second) = (whole.position(of: link.first), whole.position(of: link.second))
            #expect(
                whole.relation(of: try #require(second), to: try #require(first))
                    == (link.isPeering ? .peer : .customer))
        }
        var plan = try Propagation(part)
        for asn in wanted {
            try plan.announce([Origination(site: 0, origin: asn)])
            #expect(plan.landings() == [part.count])
        }
        #expect(throws: PropagationError.unknown(ASN(4_000_000_000))) {
            _ = try whole.extract(around: [ASN(4_000_000_000)], count: 60)
        }
    }

    @Test("what-ifs equal the plan made afresh, AS by AS, on 2,000 ASes with 12 sites")
    func whatIfs() throws {
        let graph = Self.make(2000).graph
        var random = SeededRandom(seed: 5)
        var plan = try Propagation(graph)
        try plan.announce(
            (0..<12).map { site in
                Origination(site: site, origin: graph.ases[Int.random(in: 0..<graph.count, using: &random)])
            })
        for step in 0..<60 {
            let number = Int.random(in: 0..<12, using: &random)
            let change: Change =
                switch step % 4 {
                case 0: .withdraw(site: number)
                case 1: .prepend(origination: number, Int.random(in: 0...4, using: &random))
                case 2: .announce(site: number)
                default: .fail(graph.ases[Int.random(in: 0..<graph.count, using: &random)])
                }
            try plan.change([change])
            let quick = (0..<graph.count).map { plan.route(at: $0) }
            plan.refresh()
            #expect((0..<graph.count).filter { plan.route(at: $0) != quick[$0] } == [], "step \(step): \(change)")
        }
    }
}
