import BGP
import Net
import Testing

@testable import RIB

@Suite("Tables that are said again and again")
struct RefreshCountTests {
    private static let attributes = PathAttributes(path: [64501])

    private func fill(_ stage: Stage, _ id: NeighborID, _ numbers: Range<Int>) {
        stage.rib.announce(numbers.map { OutputTests.prefix($0) }, Self.attributes, from: id, now: .zero)
    }

    private func refresh(_ stage: Stage, _ id: NeighborID, _ numbers: Range<Int>) {
        stage.rib.beginRefresh(id, .ipv4)
        fill(stage, id, numbers)
        stage.rib.endRefresh(id, .ipv4)
    }

    @Test("after 300 enhanced refreshes of ten routes, there are ten (RFC 7313)", arguments: [true, false])
    func counts(settles: Bool) {
        let stage = Stage()
        let id = stage.add(64501)
        fill(stage, id, 0..<10)
        for _ in 0..<300 {
            refresh(stage, id, 0..<10)
            if settles { stage.settle() }
            #expect(stage.rib.count(from: id, .ipv4) == 10)
            #expect(stage.rib.view(of: id).tables[0].accepted == 10)
        }
        stage.settle()
        #expect(stage.rib.count(from: id, .ipv4) == 10 && stage.rib.size.prefixes == 10)
        refresh(stage, id, 0..<7)
        stage.settle()
        #expect(stage.rib.count(from: id, .ipv4) == 7 && stage.rib.size.prefixes == 7)
    }

    @Test("refreshes of a table that is empty, or is at their end, go on being heard")
    func empty() {
        let stage = Stage()
        let id = stage.add(64501)
        for _ in 0..<300 {
            stage.rib.beginRefresh(id, .ipv4)
            stage.rib.endRefresh(id, .ipv4)
            fill(stage, id, 0..<1)
            stage.rib.beginRefresh(id, .ipv4)
            stage.rib.withdraw(OutputTests.prefix(0), from: id)
            stage.rib.endRefresh(id, .ipv4)
            stage.settle()
        }
        fill(stage, id, 0..<10)
        refresh(stage, id, 0..<5)
        stage.settle()
        #expect(stage.rib.count(from: id, .ipv4) == 5 && stage.rib.size.prefixes == 5)
    }

    @Test("however fast a neighbor refreshes, nobody's routes are swept in one go")
    func flood() {
        let stage = Stage()
        let (lost, restless) = (stage.add(64501, 1), stage.add(64502, 2))
        fill(stage, lost, 0..<5000)
        fill(stage, restless, 6000..<6010)
        stage.down(lost)
        for _ in 0..<1000 { refresh(stage, restless, 6000..<6010) }
        #expect(stage.rib.size.prefixes == 5010, "that is left for turns of their own")
        stage.settle()
        #expect(stage.rib.size.prefixes == 10 && stage.rib.count(from: restless, .ipv4) == 10)
    }

    @Test("routes that are dead go also when others come while they are swept")
    func growing() {
        let stage = Stage()
        let (low, high, coming) = (stage.add(64501, 1), stage.add(64501, 2), stage.add(64501, 3))
        fill(stage, low, 0..<1000)
        fill(stage, high, 1000..<2000)
        stage.down(high)
        stage.rib.work(500)
        stage.down(low)
        fill(stage, coming, 3000..<6000)
        stage.settle()
        #expect(stage.rib.size.prefixes == 3000)
    }

    @Test(
        "a circle visits every place once, wherever it begins and however many are added meanwhile"
    )
    func circle() {
        func visits(_ circle: inout Circle, _ ends: [Int]) -> [Int] {
            var (all, ends) = ([Int](), ends)
            while let place = circle.next(below: ends[0]) {
                all.append(place)
                if ends.count > 1 { ends.removeFirst() }
            }
            return all
        }
        var circle = Circle()
        #expect(visits(&circle, [5]).isEmpty)
        circle.begin()
        #expect(visits(&circle, [5]) == [1, 2, 3, 4])
        circle.begin()
        #expect(visits(&circle, [5]) == [1, 2, 3, 4] && circle.isOver(below: 5))
        circle.begin()
        #expect(circle.next(below: 5) == 1 && circle.next(below: 5) == 2)
        circle.begin()
        #expect(visits(&circle, [5]) == [3, 4, 1, 2])
        circle.begin()
        #expect(visits(&circle, [5, 5, 7]) == [3, 4, 5, 6, 1, 2])
        circle.begin()
        #expect(visits(&circle, [7, 2]) == [3, 1], "of those that are left")
        circle.begin()
        #expect(visits(&circle, [1]).isEmpty && !circle.isUnderWay)
    }
}
