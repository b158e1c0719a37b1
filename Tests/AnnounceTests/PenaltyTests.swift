import Announce
import Net
import Testing

@Suite("Flap penalty")
struct PenaltyTests {
    /// No hold-down; a minute's half-life, withheld from 2 until 1.
    private func flapping(_ change: (inout Configuration) -> Void = { _ in }) -> Stage {
        Stage(
            configuration { configuration in
                configuration.policy.holdDown = .zero
                change(&configuration)
            })
    }

    @Test("rule 8: a service that alternates every second for a minute costs one withdrawal and one announcement")
    func minute() {
        var stage = flapping {
            $0.policy.penalty.suppress = 1
            $0.policy.penalty.reuse = 0.5
            $0.policy.penalty.halfLife = .seconds(90)
        }
        stage.healthy(1)
        for second in stride(from: 100.0, to: 160, by: 2) {
            stage.failing(second)
            stage.healthy(second + 1)
        }
        stage.pass(until: 1000)
        #expect(stage.moves == ["1 announce", "100 withdraw", "190 announce"])
    }

    @Test("rule 8: by default, the budget is one withdrawal and one announcement; then it waits, and says so")
    func budget() {
        var stage = flapping()
        stage.healthy(1)
        stage.failing(1000)
        stage.healthy(1010)
        stage.failing(1020)
        stage.healthy(1030)
        #expect(stage.moves == ["1 announce", "1000 withdraw", "1010 announce", "1020 withdraw"])
        #expect(stage.waiting == ["penalty 2.4, announced again below 1.0 in 76 s"])
        stage.pass(until: 2000)
        let back = stage.log.last { if case .announce = $0.action { true } else { false } }
        #expect(back.map { (1100...1110).contains($0.second) } ?? false)
        #expect(back?.action == .announce(prefix4, to: ["a"], reason: "the penalty has fallen below 1.0"))
    }

    @Test("rule 8: the cap bounds how long a route is withheld")
    func capped() {
        var stage = flapping()
        for second in 1..<400 {
            stage.at(
                Double(second),
                .session(neighbor: "a", isUp: second % 2 == 0))
            stage.healthy(Double(second))
        }
        stage.failing(400)
        stage.healthy(401)
        stage.at(401, .session(neighbor: "a", isUp: true))
        stage.pass(until: 401 + 120)
        #expect(stage.told.count == 1)
        #expect(Penalty.Policy().longest == .seconds(120))
    }

    @Test("rule 8: what neighbors don't see costs nothing")
    func unseen() {
        var stage = flapping { $0.policy.holdDown = .seconds(10) }
        stage.healthy(1)
        stage.failing(100)
        for second in stride(from: 101.0, to: 200, by: 2) {
            stage.healthy(second)
            stage.failing(second + 1)
        }
        stage.healthy(250)
        stage.pass(until: 300)
        #expect(stage.moves == ["1 announce", "100 withdraw", "260 announce"])
    }

    @Test("rule 8: session losses count, and the route waits when the session has come back too often")
    func sessions() {
        var stage = flapping()
        stage.healthy(1)
        for second in [100.0, 110] {
            stage.at(second, .session(neighbor: "a", isUp: false))
            stage.at(second + 1, .session(neighbor: "a", isUp: true))
        }
        #expect(stage.told.isEmpty && stage.moves == ["1 announce", "110 withdraw"])
        stage.pass(until: 300)
        #expect(stage.told.count == 1)
    }

    @Test("rule 8: restarts count, and the penalty is kept over them")
    func restarts() {
        var stage = flapping()
        stage.healthy(1)
        for second in [100.0, 102] {
            stage.pass(until: second)
            stage.restart()
            stage.healthy(second + 1)
        }
        #expect(stage.told.isEmpty)
        #expect(stage.waiting.first?.hasPrefix("penalty 2.9") == true)
        stage.restart(asleep: 50)
        stage.healthy(154)
        #expect(stage.told.isEmpty)
        stage.pass(until: 250)
        #expect(stage.told.count == 1)
    }

    @Test("rule 8: the penalty never withholds a withdrawal")
    func withdraws() {
        var stage = flapping { $0.policy.penalty.suppress = 1 }
        stage.healthy(1)
        stage.failing(2)
        #expect(stage.told.isEmpty)
    }

    @Test("rule 8: an anchor's last healthy announcement is not withheld but less preferred")
    func anchor() {
        var stage = flapping {
            $0.isAnchor = true
            $0.policy.penalty.suppress = 1
            $0.policy.penalty.reuse = 0.5
        }
        stage.healthy(1)
        stage.at(5, .session(neighbor: "a", isUp: false))
        stage.at(6, .session(neighbor: "a", isUp: true))
        #expect(stage.told.map(\.prepend) == [3] && stage.moves == ["1 announce", "5 change"])
        stage.pass(until: 300)
        #expect(stage.told.map(\.prepend) == [0])
    }

    @Test("rule 8: good news about attributes waits for the hold-down too")
    func attributes() {
        var stage = Stage(configuration { $0.policy.states.degraded = Attributes(prepend: 2) })
        stage.healthy(1)
        stage.degraded(20)
        stage.healthy(21)
        stage.degraded(25)
        stage.healthy(26)
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "20 change", "36 change"])
    }
}
