import BGP
import Control
import HTTP
import Net
import RIB
import Router
import Testing

@Suite("Neighbors and prefixes as a router tells them")
struct SeeingNeighborsTests {
    @Test("what neighbors can do beyond what we can has a name where one is known")
    func names() {
        let codes: [UInt8] = [64, 73, 128, 200]
        let names = codes.flatMap { Capability.other(CapabilityCode(rawValue: $0), []).names }
        #expect(names == ["graceful restart", "host name", "route refresh, before its RFC", "capability 200"])
    }

    @Test("a neighbor has its counts, its limits and how near they are, and what both sides can do")
    func neighbors() throws {
        let world = SeeingTests.world()
        let neighbors = try world.neighbors()
        try #require(neighbors.map(\.name) == ["transit-a", "transit-b", "peer", "away"])
        let (a, b) = (neighbors[0], neighbors[1])
        let counts = try #require(a.prefixes).map { [$0.received, $0.accepted, $0.filtered, $0.best, $0.told] }
        #expect(counts == [[2, 1, 1, 0, 2], [0, 0, 0, 0, 0]])
        #expect(try #require(b.prefixes).map(\.best) == [1, 1])
        #expect(b.prefixes?[0].limit == 4 && b.prefixes?[0].limitUsedPercent == 50)
        #expect(a.importPolicy == "from-transit" && a.exportPolicy == "all" && a.mraiSeconds == 5)
        #expect(a.holdTimeSeconds == 9 && a.upSeconds == 600 && a.malformed == 2 && a.pendingBytes == 12)
        let capabilities = try #require(a.capabilities)
        #expect(capabilities.both == ["ipv4 unicast", "route refresh"])
        #expect(capabilities.oursOnly == ["extended messages", "four-byte ASNs", "enhanced route refresh"])
        #expect(capabilities.theirsOnly == ["ipv6 unicast", "graceful restart"])
        #expect(a.groupMembers == 2 && a.waitingPrefixes == 0)
        let away = neighbors[3]
        #expect(away.state == "Active" && away.lastError == "connect: Connection refused" && away.capabilities == nil)
        #expect(try world.neighbors("peer").count == 1)
    }

