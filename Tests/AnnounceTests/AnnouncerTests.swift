import Announce
import Net
import Testing

@Suite("From verdicts to announcements")
struct AnnouncerTests {
    private let both = configuration(
        services: [("dns", v4), ("dns", v6)],
        neighbors: [
            Neighbor(name: "a", family: .ipv4, prepend: 2, med: 7, communities: [.noExport]),
            Neighbor(name: "b", family: .ipv6),
        ]
    ) { $0.prefixes = [prefix4, prefix6] }

    @Test("nothing is announced before the checks have passed")
    func quiet() {
        var stage = Stage(both)
        stage.at(0, .start)
        #expect(stage.told.isEmpty && stage.announcer.table(for: "b").isEmpty && stage.log.isEmpty)
    }

    @Test("the first success announces at once, with each neighbor's own attributes")
    func first() {
        var stage = Stage(both)
        stage.healthy(1)
        #expect(stage.log.map(\.action) == [.announce(prefix4, to: ["a"], reason: "passed")])
        #expect(stage.told.count == 1 && stage.told.first?.prepend == 2 && stage.told.first?.med == 7)
        #expect(stage.told.first?.communities == [.noExport])
        #expect(stage.announcer.table(for: "b").isEmpty && stage.announcer.table(for: "stranger").isEmpty)
    }

    @Test("rule 4: an IPv6 failure never withdraws IPv4")
    func families() {
        var stage = Stage(both)
        stage.healthy(1)
        stage.healthy(1, v6)
        stage.failing(5, v6)
        #expect(stage.log.last?.action == .withdraw(prefix6, from: ["b"], reason: "timeout"))
        #expect(stage.told.count == 1 && stage.announcer.table(for: "b").isEmpty)
    }

    @Test("after a failure the prefix comes back when the service has been healthy for the hold-down")
    func holdDown() {
        var stage = Stage(configuration())
        stage.healthy(1)
        stage.failing(5)
        stage.healthy(6)
        #expect(stage.waiting == ["held down, 10 s left"])
        stage.pass(until: 9)
        #expect(stage.waiting == ["held down, 7 s left"])
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 withdraw", "16 announce"])
        #expect(stage.log.last?.action == .announce(prefix4, to: ["a"], reason: "healthy for 10 s"))
    }

    @Test("a failure during the hold-down says why the prefix stays withdrawn, and starts it again")
    func holdDownAgain() {
        var stage = Stage(configuration())
        stage.healthy(1)
        stage.failing(5)
        stage.healthy(6)
        stage.failing(10)
        #expect(stage.log.last?.action == .unhold(prefix4, at: ["a"], reason: "timeout"))
        stage.healthy(12)
        stage.pass(until: 100)
        #expect(stage.moves == ["1 announce", "5 withdraw", "22 announce"])
    }

    @Test("the same verdict twice does nothing")
    func idempotent() {
        var stage = Stage(configuration())
        stage.healthy(1)
        stage.healthy(2)
        stage.failing(3)
        stage.failing(4)
        #expect(stage.log.count == 2)
    }

    private func uncertain(_ stage: inout Stage, at second: Double) {
        stage.at(second, .verdict(.unknown, check: 0, address: v4, reason: "no descriptors"))
    }

    @Test("rule 2: an unknown verdict leaves the last one standing, with an alarm when that lasts, until it is over")
    func unknown() {
        var stage = Stage(configuration())
        stage.healthy(1)
        uncertain(&stage, at: 2)
        #expect(stage.told.count == 1 && stage.alarms.isEmpty)
        stage.pass(until: 12)
        #expect(stage.told.count == 1 && stage.alarms == [.uncertain(check: "dns", v4)])
        #expect(stage.log.last?.second == 12 && stage.log.last?.action == .alarm(.uncertain(check: "dns", v4)))
        stage.healthy(13)
        stage.pass(until: 200)
        #expect(stage.moves == ["1 announce"] && stage.alarms.isEmpty)
        #expect(stage.log.last?.second == 43 && stage.log.last?.action == .resolved(.uncertain(check: "dns", v4)))
    }

