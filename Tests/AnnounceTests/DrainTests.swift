import Announce
import Net
import Testing

@Suite("Drains")
struct DrainTests {
    private let two = configuration(
        neighbors: [Neighbor(name: "a", family: .ipv4), Neighbor(name: "b", family: .ipv4)])

    private func stage(_ configuration: Configuration = configuration()) -> Stage {
        var stage = Stage(configuration)
        stage.healthy(1)
        return stage
    }

    @Test("rule 12: the community and the prepend are one change, and the wait starts with it")
    func oneChange() {
        var stage = stage()
        stage.drain(10)
        #expect(stage.told.map(\.prepend) == [3] && stage.told.first?.communities == [.gracefulShutdown])
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "10 change", "40 withdraw"])
    }

    @Test("rule 12: equal intent twice sends nothing, and is no act")
    func twice() {
        var stage = stage()
        stage.drain(10)
        let before = stage.log.count
        stage.drain(12)
        #expect(stage.log.count == before + 1 && stage.refusals == [.alreadyDraining(.host)])
        #expect(stage.announcer.acts.all.count == 1)
    }

    @Test("what a drain waits for is visible")
    func visible() {
        var stage = stage()
        stage.drain(10)
        stage.at(15, .traffic(share: 0.34, .host))
        stage.pass(until: 28)
        #expect(stage.waiting == ["draining, 12 s left, 34 % of the traffic still here"])
    }

    @Test("a drain withdraws as soon as the traffic has moved")
    func moved() {
        var stage = stage()
        stage.drain(10)
        stage.at(11, .traffic(share: 0.5, .host))
        stage.at(12, .traffic(share: 0, .host))
        stage.at(13, .traffic(share: 0.01, .host))
        stage.at(14, .traffic(share: 0, .host))
        stage.at(15, .traffic(share: 0, .host))
        stage.pass(until: 100)
        #expect(stage.moves.last == "16 withdraw")
    }

    @Test("rule 13: with more than 20 % still there it stays announced and names the neighbors; force withdraws")
    func kept() {
        var stage = Stage(two)
        stage.healthy(1)
        stage.drain(10)
        stage.at(39, .traffic(share: 0.21, .host))
        stage.pass(until: 100)
        #expect(stage.alarms == [.trafficStays(.host, share: 0.21, neighbors: ["a", "b"])])
        #expect(stage.waiting == ["drained, but announced: 21 % of the traffic was still here"])
        #expect(stage.moves == ["1 announce", "10 change"])
        stage.drain(110, isForced: true)
        #expect(stage.moves.last == "110 withdraw" && stage.alarms.isEmpty)
    }

    @Test("rule 12: what still arrives is said before anything is withdrawn, and when it stays, and at a stop")
    func waited() {
        func words(_ stage: Stage) -> [String] {
            stage.log.compactMap { entry in
                let second = Int(entry.second)
                switch entry.action {
                case .waited(let drain):
                    return "\(second) \(drain.target) \(drain.share.map { "\($0)" } ?? "unknown")"
                case .withdraw: return "\(second) withdraw"
                default: return nil
                }
            }
        }
        var moved = stage()
        moved.drain(10)
        moved.at(39, .traffic(share: 0.1, .host))
        moved.pass(until: 100)
        #expect(words(moved) == ["40 the host 0.1", "40 withdraw"])
        var kept = stage()
        kept.drain(10, .neighbor("a"))
        kept.at(39, .traffic(share: 0.5, .neighbor("a")))
        kept.pass(until: 100)
        #expect(words(kept) == ["40 the neighbor a 0.5"])
        var stopped = stage()
        stopped.at(10, .stop(within: .seconds(5)))
        stopped.pass(until: 100)
        #expect(words(stopped) == ["15 the host unknown", "15 withdraw"])
    }

    @Test("rule 13: with 20 % or less it withdraws")
    func fifth() {
        var stage = stage()
        stage.drain(10)
        stage.at(39, .traffic(share: 0.2, .host))
        stage.pass(until: 100)
        #expect(stage.moves.last == "40 withdraw")
    }

    @Test("rule 13: forced from the beginning, it withdraws whatever is still there")
    func forced() {
        var stage = stage()
        stage.drain(10, isForced: true)
        stage.at(39, .traffic(share: 0.9, .host))
        stage.pass(until: 100)
        #expect(stage.moves.last == "40 withdraw")
    }

    @Test("rule 6: failing outranks a drain's wait")
    func failing() {
        var stage = stage()
        stage.drain(10)
        stage.failing(12)
        stage.healthy(13)
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "10 change", "12 withdraw"])
    }

    @Test("rule 6: a drain outranks healthy and degraded")
    func degraded() {
        var stage = stage(configuration { $0.policy.states.degraded = Attributes(prepend: 1) })
        stage.degraded(5)
        stage.drain(10)
        stage.healthy(11)
        stage.degraded(12)
        #expect(stage.told.map(\.prepend) == [3])
        stage.pass(until: 39)
        #expect(stage.moves == ["1 announce", "5 change", "10 change"])
    }

    @Test("rule 6: the end of a drain is hold-down, not an announcement", arguments: [20.0, 60])
    func undrained(_ second: Double) {
        var stage = stage()
        stage.drain(10)
        stage.undrain(second)
        #expect(stage.moves.count == (second < 40 ? 2 : 3) && stage.waiting == ["held down, 10 s left"])
        stage.pass(until: 200)
        #expect(stage.moves.last == "\(Int(second) + 10) \(second < 40 ? "change" : "announce")")
        #expect(stage.told.map(\.prepend) == [0] && stage.told.first?.communities == [])
    }

    @Test("rule 6: a service that stopped during the drain has to rise again first")
    func risen() {
        var stage = stage()
        stage.drain(10)
        stage.failing(50)
        stage.undrain(60)
        stage.healthy(70)
        stage.pass(until: 200)
        #expect(stage.moves.last == "80 announce")
    }

    @Test("a drain announces nothing that was withdrawn")
    func nothing() {
        var stage = Stage(configuration())
        stage.drain(1)
        stage.healthy(2)
        stage.pass(until: 100)
        #expect(stage.moves.isEmpty)
        stage.undrain(100)
        stage.pass(until: 200)
        #expect(stage.moves == ["110 announce"])
    }

    @Test("a drain of one neighbor leaves the others alone")
    func neighbor() {
        var stage = Stage(two)
        stage.healthy(1)
        stage.drain(10, .neighbor("b"))
        stage.pass(until: 100)
        #expect(stage.announcer.table(for: "b").isEmpty && stage.told.map(\.prepend) == [0])
        #expect(stage.log.last?.action == .withdraw(prefix4, from: ["b"], reason: "drained: the neighbor b"))
    }

    @Test("a drain of one service takes its prefixes, of both families")
    func service() {
        let other = address("198.51.100.80")
        var stage = Stage(
            configuration(services: [("dns", v4), ("web", other)]) { $0.prefixes.append(prefix("198.51.100.0/24")) })
        stage.healthy(1)
        stage.healthy(1, other)
        stage.drain(10, .service("web"))
        stage.pass(until: 100)
        #expect(stage.told.map(\.prefix) == [prefix4])
    }

    @Test("drains that overlap end one by one")
    func overlapping() {
        var stage = stage()
        stage.drain(10)
        stage.drain(11, .service("dns"))
        stage.undrain(60)
        stage.pass(until: 100)
        #expect(stage.told.isEmpty)
        stage.undrain(100, .service("dns"))
        stage.pass(until: 200)
        #expect(stage.moves.last == "110 announce")
    }

    @Test("a drain for a while ends by itself, with hold-down")
    func length() {
        var stage = stage()
        stage.drain(10, for: 50)
        stage.pass(until: 45)
        #expect(stage.waiting == ["drained, 15 s left"])
        stage.pass(until: 200)
        #expect(stage.moves == ["1 announce", "10 change", "40 withdraw", "70 announce"])
        #expect(stage.announcer.acts.all.map(\.standing) == [.ended])
    }

    @Test("a drain survives restarts and reboots, and ends when it would have", arguments: [5.0, 20, 35])
    func restart(_ first: Double) {
        var stage = stage()
        stage.drain(10, for: 100)
        stage.pass(until: 10 + first)
        stage.restart(asleep: 3)
        stage.healthy(20 + first)
        stage.pass(until: 105)
        #expect(stage.told.isEmpty)
        stage.restart(asleep: -1000)
        stage.healthy(106)
        stage.pass(until: 119)
        #expect(stage.told.isEmpty)
        stage.pass(until: 130)
        #expect(stage.told.count == 1 && stage.moves.last == "120 announce")
    }

    @Test("who drains what isn't there is told so")
    func unknown() {
        var stage = stage()
        stage.drain(2, .service("web"))
        stage.drain(2, .neighbor("z"))
        stage.undrain(2)
        #expect(stage.refusals == [.noSuchService("web"), .noSuchNeighbor("z"), .notDraining(.host)])
        #expect(stage.announcer.acts.all.isEmpty)
    }

    @Test("rule 13: another order for a drain that is on says what it changes, and changes only that")
    func again() throws {
        var stage = stage()
        stage.drain(10)
        let hurried = Announcer.Operation.drain(.host, wait: .seconds(5), for: .seconds(60), isForced: true)
        #expect(
            try stage.announcer.effect(of: hurried)
                == "drain of the host goes on: withdrawn after 5 s, withdrawn whatever traffic is still here, over in 60 s"
        )
        stage.at(20, .operate(hurried, by: "test"))
        #expect(stage.announcer.drains.map(\.stage) == [.moving(until: .zero + .seconds(25))])
        stage.pass(until: 30)
        #expect(stage.told.isEmpty)
        #expect(
            try stage.announcer.effect(of: .drain(.host, isForced: true))
                == "drain of the host goes on: until it is ended")
    }

    @Test("rule 13: after a restart a drain that had kept its routes announces none, and doesn't say that it does")
    func keptOverRestart() {
        var stage = stage()
        stage.drain(10)
        stage.at(39, .traffic(share: 0.5, .host))
        stage.pass(until: 50)
        #expect(stage.waiting == ["drained, but announced: 50 % of the traffic was still here"])
        stage.restart(asleep: 5)
        stage.healthy(60)
        #expect(stage.told.isEmpty && stage.waiting == ["drained"])
    }

    @Test("rule 13: a drain says first what it will do, and does nothing by that")
    func preview() throws {
        let stage = stage()
        let text = try stage.announcer.effect(of: .drain(.host, for: .seconds(1800)))
        #expect(text == "drain of the host: 203.0.113.0/24 at a less preferred, withdrawn after 30 s, over in 30 min")
        #expect(stage.announcer.drains.isEmpty)
        #expect(throws: Refused.notDraining(.host)) { try stage.announcer.effect(of: .undrain(.host)) }
    }
}
