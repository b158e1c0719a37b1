import Announce
import Net
import Testing

@Suite("Taking back what operators did")
struct UndoTests {
    private func stage() -> Stage {
        var stage = Stage(
            configuration(neighbors: [Neighbor(name: "a", family: .ipv4), Neighbor(name: "b", family: .ipv4)]))
        stage.healthy(1)
        return stage
    }

    @Test("rule 14: undo names the act and its effect before doing it")
    func names() throws {
        var stage = stage()
        stage.drain(10)
        let text = try stage.announcer.effect(of: .undo())
        #expect(
            text == "undo of act 1: end of the drain of the host: 203.0.113.0/24 at a, b back when healthy for 10 s")
        #expect(stage.announcer.drains.count == 1)
        stage.undo(11)
        #expect(stage.announcer.drains.isEmpty && stage.announcer.acts.all.map(\.standing) == [.undone])
        stage.pass(until: 100)
        #expect(stage.told.map(\.prepend) == [0])
    }

    @Test("rule 14: two undos go two back")
    func two() {
        var stage = stage()
        stage.drain(10, .neighbor("a"))
        stage.drain(11, .neighbor("b"))
        stage.undo(12)
        #expect(stage.announcer.drains.map(\.target) == [.neighbor("a")])
        stage.undo(13)
        #expect(stage.announcer.drains.isEmpty)
        stage.undo(14)
        #expect(stage.refusals == [.nothingToUndo])
    }

    @Test("rule 14: undoing an undrain drains again, and then the drain itself can be undone")
    func undrain() {
        var stage = stage()
        stage.drain(10)
        stage.undrain(20)
        stage.undo(25)
        #expect(stage.announcer.drains.map(\.stage) == [.moving(until: .zero + .seconds(55))])
        stage.undo(26)
        #expect(stage.announcer.drains.isEmpty)
        #expect(stage.announcer.acts.all.map(\.standing) == [.undone, .undone])
    }

    @Test("rule 14: acts that have ended or been superseded are refused")
    func refused() {
        var stage = stage()
        stage.drain(10, for: 20)
        stage.undo(40)
        #expect(stage.refusals == [.ended(1)])
        stage.drain(50)
        stage.undrain(60)
        stage.undo(61, 2)
        stage.undo(61, 9)
        #expect(stage.refusals == [.ended(1), .superseded(2, by: 3), .noSuchAct(9)])
        stage.undo(62)
        stage.undo(63, 3)
        #expect(stage.refusals.last == .undone(3))
    }

    @Test("rule 14: a drain whose time has run out meanwhile is not brought back")
    func runOut() {
        var stage = stage()
        stage.drain(10, for: 20)
        stage.undrain(15)
        stage.undo(40)
        #expect(stage.refusals == [.tooLate(2)] && stage.announcer.drains.isEmpty)
    }

    @Test("rule 14: acts are kept over a restart, with their numbers")
    func restart() {
        var stage = stage()
        stage.drain(10, .neighbor("a"))
        stage.drain(11, .neighbor("b"))
        stage.restart(asleep: 30)
        #expect(stage.announcer.acts.all.map(\.number) == [1, 2])
        stage.undo(50)
        stage.drain(51, .neighbor("b"))
        #expect(stage.announcer.acts.all.map(\.number) == [1, 2, 3])
        #expect(stage.announcer.acts.all.map(\.standing) == [.inEffect, .undone, .inEffect])
    }

    @Test("the history says who took an act back, and when, over a restart too")
    func takenBack() {
        var stage = stage()
        stage.drain(10)
        stage.at(12, .operate(.undo(), by: "alice"))
        stage.restart(asleep: 30)
        let act = stage.announcer.acts.all[0]
        #expect(act.by == "test" && act.takenBack?.by == "alice")
        #expect(act.takenBack.map { stage.now - $0.at } == .seconds(30))
    }

    @Test("the history is bounded")
    func bounded() {
        var stage = stage()
        for round in 0..<200 {
            stage.drain(Double(10 + 2 * round))
            stage.undrain(Double(11 + 2 * round))
        }
        #expect(stage.announcer.acts.all.count == Acts.most && stage.announcer.acts.all.last?.number == 400)
    }
}