    @Test("the story of a prefix: its paths, the decision, where packets go, who is told and who isn't")
    func story() throws {
        let world = SeeingTests.world()
        let story = try world.story("203.0.113.0/24")
        #expect(story.prefix == "203.0.113.0/24" && story.nextHops == ["192.0.2.2"])
        #expect(story.paths.map(\.route.neighbor) == ["transit-b", "transit-a"])
        #expect(story.paths[0].importChanges == [])
        #expect(story.paths[1].importChanges == ["local preference none → 90", "community 65000:7 added"])
        let steps = story.decision.map { "\($0.step) \($0.values.map(\.value)) out \($0.out) left \($0.left)" }
        #expect(
            steps == [
                #"local ["learned", "learned"] out [] left 2"#, #"local-pref ["100", "90"] out ["transit-a"] left 1"#,
            ])
        let told = story.told.map { "\($0.neighbors) \($0.isTold ? "told" : $0.check ?? "")" }
        #expect(
            told == [
                #"["transit-a"] told"#, #"["transit-b"] source"#, #"["peer"] policy"#, #"["away"] no-session"#,
            ])
        #expect(
            story.told[0].changes == [
                "AS path 64502 64511 64510 → 65000 64502 64511 64510", "next hop 192.0.2.2 → 198.18.0.1",
            ])
    }

    @Test("of an address it is that of the longest match, with what else covers it; of nothing that says so")
    func covering() throws {
        let world = SeeingTests.world()
        world.announce("203.0.112.0/23", [64502], from: NeighborID(rawValue: 2))
        let story = try world.story("203.0.113.53")
        #expect(story.asked == "203.0.113.53" && story.prefix == "203.0.113.0/24")
        #expect(story.coveredBy == ["203.0.112.0/23"])
        let inside = try world.story("203.0.113.128/25")
        #expect(inside.prefix == "203.0.113.0/24")
        let nothing = try world.story("8.8.8.8") { _ in
            var kernel = PrefixAnswer.Kernel()
            (kernel.table, kernel.state) = (254, "none")
            return kernel
        }
        #expect(nothing.prefix == nil && nothing.paths.isEmpty && nothing.told.isEmpty)
        #expect(nothing.kernel?.table == 254)
    }

    @Test("every step of the decision is told until one is left, and equal ones as equal")
    func longDecision() throws {
        let world = Onlooking()
        let ids = (1...3).map { world.add("n\($0)", 64501) }
        for (index, id) in ids.enumerated() {
            world.announce("203.0.113.0/24", [64501], from: id) { $0.med = index == 2 ? 9 : 5 }
        }
        let story = try world.story("203.0.113.0/24")
        #expect(
            story.decision.map(\.step) == [
                "local", "local-pref", "as-path-length", "origin", "med", "external", "interior-cost", "router-id",
            ])
        #expect(story.decision.filter { !$0.out.isEmpty }.map(\.out) == [["n3"], ["n2"]])
        #expect(story.decision[4].values.map(\.value) == ["5 (AS64501)", "5 (AS64501)", "9 (AS64501)"].sortedAs(story))
        #expect(story.paths[0].route.neighbor == "n1")
    }

    @Test("neighbors that are told the same stand together, however many")
    func groups() throws {
        let world = Onlooking()
        let source = world.add("source", 64501)
        for number in 1...200 { world.add("customer-\(number)", 64600) }
        world.announce("203.0.113.0/24", [64501], from: source)
        world.settle()
        let story = try world.story("203.0.113.0/24")
        #expect(story.told.map(\.neighbors.count) == [200, 1])
    }

    @Test("a line of a route has the bytes that the encoder of all other documents gives it, whatever names there are")
    func lines() throws {
        let world = SeeingTests.world()
        var routes = try RoutesQuestion.Table.allCases.flatMap { table in
            try world.ask(RoutesQuestion(table, of: table.hasNeighbor ? "transit-a" : nil)).routes
        }
        var odd = routes[0]
        (odd.pathID, odd.lostTo, odd.letter, odd.step) = (7, "a\"b\\c/d\u{1}\n\t\u{c}\r\u{8}\u{7f}ü\u{2028}", "a", "")
        odd.attributes.atomicAggregate = true
        (odd.attributes.clusterList, odd.attributes.others) = (["192.0.2.1", "192.0.2.2"], [])
        (odd.attributes.originatorID, odd.attributes.aggregator) = ("192.0.2.1", "AS1 192.0.2.1")
        (odd.attributes.largeCommunities, odd.attributes.extendedCommunities) = (["1:2:3"], ["rt:1:2"])
        (odd.attributes.med, odd.attributes.onlyToCustomer) = (0, .max)
        routes.append(odd)
        for route in routes {
            var (bytes, named) = ([UInt8](), route)
            route.writeLine(into: &bytes)
            named.schema = RouteAnswer.schema
            #expect(String(decoding: bytes, as: UTF8.self) == (Control.json(named) ?? "") + "\n")
        }
    }

    @Test("answers become JSON that reads as the same answer")
    func json() throws {
        let world = SeeingTests.world()
        for target in ["/routes?table=all", "/neighbors", "/explain?prefix=203.0.113.0/24"] {
            let answer = try #require(world.answer(target))
            let response = answer.response
            #expect(response.status == 200)
            switch answer {
            case .routes(let routes, _): #expect(try JSON.decode(response.body) == routes)
            case .neighbors(let neighbors): #expect(try JSON.decode(response.body) == neighbors.answer)
            case .prefix(let story): #expect(try JSON.decode(response.body) == story)
            case .refused(let refusal): Issue.record("\(refusal)")
            }
        }
    }
}

extension [String] {
    /// In the order in which the story lists neighbors: values that were given for n1, n2 and n3.
    fileprivate func sortedAs(_ story: PrefixAnswer) -> [String] {
        story.decision[4].values.compactMap { value in
            ["n1", "n2", "n3"].firstIndex(of: value.neighbor).map { self[$0] }
        }
    }
}
