import Announce
import Net
import Testing

@Suite("A new configuration")
struct ReloadTests {
    private func stage(_ configuration: Configuration = configuration()) -> Stage {
        var stage = Stage(configuration)
        stage.healthy(1)
        return stage
    }

    @Test("the same configuration changes nothing")
    func same() {
        var stage = stage()
        #expect(stage.at(5, .configure(configuration())) == [])
    }

    @Test("rule 5: a new check can't withdraw what is announced until it has passed once")
    func newCheck() {
        var stage = stage()
        stage.at(5, .configure(configuration(checks: [.init("dns"), .init("new")])))
        stage.failing(6, check: 1)
        #expect(stage.told.count == 1 && stage.alarms == [.unprovenFailure(check: "new", v4)])
        stage.healthy(7, check: 1)
        #expect(stage.alarms.isEmpty)
        stage.failing(8, check: 1)
        #expect(stage.moves == ["1 announce", "8 withdraw"])
    }

    @Test("rule 5: a changed check is a new one")
    func changedCheck() {
        var stage = stage()
        stage.at(5, .configure(configuration(checks: [.init("dns, faster")])))
        stage.failing(6)
        #expect(stage.told.count == 1)
        stage.healthy(7)
        stage.failing(8)
        #expect(stage.told.isEmpty)
    }

    @Test("rule 5: a check that stays keeps its say, wherever in the list it is")
    func kept() {
        var stage = stage()
        stage.at(5, .configure(configuration(checks: [.init("new"), .init("dns")])))
        stage.failing(6, check: 1)
        #expect(stage.told.isEmpty)
        stage.healthy(7, check: 1)
        stage.pass(until: 50)
        #expect(stage.told.isEmpty, "the new check hasn't passed, and nothing is standing any more")
        stage.healthy(60)
        stage.pass(until: 80)
        #expect(stage.moves.last == "70 announce")
    }

    @Test("rule 5: a service that is added can't withdraw its prefix until it has answered")
    func newService() {
        let other = address("203.0.113.54")
        var stage = stage()
        stage.at(
            5, .configure(configuration(services: [("dns", v4), ("web", other)]) { $0.policy.require = .all }))
        stage.failing(6, other)
        #expect(stage.told.count == 1)
        stage.healthy(7, other)
        stage.failing(8, other)
        #expect(stage.told.isEmpty)
    }

    @Test("rule 6: a drained service that a reload gives another name stays drained, and an undo ends that")
    func renamedWhileDrained() {
        var stage = stage()
        stage.at(2, .operate(.drain(.service("dns"), wait: .seconds(1)), by: "ada"))
        stage.pass(until: 4)
        stage.at(5, .configure(configuration(services: [("resolver", v4)])))
        stage.pass(until: 100)
        #expect(stage.told.isEmpty)
        #expect(stage.announcer.drains.map(\.target) == [.service("resolver")])
        #expect(stage.announcer.acts.all.map(\.standing) == [.ended, .inEffect])
        stage.at(101, .operate(.undo(), by: "ada"))
        stage.pass(until: 120)
        #expect(stage.told.count == 1 && stage.announcer.drains.isEmpty)
    }

    @Test("the drain of a service that a reload removes with its addresses goes on until somebody ends it")
    func removedWhileDrained() {
        var stage = stage()
        stage.at(2, .operate(.drain(.service("dns"), wait: .seconds(1)), by: "ada"))
        stage.at(5, .configure(configuration(services: [("web", address("203.0.113.54"))])))
        #expect(stage.announcer.drains.map(\.target) == [.service("dns")])
        stage.at(6, .operate(.undrain(.service("dns")), by: "ada"))
        #expect(stage.announcer.drains.isEmpty)
    }

    @Test("a changed prepend is one change, and a prefix that is left out is withdrawn")
    func difference() {
        var stage = stage()
        stage.at(5, .configure(configuration(neighbors: [Neighbor(name: "a", family: .ipv4, prepend: 1)])))
        #expect(stage.log.last?.action == .change(prefix4, at: ["a"], reason: "the configuration has changed"))
        stage.at(6, .configure(configuration { $0.prefixes = [] }))
        #expect(stage.told.isEmpty)
        #expect(
            stage.log.last?.action == .withdraw(prefix4, from: ["a"], reason: "not in the configuration any more"))
    }

    @Test("a new neighbor is told at once what is announced elsewhere")
    func newNeighbor() {
        var stage = stage()
        stage.at(
            5,
            .configure(
                configuration(neighbors: [Neighbor(name: "a", family: .ipv4), Neighbor(name: "b", family: .ipv4)])))
        #expect(stage.log.last?.action == .announce(prefix4, to: ["b"], reason: "the configuration has changed"))
    }

    @Test("a hold-down, a penalty and a drain go on under the new configuration")
    func goesOn() {
        var stage = stage()
        stage.failing(5)
        stage.healthy(6)
        stage.at(10, .configure(configuration { $0.policy.penalty.halfLife = .seconds(30) }))
        stage.pass(until: 50)
        #expect(stage.moves == ["1 announce", "5 withdraw", "16 announce"])
        stage.drain(100)
        stage.at(110, .configure(configuration(neighbors: [Neighbor(name: "a", family: .ipv4, prepend: 1)])))
        #expect(stage.told.map(\.prepend) == [4])
        stage.pass(until: 200)
        #expect(stage.moves.last == "130 withdraw")
    }
}
