import Geo
import Internet
import Net
import Testing

@Suite("Propagation")
struct PropagationTests {
    /// In batches, so that they run side by side; each case says its seed.
    @Test("landings equal those of an exhaustive search on 1,000 random Internets", arguments: 0..<20)
    func equalsExhaustiveSearch(batch: Int) throws {
        for seed in batch * 50..<batch * 50 + 50 {
            var a = RandomCase(seed: UInt64(seed))
            let graph = try ASGraph(a.relationships)
            let (tieBreak, tie) = tie(seed % 3, graph, &a)
            var reference = Reference(a.relationships, a.originations, tie: tie)
            let settled = reference.run()
            try #require(settled, "seed \(seed): the search goes round in circles")
            var plan = try Propagation(graph, tieBreak)
            try plan.announce(a.originations)
            plan.findEquals()
            compare(plan, reference, "seed \(seed)")
        }
    }

    @Test("a what-if equals the search made anew, and undoing it restores every route", arguments: 0..<10)
    func whatIfs(batch: Int) throws {
        for seed in 1000 + batch * 12..<1000 + batch * 12 + 12 {
            var a = RandomCase(seed: UInt64(seed), largest: 120)
            let graph = try ASGraph(a.relationships)
            let (tieBreak, tie) = tie(seed % 3, graph, &a)
            var reference = Reference(a.relationships, a.originations, tie: tie)
            var plan = try Propagation(graph, tieBreak)
            try plan.announce(a.originations)
            for step in 0..<6 {
                let before = (0..<graph.count).map { plan.route(at: $0) }
                let changes = (0..<Int.random(in: 1...2, using: &a.random)).map { _ in change(&a, &reference) }
                // Followed to the end, given up at once, or somewhere on the way.
                plan.mostFollowed = [.max, 0, Int.random(in: 1...200, using: &a.random)][step % 3]
                let count = try plan.change(changes)
                let settled = reference.run()
                try #require(settled, "seed \(seed)")
                plan.findEquals()
                compare(plan, reference, "seed \(seed), step \(step): \(changes)")
                let after = (0..<graph.count).map { plan.route(at: $0) }
                #expect(plan.changed.count == count)
                let differing = (0..<graph.count).filter { before[$0] != after[$0] }
                #expect(Set(differing).isSubset(of: plan.changed), "seed \(seed), step \(step): \(changes)")
                #expect((0..<graph.count).map { plan.siteBefore(at: $0) } == before.map { $0?.site })
                plan.refresh()
                #expect((0..<graph.count).map { plan.route(at: $0) } == after, "seed \(seed), step \(step)")
                guard Bool.random(using: &a.random) else { continue }
                // Once more, and back: as if nothing had been.
                var scratch = reference
                let more = change(&a, &scratch)
                try plan.change([more])
                plan.undo()
                #expect((0..<graph.count).map { plan.route(at: $0) } == after, "seed \(seed): undo of \(more)")
            }
        }
    }

    @Test("an address in a more specific prefix lands as packets would, hop by hop", arguments: 0..<5)
    func moreSpecifics(batch: Int) throws {
        for seed in 5000 + batch * 20..<5000 + batch * 20 + 20 {
            var a = RandomCase(seed: UInt64(seed), largest: 100)
            let graph = try ASGraph(a.relationships)
            var levels = [a.originations]
            for _ in 0..<2 { levels.append((0..<Int.random(in: 1...2, using: &a.random)).map { _ in a.origination() }) }
            var forwarding = Forwarding(graph)
            var references: [Reference] = []
            for level in levels {
                var plan = try Propagation(graph)
                try plan.announce(level)
                forwarding.add(plan)
                var reference = Reference(a.relationships, level)
                let settled = reference.run()
                try #require(settled)
                references.append(reference)
            }
            let landings = forwarding.landings()
            for position in 0..<graph.count {
                let wanted = walk(from: graph.ases[position], references)
                #expect(landings[position] == wanted, "seed \(seed), \(graph.ases[position])")
            }
        }
    }

    // MARK: Beside the search

    private func compare(_ plan: Propagation, _ reference: Reference, _ comment: String) {
        let graph = plan.graph
        var known: [ASN: Set<Int>] = [:]
        for position in 0..<graph.count {
            let asn = graph.ases[position]
            guard let wanted = reference.best[asn] else {
                expectNone(plan, position, reference, comment)
                continue
            }
            let route = plan.route(at: position)
            let same =
                route?.routeClass.rawValue == UInt8(wanted.rank) && route?.length == wanted.path.count
                && route?.nextHop == wanted.path.first && route?.origination == wanted.origination
                && plan.path(at: position) == wanted.path && plan.site(at: position) == route?.site
            #expect(same, "\(comment), \(asn): \(String(describing: route)) instead of \(wanted)")
            let equals = plan.equals(at: position).map(\.origination)
            #expect(equals == reference.equals(at: asn).map(\.origination), "\(comment), \(asn)")
            let sites = reference.equalSites(at: asn, &known)
            #expect(plan.equalSites(at: position) == sites.sorted(), "\(comment), \(asn)")
            #expect(plan.candidates(at: position).count == reference.candidates(at: asn).count, "\(comment), \(asn)")
        }
    }

