import BGP
import Net
import RIB
import Testing

@Suite("What begins anew before it was over")
struct RestlessTests {
    private static let count = 5000

    private func filled() -> (stage: Stage, source: NeighborID, listener: NeighborID) {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        let prefixes = (0..<Self.count).map { OutputTests.prefix($0) }
        stage.rib.announce(prefixes, PathAttributes(path: [64501]), from: source, now: .zero)
        stage.settle()
        return (stage, source, listener)
    }

    @Test("import goes on from where it is: the far end of the table has its turn too")
    func importing() {
        let (stage, source, listener) = filled()
        stage.rib.setImport(Policy("nothing"), of: source)
        for _ in 0..<5 {
            stage.rib.importAgain(source)
            stage.rib.work(400)
        }
        stage.hear(listener)
        #expect(stage.listeners[listener]?.table.isEmpty == true)
        let isUnderWay = stage.rib.hasWork
        stage.settle()
        let isStill = stage.rib.hasWork
        #expect(isUnderWay && !isStill)
    }

    @Test("export goes on from where it is, whatever the policy is called by now")
    func exporting() {
        let (stage, _, listener) = filled()
        for turn in 0..<12 {
            stage.rib.setExport(Policy("nothing \(turn)"), of: [listener])
            stage.rib.work(500)
        }
        stage.hear(listener)
        #expect(stage.listeners[listener]?.table.isEmpty == true)
        stage.rib.setExport(.acceptAll, of: [listener])
        stage.settle()
        #expect(stage.listeners[listener]?.table.count == Self.count)
    }

    @Test("a neighbor that joins while the policy changes hears the whole table")
    func joining() {
        let (stage, _, listener) = filled()
        stage.rib.setExport(Policy("nothing"), of: [listener])
        stage.rib.work(1500)
        stage.rib.setExport(Policy("all", otherwise: .accept), of: [listener])
        stage.rib.work(700)
        let other = stage.add(64503, 3) { $0.exporting = Policy("all", otherwise: .accept) }
        stage.settle(slice: 300)
        for id in [listener, other] { #expect(stage.listeners[id]?.table.count == Self.count) }
    }

    @Test("addresses of ours that come and go have routes heard again only where one has to do with them")
    func addresses() throws {
        let stage = Stage()
        let id = stage.add(64501)
        stage.announce("203.0.113.0/24", PathAttributes(path: [64501]) { $0.nextHop = address("192.0.2.7") }, from: id)
        stage.announce("198.51.100.1/32", PathAttributes(path: [64501]), from: id)
        let link = try #require(Prefix("192.0.2.0/24"))
        func work(_ own: [String], _ link: [Prefix]) -> Bool {
            var around = Surroundings()
            (around.own, around.link) = (Set(own.map(address)), link)
            stage.rib.setSurroundings(of: id, around)
            defer { stage.settle() }
            return stage.rib.hasWork
        }
        #expect(work(["192.0.2.254"], [link]))
        #expect(!work(["192.0.2.254", "10.0.0.1", "2001:db8::77"], [link]), "a container's")
        #expect(!work(["192.0.2.254", "192.0.2.253"], [link, link]), "another one on the link")
        #expect(work(["192.0.2.254", "192.0.2.7"], [link]))
        #expect(stage.standing("203.0.113.0/24", of: id) == .dropped(.ownNextHop(address("192.0.2.7"))))
        #expect(work(["192.0.2.254", "198.51.100.1"], [link]))
        #expect(stage.standing("203.0.113.0/24", of: id) == .best)
        #expect(stage.standing("198.51.100.1/32", of: id) == .dropped(.ownAddress))
    }
}
