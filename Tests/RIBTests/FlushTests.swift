import BGP
import Net
import RIB
import Testing

@Suite("Losing a neighbor")
struct FlushTests {
    static let attributes = PathAttributes(path: [64501])

    private func fill(_ stage: Stage, _ id: NeighborID, _ numbers: Range<Int>) {
        stage.rib.announce(numbers.map { OutputTests.prefix($0) }, Self.attributes, from: id, now: .zero)
    }

    @Test("its table goes in slices, and between two of them others are heard and told")
    func slices() {
        let stage = Stage()
        let (lost, other) = (stage.add(64501, 1), stage.add(64502, 2))
        let listener = stage.add(64503, 3)
        fill(stage, lost, 0..<5000)
        stage.settle()
        stage.down(lost)
        #expect(stage.rib.count(from: lost, .ipv4) == 0)
        #expect(stage.rib.size.prefixes == 5000, "nothing is gone yet")
        var slices = 0
        while stage.rib.work(500) {
            slices += 1
            stage.announce("198.51.100.\(slices)/32", PathAttributes(path: [64502]), from: other)
            stage.hear(listener)
            #expect(stage.heard("198.51.100.\(slices)/32", by: listener) != nil)
            #expect(stage.listeners[listener]?.table.count == 5000 - 500 * slices + slices)
        }
        #expect(slices >= 9)
        stage.settle()
        #expect(stage.listeners[listener]?.table.count == slices)
    }

    @Test("a session that is back before the old table is gone keeps what it announces again")
    func backBeforeFlushed() {
        let stage = Stage()
        let (lost, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        fill(stage, lost, 0..<3000)
        stage.settle()
        for _ in 0..<3 {
            stage.down(lost)
            stage.rib.work(700)
            stage.up(lost, Stage.terms(id: 1))
            fill(stage, lost, 2000..<3000)
            #expect(stage.rib.count(from: lost, .ipv4) == 1000)
        }
        stage.settle()
        #expect(stage.listeners[listener]?.table.count == 1000)
        #expect(stage.rib.count(from: lost, .ipv4) == 1000 && stage.rib.size.prefixes == 1000)
    }

    @Test("a neighbor that flaps faster than its table can be flushed is counted right")
    func manyFlaps() {
        let stage = Stage()
        let lost = stage.add(64501, 1)
        fill(stage, lost, 0..<10)
        for round in 0..<600 {
            stage.down(lost)
            stage.up(lost, Stage.terms(id: 1))
            fill(stage, lost, round % 10..<round % 10 + 1)
            #expect(stage.rib.count(from: lost, .ipv4) == 1)
        }
        stage.settle()
        #expect(stage.rib.size.prefixes == 1 && stage.rib.size.routes == 1)
    }

    @Test("prefixes that went are kept for their return, but not without bound", arguments: Family.allCases)
    func idlePrefixes(family: Family) {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        var most = 0
        for round in 0..<12 {
            let prefixes = (0..<2000).map { OutputTests.prefix(round % 10 * 2000 + $0, family) }
            stage.rib.announce(prefixes, Self.attributes, from: source, now: .zero)
            stage.settle(slice: 300)
            #expect(stage.rib.size.prefixes == 2000 && stage.listeners[listener]?.table.count == 2000)
            #expect(stage.rib.covering(prefixes[7]) == [prefixes[7]])
            for prefix in prefixes.dropFirst(1900) + prefixes.prefix(1900) { stage.rib.withdraw(prefix, from: source) }
            stage.settle()
            #expect(stage.rib.covering(prefixes[7]).isEmpty && stage.rib.match(prefixes[7].address) == nil)
            #expect(stage.rib.size.prefixes == 0 && stage.rib.size.routes == 0)
            #expect(stage.listeners[listener]?.table.isEmpty ?? false)
            // As many idle ones as others may stay, and these others come before the idle ones are looked for.
            if round == 0 { most = stage.rib.size.bytes.prefixes * 6 }
            #expect(stage.rib.size.bytes.prefixes <= most)
        }
    }

    @Test("after an enhanced refresh, what wasn't repeated is gone and the rest was never touched (RFC 7313)")
    func enhancedRefresh() {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        fill(stage, source, 0..<1000)
        stage.settle()
        stage.rib.beginRefresh(source, .ipv4)
        fill(stage, source, 0..<600)
        stage.settle()
        #expect(stage.listeners[listener]?.table.count == 1000)
        stage.rib.endRefresh(source, .ipv4)
        fill(stage, source, 990..<1000)
        stage.settle(slice: 50)
        #expect(stage.listeners[listener]?.table.count == 610)
        #expect(stage.listeners[listener]?.announced == 1000 && stage.listeners[listener]?.withdrawn == 390)
        #expect(stage.rib.count(from: source, .ipv4) == 610)
    }

    @Test("a prefix that is gone, and of which somebody hasn't heard that yet, covers nothing and isn't counted")
    func gone() throws {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        for prefix in ["203.0.0.0/16", "203.0.113.0/24"] {
            stage.announce(prefix, Self.attributes, from: source)
        }
        stage.settle()
        let host = try #require(Prefix("203.0.113.1/32"))
        #expect(stage.rib.covering(host) == ["203.0.0.0/16", "203.0.113.0/24"].compactMap { Prefix($0) })
        stage.withdraw("203.0.113.0/24", from: source)
        #expect(stage.rib.hasNews(for: listener) == true)
        #expect(stage.rib.covering(host) == [Prefix("203.0.0.0/16")] && stage.rib.size.prefixes == 1)
        stage.announce("203.0.113.0/24", Self.attributes, from: source)
        #expect(stage.rib.covering(host).count == 2 && stage.rib.size.prefixes == 2)
    }

    @Test("another neighbor's route takes over at once, and who never had the lost one's hears nothing")
    func takeover() {
        let stage = Stage()
        let (lost, other) = (stage.add(64501, 1), stage.add(64502, 2))
        stage.announce("203.0.113.0/24", PathAttributes(path: [64501]), from: lost)
        stage.announce("203.0.113.0/24", PathAttributes(path: [64502, 64510]), from: other)
        stage.announce("198.51.100.0/24", PathAttributes(path: [64502]), from: other)
        stage.settle()
        #expect(stage.heard("203.0.113.0/24", by: other) != nil)
        stage.down(lost)
        stage.settle()
        #expect(stage.best("203.0.113.0/24") == other)
        #expect(stage.heard("203.0.113.0/24", by: other) == nil, "his own route isn't told to him")
        #expect(stage.listeners[other]?.withdrawn == 1 && stage.listeners[other]?.needless == 0)
    }
}
