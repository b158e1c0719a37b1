import Announce
import Net
import Testing

@Suite("Degraded by load")
struct LoadTests {
    private func stage(_ marks: LoadStep.Marks? = .init(above: 0.9, below: 0.6)) -> Stage {
        var stage = Stage(
            configuration {
                $0.policy.load = marks
                $0.policy.states.degraded = Attributes(prepend: 2)
            })
        stage.healthy(0)
        return stage
    }

    @Test("rule 7: by default no load changes anything")
    func off() {
        var stage = stage(nil)
        for second in 1..<1000 { stage.at(Double(second), .load(5)) }
        #expect(stage.moves == ["0 announce"])
    }

    @Test("rule 7: entered after 60 s above the upper mark, left after 10 min below the lower, a step in 15 min")
    func step() {
        var stage = stage()
        stage.at(10, .load(1))
        stage.at(50, .load(0.8))
        stage.at(100, .load(1))
        stage.pass(until: 300)
        #expect(stage.moves == ["0 announce", "160 change"])
        stage.at(300, .load(0.5))
        stage.pass(until: 400)
        stage.at(400, .load(0.4))
        stage.pass(until: 3000)
        #expect(stage.moves == ["0 announce", "160 change", "1070 change"], "15 min after the step, and the hold-down")
    }

    @Test("rule 7: refused when a survivor would overload, with an alarm")
    func survivors() {
        var stage = stage()
        stage.at(1, .displaced(.known(.init(survivors: [.init(site: "sin", load: 300, added: 200, capacity: 400)]))))
        stage.at(2, .load(1))
        stage.pass(until: 100)
        #expect(stage.moves == ["0 announce"] && stage.alarms == [.loadStepRefused(.survivors(["sin"]))])
        stage.at(101, .displaced(.known(.init(survivors: [.init(site: "sin", load: 100, added: 200, capacity: 400)]))))
        #expect(stage.moves == ["0 announce", "101 change"] && stage.alarms.isEmpty)
    }

    @Test("rule 7: refused while the table of displaced load that there should be can't be used")
    func unjudged() {
        var stage = stage()
        var asking = stage.announcer.configuration
        asking.policy.displaced = .init(path: "displaced.yaml", maxAge: .seconds(3600))
        stage.at(1, .configure(asking))
        stage.at(2, .load(1))
        stage.pass(until: 100)
        #expect(stage.alarms == [.loadStepRefused(.unjudged("it was not read yet"))])
        stage.at(101, .displaced(.unusable("too old")))
        #expect(stage.moves == ["0 announce"] && stage.alarms == [.loadStepRefused(.unjudged("too old"))])
        asking.policy.displaced = nil
        stage.at(102, .configure(asking))
        #expect(stage.moves == ["0 announce", "102 change"] && stage.alarms.isEmpty, "nobody is asked")
    }

    @Test("rule 7: of more load than was planned more moves, and the survivor is held against that")
    func morePlanned() {
        let table = DisplacedLoad(survivors: [.init(site: "sin", load: 200, added: 150, capacity: 400)], planned: 0.5)
        #expect(table.overloaded(at: 0.5).isEmpty && table.overloaded(at: 0.2).isEmpty)
        #expect(table.overloaded(at: 0.95) == ["sin"], "285 come")
        var stage = stage()
        stage.at(1, .displaced(.known(table)))
        stage.at(2, .load(0.95))
        stage.pass(until: 100)
        #expect(stage.moves == ["0 announce"] && stage.alarms == [.loadStepRefused(.survivors(["sin"]))])
    }

    /// Each has 0.75 of its own capacity in clients that stay, and there is 0.4 that goes wherever it looks better.
    @Test("rule 7: two sites that could hand a load to and fro settle within the hour", arguments: [0.0, 7, 45])
    func twoSites(_ offset: Double) {
        var sites = [stage(), stage()]
        var steps: [Double] = []
        for tick in 0..<1440 {
            let second = Double(tick) * 5 + 1
            let looks = sites.map { $0.told.first?.prepend ?? 99 }
            let mobile = looks[0] <= looks[1] ? [0.4, 0] : [0, 0.4]
            for index in sites.indices {
                let moves = sites[index].moves.count
                sites[index].at(second + Double(index) * offset / 60, .load(0.55 + mobile[index]))
                if sites[index].moves.count != moves { steps.append(second) }
            }
        }
        #expect(steps.count <= 3 && (steps.last ?? 0) < 3600, "\(steps)")
    }

    @Test("rule 7: what is left of a load tells what would come back")
    func comesBack() {
        var stage = stage()
        stage.at(1, .load(1))
        stage.pass(until: 61)
        for second in stride(from: 70.0, to: 7000, by: 10) { stage.at(second, .load(0.5)) }
        #expect(stage.moves == ["0 announce", "61 change"], "the half that moved would be too much again")
        for second in stride(from: 7000.0, to: 9000, by: 10) { stage.at(second, .load(0.3)) }
        #expect(stage.moves.count == 3)
    }
}
