import BGP
import Net
import RIB
import Testing

/// Two routes that differ in one thing: the step that looks at it decides, and says so.
@Suite("The decision")
struct DecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var step: DecisionStep
        var better: @Sendable (inout PathAttributes) -> Void = { _ in }
        var worse: @Sendable (inout PathAttributes) -> Void = { _ in }
        /// The neighbors that they come from: AS and last byte of address and identifier.
        var betterFrom: (asn: UInt32, last: UInt8) = (64501, 1)
        var worseFrom: (asn: UInt32, last: UInt8) = (64501, 2)
        var pathIDs: (UInt32, UInt32) = (0, 0)
        var testDescription: String { "\(step)" }
    }

    static let prefix = "203.0.113.0/24"

    static let cases: [Case] = [
        Case(step: .localPref, better: { $0.localPref = 101 }, betterFrom: (65000, 2), worseFrom: (65000, 1)),
        Case(
            step: .pathLength, better: { $0.asPath = ASPath(sequence: [ASN(64501)]) },
            worse: { $0.asPath = ASPath(sequence: [ASN(64501), ASN(64510)]) }, betterFrom: (64501, 2),
            worseFrom: (64501, 1)),
        Case(step: .origin, worse: { $0.origin = .egp }, betterFrom: (64501, 2), worseFrom: (64501, 1)),
        Case(step: .med, better: { $0.med = 5 }, worse: { $0.med = 6 }, betterFrom: (64501, 2), worseFrom: (64501, 1)),
        Case(step: .external, betterFrom: (64501, 2), worseFrom: (65000, 1)),
        Case(
            step: .interiorCost, better: { $0.nextHop = address("192.0.2.77") },
            worse: { $0.nextHop = address("192.0.2.78") }, betterFrom: (64501, 2), worseFrom: (64501, 1)),
        Case(step: .routerID, betterFrom: (64501, 1), worseFrom: (64501, 2)),
        Case(
            step: .clusterList, better: { $0.other = [originator, clusters([7])] },
            worse: { $0.other = [originator, clusters([7, 8])] }, betterFrom: (65000, 2), worseFrom: (65000, 1)),
        Case(
            step: .neighborAddress, better: { $0.other = [originator] }, worse: { $0.other = [originator] },
            betterFrom: (65000, 1), worseFrom: (65000, 2)),
        Case(step: .pathID, betterFrom: (64501, 1), worseFrom: (64501, 1), pathIDs: (1, 2)),
    ]

    static let originator = RawAttribute([.optional], .originatorID, [9, 9, 9, 9])
    static func clusters(_ list: [UInt8]) -> RawAttribute {
        RawAttribute([.optional], .clusterList, list.flatMap { [0, 0, 0, $0] })
    }

    @Test("each step decides where nothing before it did, whoever came first", arguments: cases, [false, true])
    func step(_ test: Case, worseFirst: Bool) {
        let stage = Stage()
        let better = stage.add(test.betterFrom.asn, test.betterFrom.last)
        let worse = test.pathIDs.0 > 0 ? better : stage.add(test.worseFrom.asn, test.worseFrom.last)
        stage.rib.setCost(of: address("192.0.2.78"), 10)
        func announce(_ good: Bool) {
            var attributes = PathAttributes(path: [64501])
            (good ? test.better : test.worse)(&attributes)
            let id = good ? test.pathIDs.0 : test.pathIDs.1
            stage.announce(Self.prefix, attributes, pathID: id, from: good ? better : worse)
        }
        announce(!worseFirst)
        announce(worseFirst)
        let paths = stage.paths(Self.prefix)
        #expect(paths.count == 2)
        #expect(paths.first?.neighbor == better && paths.first?.standing == .best)
        #expect(paths.last?.standing == .lost(test.step, to: better))
        #expect(paths.first?.pathID == test.pathIDs.0)
    }

    @Test("our own route comes before anyone else's")
    func local() {
        let stage = Stage()
        let neighbor = stage.add(64501)
        stage.announce(Self.prefix, PathAttributes(path: [64501]), from: neighbor)
        stage.announce(Self.prefix, PathAttributes(path: []) { $0.localPref = 1 }, from: .local)
        #expect(stage.best(Self.prefix) == .local)
        #expect(stage.standing(Self.prefix, of: neighbor) == .lost(.local, to: .local))
    }

    @Test("each step has its place, and those of RFC 4271 their letters in order")
    func letters() {
        #expect(DecisionStep.allCases.compactMap(\.letter) == ["a", "b", "c", "d", "e", "f", "g"])
        #expect(Set(Self.cases.map(\.step)).union([.local]) == Set(DecisionStep.allCases))
    }

    /// The three routes of the classic example, in which comparing each newcomer with the best one gives a result that
    /// depends on the order (RFC 4271 §9.1.2.2 (c) removes within each neighboring AS first).
    @Test("MED is compared within a neighboring AS first, so the order of arrival doesn't matter", arguments: 0..<6)
    func deterministicMED(_ order: Int) {
        let stage = Stage()
        let routes: [(id: NeighborID, asn: UInt32, med: UInt32)] = [
            (stage.add(64501, 1), 64501, 100), (stage.add(64502, 2), 64502, 0), (stage.add(64501, 3), 64501, 50),
        ]
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        for index in orders[order] {
            let route = routes[index]
            stage.announce(Self.prefix, PathAttributes(path: [route.asn]) { $0.med = route.med }, from: route.id)
        }
        #expect(stage.best(Self.prefix) == routes[1].id)
        #expect(stage.standing(Self.prefix, of: routes[0].id) == .lost(.med, to: routes[1].id))
        #expect(stage.standing(Self.prefix, of: routes[2].id) == .lost(.routerID, to: routes[1].id))
        stage.withdraw(Self.prefix, from: routes[2].id)
        #expect(stage.best(Self.prefix) == routes[0].id, "what MED had put out is back")
    }

    @Test(
        "a missing MED is the best, or the worst where asked; and MEDs of different ASes are compared only where asked")
    func optionsOfMED() {
        for (isWorst, all) in [(false, false), (true, false), (false, true), (true, true)] {
            var options = DecisionOptions()
            (options.missingMEDIsWorst, options.comparesAllMED) = (isWorst, all)
            let stage = Stage(options: options)
            let (first, second) = (stage.add(64501, 1), stage.add(64501, 2))
            stage.announce(Self.prefix, PathAttributes(path: [64501]) { $0.med = 5 }, from: first)
            stage.announce(Self.prefix, PathAttributes(path: [64501]), from: second)
            #expect(stage.best(Self.prefix) == (isWorst ? first : second))
            let other = stage.add(64502, 3)
            stage.announce("198.51.100.0/24", PathAttributes(path: [64501]) { $0.med = 5 }, from: first)
            stage.announce("198.51.100.0/24", PathAttributes(path: [64502]) { $0.med = 4 }, from: other)
            #expect(stage.best("198.51.100.0/24") == (all ? other : first))
        }
    }

    @Test("a next hop out of reach takes its routes out of the race, and back when it returns")
    func unreachable() {
        let stage = Stage()
        let (first, second) = (stage.add(64501, 1), stage.add(64502, 2))
        stage.announce(Self.prefix, PathAttributes(path: [64501]), from: first)
        stage.announce(
            Self.prefix, PathAttributes(path: [64502, 1]) { $0.nextHop = address("192.0.2.9") }, from: second)
        stage.settle()
        #expect(stage.best(Self.prefix) == first)
        stage.rib.setCost(of: address("192.0.2.1"), nil)
        stage.settle()
        #expect(stage.best(Self.prefix) == second)
        #expect(stage.standing(Self.prefix, of: first) == .nextHopUnreachable([address("192.0.2.1")]))
        stage.rib.setCost(of: address("192.0.2.1"), 0)
        stage.settle()
        #expect(stage.best(Self.prefix) == first)
    }

    @Test(
        "routes in use are counted right while next hops go, policies change and tables are flushed"
    )
    func inUse() {
        let stage = Stage()
        let (first, second) = (stage.add(64501, 1), stage.add(64502, 2))
        func count(_ what: String, _ one: Int, _ two: Int) {
            stage.settle()
            let best = [first, second].map { stage.rib.view(of: $0).tables[0].best }
            #expect(best == [one, two], "\(what)")
        }
        for prefix in ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"] {
            stage.announce(prefix, PathAttributes(path: [64501]), from: first)
        }
        let other = PathAttributes(path: [64502, 1]) { $0.nextHop = address("192.0.2.9") }
        for prefix in ["203.0.113.0/24", "10.0.0.0/8"] { stage.announce(prefix, other, from: second) }
        count("announced", 3, 1)
        stage.rib.setCost(of: address("192.0.2.1"), nil)
        count("the first one's next hop is gone, and it had some prefixes alone", 0, 2)
        stage.announce("198.18.0.0/15", PathAttributes(path: [64501]), from: first)
        count("a new route to nowhere", 0, 2)
        stage.rib.setCost(of: address("192.0.2.9"), nil)
        count("both are gone", 0, 0)
        stage.rib.setCost(of: address("192.0.2.1"), 5)
        count("back", 4, 0)
        stage.rib.setCost(of: address("192.0.2.9"), 0)
        count("both are back", 4, 1)
        stage.rib.setImport(nil, of: first)
        count("nothing of the first one is accepted", 0, 2)
        stage.rib.setImport(.acceptAll, of: first)
        count("and all again", 4, 1)
        stage.withdraw("203.0.113.0/24", from: first)
        stage.withdraw("192.0.2.0/24", from: first)
        count("two are withdrawn, one of which the other has", 2, 2)
        stage.down(first)
        count("flushed", 0, 2)
        stage.up(first, Stage.terms(id: 1))
        stage.announce("203.0.113.0/24", PathAttributes(path: [64501]), from: first)
        count("a new session", 1, 1)
    }

    @Test(
        "equal routes share the traffic, as many and as alike as asked",
        arguments: [
            (DecisionOptions.Sharing.anyPath, 4, 3), (.anyPath, 2, 2), (.sameNeighborAS, 4, 2), (.samePath, 4, 1),
        ])
    func multipath(sharing: DecisionOptions.Sharing, maximum: Int, used: Int) {
        var options = DecisionOptions()
        (options.sharing, options.maximumPaths) = (sharing, maximum)
        let stage = Stage(options: options)
        let paths: [[UInt32]] = [[64501, 7], [64501, 8], [64502, 7], [64502, 7, 7]]
        for (index, path) in paths.enumerated() {
            let id = stage.add(path[0], UInt8(index + 1))
            stage.announce(Self.prefix, PathAttributes(path: path), from: id)
        }
        let standings = stage.paths(Self.prefix).map(\.standing)
        #expect(standings.count { $0 == .best } == 1)
        #expect(standings.count { $0 == .best || $0 == .shares } == used)
        #expect(standings.contains { if case .lost(.pathLength, _) = $0 { true } else { false } })
        stage.rib.startInstalling()
        #expect(stage.rib.takeInstallations().first?.nextHops.count == used)
    }

    @Test("who installs routes hears of every change once, of nothing else, and at last that there is none")
    func installing() {
        let stage = Stage()
        let (first, second) = (stage.add(64501, 1), stage.add(64502, 2))
        stage.announce(Self.prefix, PathAttributes(path: [64501]), from: first)
        stage.rib.startInstalling()
        #expect(stage.rib.takeInstallations().map(\.nextHops) == [[[address("192.0.2.1")]]])
        stage.announce(Self.prefix, PathAttributes(path: [64502, 1]), from: second)
        #expect(stage.rib.takeInstallations().isEmpty)
        stage.withdraw(Self.prefix, from: first)
        stage.withdraw(Self.prefix, from: second)
        #expect(stage.rib.takeInstallations().map(\.nextHops) == [[]])
        #expect(stage.rib.takeInstallations().isEmpty)
        stage.settle()
        #expect(stage.rib.size.prefixes == 0)
    }
}
