import Internet
import Net
import Testing

@Suite("A plan")
struct PlanTests {
    /// AS1 and AS2 peer; 3 is a customer of both, 4 of 1, 5 of 2; 6 of 3.
    static let graph = try? ASGraph(
        text: Array("1|2|0\n1|3|-1\n2|3|-1\n1|4|-1\n2|5|-1\n3|6|-1\n".utf8))

    private func plan(_ originations: [Origination]) throws -> Propagation {
        var plan = try Propagation(try #require(Self.graph))
        try plan.announce(originations)
        return plan
    }

    @Test("a customer's route wins over a shorter one of a peer or a provider")
    func customersFirst() throws {
        let origin = ASN(65000)
        var long = Origination(site: 0, origin: origin, to: .neighbor(ASN(6), .provider))
        long.prepend = 5
        let plan = try plan([long, Origination(site: 1, origin: origin, to: .neighbor(ASN(1), .peer))])
        let route = try #require(plan.route(of: ASN(1)))
        #expect(route.routeClass == .customer && route.length == 8 && route.nextHop == ASN(3) && route.site == 0)
    }

    @Test("a route of a peer isn't told to another peer or a provider")
    func valleyFree() throws {
        let plan = try plan([Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(3), .peer))])
        #expect(plan.route(of: ASN(6))?.length == 2)
        #expect([1, 2, 4, 5].allSatisfy { plan.route(of: ASN($0)) == nil })
        #expect(plan.landings() == [2])
    }

    @Test("with NO_EXPORT a neighbor keeps the route to itself, and others go elsewhere")
    func noExport() throws {
        let origin = ASN(65000)
        var near = Origination(site: 0, origin: origin, to: .neighbor(ASN(1), .provider))
        near.actions = [.noExport(at: ASN(1))]
        let plan = try plan([near, Origination(site: 1, origin: origin, to: .neighbor(ASN(5), .provider))])
        #expect([1, 2, 3, 4, 5].map { plan.route(of: ASN($0))?.site } == [0, 1, 1, nil, 1])
    }

    @Test("the path is the one that a router would show, repetitions included")
    func path() throws {
        var origination = Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(5), .provider))
        origination.prepend = 2
        origination.actions = [ExportAction(at: ASN(2), to: .neighbor(ASN(1)), .prepend(1))]
        let plan = try plan([origination])
        let position = try #require(plan.graph.position(of: ASN(4)))
        #expect(plan.path(at: position)?.map(\.rawValue) == [1, 2, 2, 5, 65000, 65000, 65000])
    }

    @Test("ties end at the lowest AS number, and the set of equals has the others")
    func equals() throws {
        var plan = try plan([
            Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(4), .provider)),
            Origination(site: 1, origin: ASN(65000), to: .neighbor(ASN(5), .provider)),
        ])
        plan.findEquals()
        let position = try #require(plan.graph.position(of: ASN(6)))
        #expect(plan.route(of: ASN(6))?.site == 0)
        #expect(plan.equalSites(at: position) == [0, 1])
        let three = try #require(plan.graph.position(of: ASN(3)))
        #expect(plan.equals(at: three).map(\.nextHop) == [ASN(1), ASN(2)])
    }

    @Test("two sites in one AS: the one announced first, unless it is prepended")
    func sameNeighbor() throws {
        let both = (0...1).map { Origination(site: $0, origin: ASN(65000), to: .neighbor(ASN(3), .provider)) }
        #expect(try plan(both).route(of: ASN(1))?.site == 0)
        var prepended = both
        prepended[0].prepend = 1
        #expect(try plan(prepended).route(of: ASN(1))?.site == 1)
    }

    @Test("an AS that fails has no route, and nobody's route leads through it")
    func failure() throws {
        var plan = try plan([Origination(site: 0, origin: ASN(6))])
        #expect(try plan.change([.fail(ASN(3))]) == 5)
        #expect([1, 2, 3, 4, 5].allSatisfy { plan.route(of: ASN($0)) == nil })
        plan.undo()
        #expect(plan.landings() == [6])
    }

    @Test("a path that grows beyond 1,022 ASNs isn't taken, as routers have limits of their own")
    func longPaths() throws {
        let chain = (1..<1100).map { Relationship.provider(ASN(UInt32($0 + 1)), of: ASN(UInt32($0))) }
        var plan = try Propagation(try ASGraph(chain))
        try plan.announce([Origination(site: 0, origin: ASN(1))])
        #expect(plan.route(of: ASN(1023))?.length == 1022)
        #expect(plan.route(of: ASN(1024)) == nil)
    }

    @Test("what can't be planned is named")
    func errors() throws {
        #expect(throws: PropagationError.nothingAnnounced) { _ = try plan([]) }
        #expect(throws: PropagationError.unknown(ASN(99))) { _ = try plan([Origination(site: 0, origin: ASN(99))]) }
        #expect(throws: PropagationError.siteOutOfRange(-1)) { _ = try plan([Origination(site: -1, origin: ASN(1))]) }
        #expect(throws: PropagationError.siteOutOfRange(4096)) {
            _ = try plan([Origination(site: 4096, origin: ASN(1))])
        }
        var origination = Origination(site: 0, origin: ASN(1))
        origination.prepend = 256
        #expect(throws: PropagationError.prependOutOfRange(256)) { _ = try plan([origination]) }
        #expect(throws: PropagationError.tieBreakSize(1, ases: 6)) {
            _ = try Propagation(try #require(Self.graph), .nearest([nil]))
        }
        #expect("\(PropagationError.unknown(ASN(99)))" == "AS99 isn't in the AS graph")
    }

    @Test("a change that can't be made changes nothing")
    func wrongChange() throws {
        var plan = try plan([Origination(site: 0, origin: ASN(6)), Origination(site: 1, origin: ASN(5))])
        let before = plan.landings()
        #expect(throws: PropagationError.noSuchOrigination(7)) {
            try plan.change([.withdraw(site: 0), .withdrawOrigination(7)])
        }
        #expect(plan.landings() == before)
        #expect(try plan.change([.withdraw(site: 0)]) > 0)
        #expect(plan.landings() == [0, 6])
    }

    @Test("a withdrawal of the last site leaves nobody with a route")
    func lastSite() throws {
        var plan = try plan([Origination(site: 0, origin: ASN(6))])
        #expect(try plan.change([.withdraw(site: 0)]) == 6)
        #expect(plan.landings() == [0])
        plan.findEquals()
        #expect(plan.equalSites(at: 0).isEmpty)
    }
}