    @Test(
        "rule 2: a check that can be made again ends the alarm, before it has another verdict, when half a minute was well"
    )
    func certain() {
        var stage = Stage(configuration())
        uncertain(&stage, at: 1)
        stage.pass(until: 30)
        #expect(stage.alarms == [.uncertain(check: "dns", v4)])
        stage.at(31, .certain(check: 0, address: v4))
        stage.pass(until: 60)
        #expect(stage.alarms == [.uncertain(check: "dns", v4)])
        stage.pass(until: 61)
        #expect(stage.alarms.isEmpty && stage.moves.isEmpty)
        stage.healthy(92)
        uncertain(&stage, at: 93)
        stage.at(94, .certain(check: 0, address: v4))
        #expect(stage.alarms.isEmpty && stage.moves == ["92 announce"])
    }

    @Test("rule 2: a check that can't be made in eight turns of nine is an alarm, one, until it can for half a minute")
    func mostly() {
        var stage = Stage(configuration())
        stage.healthy(1)
        for turn in 0..<600 {
            let second = 2 + Double(turn)
            if turn % 9 == 8 { stage.healthy(second) } else { uncertain(&stage, at: second) }
        }
        stage.at(602, .certain(check: 0, address: v4))
        stage.pass(until: 2000)
        #expect(stage.log.map(\.second) == [1, 14, 632] && stage.moves == ["1 announce"], "\(stage.log)")
    }

    @Test("rule 2: one that can't be made half of the time is an alarm that doesn't come and go")
    func half() {
        var stage = Stage(configuration())
        for turn in stride(from: 0.0, to: 3600, by: 40) {
            uncertain(&stage, at: turn)
            stage.at(turn + 20, .certain(check: 0, address: v4))
        }
        #expect(stage.log.map(\.second) == [10], "\(stage.log)")
    }

    @Test("rule 2: hiccups of the machine, however many, are no alarm as long as most of the time is well")
    func hiccups() {
        var stage = Stage(configuration())
        stage.healthy(1)
        for second in stride(from: 2.0, to: 62, by: 10) {
            uncertain(&stage, at: second)
            uncertain(&stage, at: second + 2)  // the same one, said again
            stage.at(second + 4, .certain(check: 0, address: v4))
        }
        stage.pass(until: 100)
        #expect(stage.log.count == 1 && stage.moves == ["1 announce"])
        uncertain(&stage, at: 101)
        uncertain(&stage, at: 110)
        stage.pass(until: 200)
        #expect(stage.log.map(\.second) == [1, 111] && stage.alarms == [.uncertain(check: "dns", v4)])
    }

    @Test("rule 3: a shared check that is degraded alarms like one that fails")
    func sharedDegraded() {
        var stage = Stage(configuration(checks: [.init("dns"), .init("primary", reach: .shared)]))
        stage.healthy(1)
        stage.healthy(1, check: 1)
        stage.at(5, .verdict(.degraded, check: 1, address: v4, reason: "exit code 2"))
        #expect(stage.alarms == [.sharedFailure(check: "primary", v4)])
        stage.healthy(8, check: 1)
        #expect(stage.alarms.isEmpty && stage.moves == ["1 announce"])
    }

    @Test("rule 1: a degraded service stays announced")
    func degraded() {
        var stage = Stage(configuration())
        stage.healthy(1)
        stage.degraded(2)
        #expect(stage.log.count == 1 && stage.told.count == 1)
    }

    @Test("every check of an address must pass")
    func severalChecks() {
        var stage = Stage(configuration(checks: [.init("udp"), .init("tcp")]))
        stage.healthy(1)
        stage.healthy(2, check: 1)
        stage.failing(3, check: 1)
        #expect(stage.moves == ["2 announce", "3 withdraw"])
    }

