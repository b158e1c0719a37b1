import Announce
import Net
import Testing

@Suite("The end of an agent")
struct StopTests {
    private let quick = configuration {
        $0.policy.withdrawWait = .seconds(2)
    }

    private var gone: Announcer.Action { .removeAddresses }

    @Test("a stop that may not wait withdraws, waits, and only then lets go of the addresses")
    func stop() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .zero))
        stage.failing(6)
        stage.healthy(6.5)
        stage.at(7, .stop(within: .zero))
        stage.pass(until: 100)
        #expect(stage.log.map(\.second) == [1, 5, 7] && stage.told.isEmpty)
        #expect(stage.log[1].action == .withdraw(prefix4, from: ["a"], reason: "the agent stops"))
        #expect(stage.log.last?.action == gone)
    }

    @Test("a stop with nothing announced doesn't wait")
    func quiet() {
        var stage = Stage(quick)
        stage.at(5, .stop(within: .seconds(5)))
        #expect(stage.log.map(\.action) == [gone])
    }

    @Test("a stop right after a withdrawal waits until routers have forgotten that, and no longer")
    func rightAfter() {
        for (stop, gone) in [(5.5, 7.0), (6.9, 7), (7, 7), (60, 60)] {
            var stage = Stage(quick)
            stage.healthy(1)
            stage.failing(5)
            stage.at(stop, .stop(within: .seconds(20)))
            stage.pass(until: 100)
            #expect(stage.moves == ["1 announce", "5 withdraw"])
            #expect(stage.log.last?.second == gone && stage.log.last?.action == self.gone, "stopped at \(stop)")
        }
    }

    @Test("a hold-down that was pending doesn't announce after a stop")
    func holdDown() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.failing(5)
        stage.healthy(6)
        stage.at(7, .stop(within: .seconds(5)))
        stage.pass(until: 100)
        #expect(stage.log.last?.action == gone && stage.told.isEmpty && stage.moves.count == 2)
    }

    @Test("rule 13: SIGTERM drains within its bound, then withdraws whatever is still there")
    func drains() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(4)))
        #expect(stage.told.first?.communities == [.gracefulShutdown] && stage.told.first?.prepend == 3)
        stage.at(6, .traffic(share: 0.9, .host))
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 change", "9 withdraw"])
        #expect(stage.log.last?.second == 11 && stage.log.last?.action == gone)
    }

    @Test("rule 13: a stop goes on as soon as the traffic has moved")
    func moved() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(20)))
        stage.at(6, .traffic(share: 0, .host))
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 change", "8 withdraw"])
    }

    @Test("a second stop may be more impatient")
    func hurry() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(20)))
        stage.at(6, .stop(within: .seconds(1)))
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 change", "7 withdraw"])
    }

    @Test("rule 6: a failure while stopping withdraws at once")
    func failing() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(20)))
        stage.failing(6)
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 change", "6 withdraw"])
        #expect(stage.log.last?.second == 8 && stage.log.last?.action == gone)
    }

    @Test("nobody drains an agent that is stopping")
    func operators() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(20)))
        stage.drain(6)
        #expect(stage.refusals == [.stopping])
    }

    @Test("after a stop, the next agent announces as soon as the checks pass; after a failure it waits")
    func nextAgent() {
        var stage = Stage(quick)
        stage.healthy(1)
        stage.at(5, .stop(within: .seconds(1)))
        stage.pass(until: 10)
        stage.restart(asleep: 5)
        stage.healthy(20)
        #expect(stage.moves.last == "20 announce")
        stage.failing(300)
        stage.at(301, .stop(within: .zero))
        stage.restart(asleep: 5)
        stage.healthy(310)
        stage.pass(until: 400)
        #expect(stage.moves.suffix(2) == ["300 withdraw", "320 announce"])
    }
}
