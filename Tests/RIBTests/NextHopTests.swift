import BGP
import Net
import Testing

@testable import RIB

/// A neighbor chooses how many next hops its routes have.
@Suite("Many next hops")
struct NextHopTests {
    private static func hop(_ number: Int) -> Address { Address(v4: 0x0a00_0000 + UInt32(number)) }

    private func announce(_ stage: Stage, _ id: NeighborID, _ number: Int, hop: Int) {
        let attributes = PathAttributes(path: [64501]) { $0.nextHop = Self.hop(hop) }
        stage.rib.announce([OutputTests.prefix(number)], attributes, from: id, now: .zero)
    }

    /// What is told in slices, which must be small.
    private func takeAll(_ stage: Stage, limit: Int = 100) -> [NextHopUse] {
        var all: [NextHopUse] = []
        while stage.rib.hasNextHopUses {
            let uses = stage.rib.takeNextHopUses(limit: limit)
            #expect(uses.count <= limit)
            all += uses
        }
        return all
    }

    @Test("whoever asks is told of each once, in slices, and of those that came and went unheard nothing")
    func slices() {
        let stage = Stage()
        let id = stage.add(64501)
        for number in 1...1000 { announce(stage, id, number, hop: number) }
        let first = takeAll(stage)
        #expect(first.count == 1000 && Set(first).count == 1000 && first.allSatisfy(\.isUsed))
        for number in 1...900 { stage.rib.withdraw(OutputTests.prefix(number), from: id) }
        for number in 1...890 { announce(stage, id, number, hop: number) }
        for number in 2001...2500 { announce(stage, id, number, hop: number) }
        for number in 2001...2490 { stage.rib.withdraw(OutputTests.prefix(number), from: id) }
        let second = takeAll(stage)
        let gone = second.filter { !$0.isUsed }.map(\.address)
        #expect(gone == (891...900).map { Self.hop($0) })
        #expect(second.filter(\.isUsed).map(\.address) == (2491...2500).map { Self.hop($0) })
    }

    @Test("a neighbor that changes its next hop all the time isn't remembered by all that it had")
    func rotation() {
        let stage = Stage()
        let id = stage.add(64501)
        _ = takeAll(stage)
        for number in 1...20_000 { announce(stage, id, 0, hop: number) }
        let known = stage.rib.attributes.hops.known
        #expect(known <= 3)
        var calls = 0
        while stage.rib.hasNextHopUses {
            _ = stage.rib.takeNextHopUses(limit: 100)
            calls += 1
        }
        #expect(calls <= 11, "nor waits what nobody need hear of")
    }

    @Test("what an address costs counts for all next hops that begin with it, and stays until it's taken back")
    func costs() {
        let stage = Stage()
        let id = stage.add(64501)
        let far = address("2001:db8::9")
        _ = takeAll(stage)
        stage.rib.setCost(of: far, nil)
        for (index, link) in ["fe80::1", "fe80::2"].enumerated() {
            stage.rib.announce(
                [OutputTests.prefix(index, .ipv6)], PathAttributes(path: [64501]) { $0.nextHop = nil },
                nextHops: [far, address(link)], from: id, now: .zero)
        }
        func standings() -> [RouteView.Standing] {
            stage.settle()
            return (0..<2).flatMap { stage.rib.paths(to: OutputTests.prefix($0, .ipv6)).map(\.standing) }
        }
        #expect(standings() == ["fe80::1", "fe80::2"].map { .nextHopUnreachable([far, address($0)]) })
        stage.rib.setCost(of: far, 7)
        #expect(standings() == [.best, .best])
        for index in 0..<2 { stage.rib.withdraw(OutputTests.prefix(index, .ipv6), from: id) }
        stage.rib.announce([OutputTests.prefix(5)], PathAttributes(path: [64501]), from: id, now: .zero)
        _ = takeAll(stage)
        stage.rib.setCost(of: far, 0)
        stage.rib.setCost(of: address("2001:db8::10"), 0)
        let known = stage.rib.attributes.hops.known
        #expect(known == 1, "nothing is left to know but the one that is used")
    }

    @Test(
        "next hops have a limit for each neighbor: those beyond it are refused; what others brought isn't counted")
    func limit() {
        let stage = Stage()
        let other = stage.add(64502, 2)
        let id = stage.add(64501) { $0.limits.nextHops = 100 }
        for number in 1001...1050 { announce(stage, other, number, hop: number) }
        for number in 1001...1050 { announce(stage, id, number, hop: number) }
        for number in 1...100 { announce(stage, id, number, hop: number) }
        #expect(stage.notices.isEmpty && stage.rib.view(of: id).nextHops == 100)
        for number in 101...200 { announce(stage, id, number, hop: number) }
        #expect(stage.notices == [.tooManyNextHops(id, limit: 100)])
        #expect(stage.rib.count(from: id, .ipv4) == 150 && stage.rib.view(of: id).nextHops <= 101)
        announce(stage, other, 3000, hop: 3000)
        #expect(stage.rib.count(from: other, .ipv4) == 51)
    }

    @Test("under a next hop that flaps all the time, what another one's loss changes is decided soon")
    func flapping() {
        let stage = Stage()
        let (near, far, restless) = (stage.add(64501, 1), stage.add(64501, 2), stage.add(64501, 3))
        let prefixes = (0..<5000).map { OutputTests.prefix($0) }
        for (id, length, hop) in [(near, 1, 1), (far, 2, 2)] {
            let path = [UInt32](repeating: 64501, count: length)
            let attributes = PathAttributes(path: path) { $0.nextHop = Self.hop(hop) }
            stage.rib.announce(prefixes, attributes, from: id, now: .zero)
        }
        announce(stage, restless, 6000, hop: 3)
        stage.settle()
        stage.rib.setCost(of: Self.hop(1), nil)
        for slice in 0..<12 {
            stage.rib.setCost(of: Self.hop(3), slice.isMultiple(of: 2) ? nil : 0)
            stage.rib.work(500)
        }
        let best = prefixes.filter { stage.rib.paths(to: $0).first { $0.standing == .best }?.neighbor != far }
        #expect(best.isEmpty)
    }
}