    @Test(
        "rule 4: with two services in a prefix, `all` wants both and `any` wants one",
        arguments: [
            (Policy.Requirement.all, ["2 announce", "3 withdraw"]), (.any, ["1 announce", "4 withdraw"]),
        ])
    func requirement(_ require: Policy.Requirement, expected: [String]) {
        let other = address("203.0.113.54")
        var stage = Stage(configuration(services: [("dns", v4), ("web", other)]) { $0.policy.require = require })
        stage.healthy(1)
        stage.healthy(2, other)
        stage.failing(3)
        stage.failing(4, other)
        #expect(stage.moves == expected)
    }

    @Test("a prefix in which nothing is checked is never announced")
    func unchecked() {
        var stage = Stage(configuration(checks: []))
        stage.healthy(1)
        #expect(stage.log.isEmpty)
    }

    @Test("rule 3: a shared failure degrades and alarms, and never withdraws")
    func shared() {
        var stage = Stage(
            configuration(checks: [.init("dns"), .init("primary", reach: .shared)]) {
                $0.policy.states.degraded = Attributes(prepend: 1)
            })
        stage.healthy(1)
        stage.healthy(1, check: 1)
        stage.failing(5, check: 1)
        #expect(stage.told.map(\.prepend) == [1] && stage.alarms == [.sharedFailure(check: "primary", v4)])
        stage.healthy(8, check: 1)
        #expect(stage.alarms.isEmpty)
        stage.pass(until: 20)
        #expect(stage.moves == ["1 announce", "5 change", "18 change"] && stage.told.map(\.prepend) == [0])
    }

    @Test("rule 11: a check of one neighbor's link acts there alone")
    func neighborCheck() {
        var stage = Stage(
            configuration(
                checks: [.init("dns"), .init("loss", neighbor: "b")],
                neighbors: [Neighbor(name: "a", family: .ipv4), Neighbor(name: "b", family: .ipv4)]))
        stage.healthy(1)
        #expect(stage.told.count == 1 && stage.announcer.table(for: "b").isEmpty)
        stage.healthy(2, check: 1)
        stage.failing(3, check: 1)
        #expect(stage.log.last?.action == .withdraw(prefix4, from: ["b"], reason: "timeout"))
        #expect(stage.told.count == 1 && stage.announcer.table(for: "b").isEmpty)
    }

    @Test("rule 15: a crash of the service is no verdict; a crash loop degrades and alarms")
    func crashLoop() {
        var stage = Stage(configuration { $0.policy.states.degraded = Attributes(prepend: 1) })
        stage.healthy(1)
        stage.at(2, .crashLoop(service: "dns", true))
        #expect(stage.told.map(\.prepend) == [1] && stage.alarms == [.crashLoop(service: "dns")])
        stage.at(3, .crashLoop(service: "dns", false))
        #expect(stage.alarms.isEmpty)
    }

    @Test("the same events give the same actions, every time")
    func deterministic() {
        let runs = (0..<5).map { _ in
            var stage = Stage(both)
            stage.healthy(1)
            stage.healthy(1, v6)
            stage.drain(3)
            stage.failing(4)
            stage.at(5, .stop(within: .seconds(3)))
            stage.pass(until: 50)
            return stage.log.map { "\($0)" }
        }
        #expect(Set(runs).count == 1)
    }

    @Test("time that seems to go back stands still")
    func backwards() {
        var announcer = Announcer(configuration())
        _ = announcer.handle(
            .verdict(.healthy, check: 0, address: v4, reason: ""), now: .zero + .seconds(100))
        _ = announcer.handle(.verdict(.failing, check: 0, address: v4, reason: ""), now: .zero + .seconds(50))
        _ = announcer.handle(.verdict(.healthy, check: 0, address: v4, reason: ""), now: .zero + .seconds(20))
        _ = announcer.handle(.tick, now: .zero + .seconds(109))
        #expect(announcer.table(for: "a").isEmpty)
        _ = announcer.handle(.tick, now: .zero + .seconds(110))
        #expect(announcer.table(for: "a").count == 1)
    }
}