    /// An origin that announces elsewhere only lands at its first site, inside itself; a failed AS nowhere.
    private func expectNone(
        _ plan: Propagation, _ position: Int, _ reference: Reference, _ comment: String
    ) {
        let asn = plan.graph.ases[position]
        let first = reference.originations.indices.first {
            !reference.withdrawn.contains($0) && reference.originations[$0].origin == asn
        }
        let site = reference.failed.contains(asn) ? nil : first.map { reference.originations[$0].site }
        let found = plan.site(at: position)
        #expect(found == site, "\(comment), \(asn) should have no route")
    }

    private func walk(from start: ASN, _ references: [Reference]) -> Int? {
        var asn = start
        for _ in 0..<1000 {
            // The longest prefix last.
            guard let level = references.last(where: { $0.best[asn] != nil || $0.isOrigin(asn) }) else { return nil }
            guard let best = level.best[asn] else {
                return level.originations.first { $0.origin == asn }?.site
            }
            guard let next = best.path.first, !best.fromSite else { return level.originations[best.origination].site }
            asn = next
        }
        Issue.record("a packet goes round in circles")
        return nil
    }

    /// One of the three tie-breaks, as the plan wants it and as the search does.
    private func tie(
        _ kind: Int, _ graph: ASGraph, _ a: inout RandomCase
    ) -> (TieBreak, (ASN, Reference.Best, Origination) -> [Int]) {
        switch kind {
        case 0: return (.lowestASN, { _, route, _ in [Int(route.path.first?.rawValue ?? 0)] })
        case 1:
            let ids = graph.ases.map { _ in RouterID(rawValue: UInt32.random(in: 1...9, using: &a.random)) }
            let byASN = Dictionary(uniqueKeysWithValues: zip(graph.ases, ids))
            return (
                .routerID(ids),
                { _, route, origination in
                    let id = route.fromSite ? origination.routerID : route.path.first.flatMap { byASN[$0] }
                    return [id.map { Int($0.rawValue) } ?? .max]
                }
            )
        default:
            let places = graph.ases.map { _ in Int.random(in: 0...9, using: &a.random) == 0 ? nil : a.place() }
            let byASN = Dictionary(uniqueKeysWithValues: zip(graph.ases, places))
            return (
                .nearest(places),
                { asn, route, origination in
                    guard route.rank > 0 else { return [0, 0] }
                    let there = route.fromSite ? origination.place : route.path.first.flatMap { byASN[$0] ?? nil }
                    let distance: Int? =
                        if let here = byASN[asn] ?? nil, let there { Int(here.kilometers(to: there) / 2) } else { nil }
                    return [distance ?? .max, Int(route.path.first?.rawValue ?? 0)]
                }
            )
        }
    }

    /// A random change of the plan, made to the search as well.
    private func change(_ a: inout RandomCase, _ reference: inout Reference) -> Change {
        let number = Int.random(in: 0..<reference.originations.count, using: &a.random)
        switch Int.random(in: 0...9, using: &a.random) {
        case 0:
            reference.withdrawn.insert(number)
            return .withdrawOrigination(number)
        case 1:
            reference.withdrawn.remove(number)
            return .announceOrigination(number)
        case 2, 3:
            let site = reference.originations[number].site
            let numbers = reference.originations.indices.filter { reference.originations[$0].site == site }
            guard Bool.random(using: &a.random) else {
                reference.withdrawn.subtract(numbers)
                return .announce(site: site)
            }
            reference.withdrawn.formUnion(numbers)
            return .withdraw(site: site)
        case 4, 5:
            reference.originations[number].prepend = Int.random(in: 0...4, using: &a.random)
            return .prepend(origination: number, reference.originations[number].prepend)
        case 6:
            reference.originations[number].actions = Bool.random(using: &a.random) ? [] : a.actions()
            return .actions(origination: number, reference.originations[number].actions)
        case 7:
            var added = a.origination()
            // Where it is the only site that an AS hears, or ties would depend on when it came.
            if reference.originations.contains(where: {
                $0.recipient == added.recipient || $0.neighbor == added.neighbor
            }) {
                added = Origination(site: added.site, origin: added.origin == a.own ? a.pick() : added.origin)
            }
            reference.originations.append(added)
            return .add(reference.originations[reference.originations.count - 1])
        case 8:
            let asn = a.pick()
            reference.failed.insert(asn)
            return .fail(asn)
        default:
            guard let asn = reference.failed.sorted().first else { return .withdraw(site: 99) }
            reference.failed.remove(asn)
            return .restore(asn)
        }
    }
}

extension Origination {
    /// Who hears it.
    fileprivate var neighbor: ASN {
        if case .neighbor(let asn, _) = recipient { asn } else { origin }
    }
}
