import Health
import Net
import Testing

@Suite("Degraded")
struct DegradedTests {
    private static let down = Monitor.Event.failed(reason: "refused")
    private static let unwell = Monitor.Event.degraded(reason: "1 of 2 upstreams")
    private static let overloaded = Monitor.Event.timedOut(reason: "no answer within 50 ms", answersOthers: true)
    private static let slow = Monitor.Event.passed(after: .milliseconds(80))
    private static let ok = Monitor.Event.passed(after: .milliseconds(3))

    private func monitor(_ reach: Check.Reach = .local, rise: Int = 2, fall: Int = 2) -> Monitor {
        Monitor(
            policy: .init(rise: rise, fall: fall, lease: .seconds(3), slow: .milliseconds(50), reach: reach))
    }

    /// The verdicts that a script leads to, one event a second, each with the number of the event that decided it.
    private func verdicts(_ monitor: Monitor, _ events: [Monitor.Event]) -> [String] {
        var monitor = monitor
        return events.enumerated().flatMap { index, event in
            monitor.handle(event, now: .zero + .seconds(index)).compactMap { action in
                if case .verdict(let verdict, _) = action { "\(index + 1) \(verdict)" } else { nil }
            }
        }
    }

    @Test(
        "rule 1: a service that answers slowly is degraded after `fall` slow answers, and healthy after `rise` quick ones"
    )
    func slowly() {
        let seen = verdicts(monitor(), [Self.ok, Self.ok, Self.slow, Self.ok, Self.slow, Self.slow, Self.ok, Self.ok])
        #expect(seen == ["2 healthy", "6 degraded", "8 healthy"])
    }

    @Test("an answer that takes exactly as long as `slow` is quick enough")
    func exactly() {
        let seen = verdicts(
            monitor(rise: 1, fall: 1), [.passed(after: .milliseconds(50)), .passed(after: .milliseconds(51))])
        #expect(seen == ["1 healthy", "2 degraded"])
    }

    @Test("rule 1: timeouts while the service answers others degrade, however many they are")
    func overload() {
        let seen = verdicts(monitor(), [Self.ok, Self.ok] + Array(repeating: Self.overloaded, count: 50))
        #expect(seen == ["2 healthy", "4 degraded"])
    }

    @Test("rule 1: timeouts while the service answers nobody make it failing")
    func silence() {
        let silence = Monitor.Event.timedOut(reason: "no answer within 50 ms")
        #expect(verdicts(monitor(), [Self.ok, Self.ok, silence, silence]) == ["2 healthy", "4 failing"])
    }

    @Test("rule 1: the reason of an overload says that others were answered")
    func reason() {
        var monitor = monitor(rise: 1, fall: 1)
        _ = monitor.handle(Self.ok, now: .zero)
        let actions = monitor.handle(Self.overloaded, now: .zero)
        #expect(actions.contains(.verdict(.degraded, reason: "no answer within 50 ms, while it answered others")))
    }

    @Test("failures and slow answers in turn are degraded, not failing")
    func mixed() {
        let seen = verdicts(monitor(), [Self.ok, Self.ok, Self.down, Self.slow, Self.down, Self.slow, Self.down])
        #expect(seen == ["2 healthy", "4 degraded"])
    }

    @Test("a degraded service that stops answering is failing after `fall` failures")
    func fallsFurther() {
        let seen = verdicts(monitor(), [Self.ok, Self.ok, Self.unwell, Self.unwell, Self.down, Self.down])
        #expect(seen == ["2 healthy", "4 degraded", "6 failing"])
    }

    @Test("a failing service comes back as degraded when its answers are not all in time")
    func returns() {
        let seen = verdicts(monitor(rise: 3), [Self.ok, Self.ok, Self.slow, Self.ok, Self.ok, Self.ok])
        #expect(seen == ["3 degraded", "6 healthy"])
    }

    @Test("a service that is degraded from the start is announced as such, not kept away")
    func fromTheStart() {
        #expect(verdicts(monitor(), [Self.unwell, Self.unwell, Self.unwell]) == ["2 degraded"])
    }

    @Test("rule 3: a shared failure degrades, and never gets any further")
    func shared() {
        let events = [Self.ok, Self.ok] + Array(repeating: Self.down, count: 100) + [Self.ok, Self.ok]
        #expect(verdicts(monitor(.shared), events) == ["2 healthy", "4 degraded", "104 healthy"])
    }

    @Test("rule 3: a shared failure that was there before the agent doesn't keep a site away")
    func sharedFromTheStart() {
        #expect(verdicts(monitor(.shared), [Self.down, Self.down, Self.down]) == ["2 degraded"])
    }

    @Test("rule 3: a shared check that falls silent degrades")
    func sharedLease() {
        var monitor = monitor(.shared, rise: 1)
        _ = monitor.handle(Self.ok, now: .zero)
        let actions = monitor.handle(.leaseEnded, now: .zero + .seconds(3))
        #expect(actions == [.verdict(.degraded, reason: "no result for 3 s")])
    }

    @Test("rule 2: what can't be known changes no verdict, degraded or healthy, and ends no streak")
    func unknown() {
        let unknown = Monitor.Event.impossible(reason: "exit code 127")
        let seen = verdicts(monitor(), [Self.ok, unknown, Self.ok, Self.down] + Array(repeating: unknown, count: 9))
        #expect(seen == ["3 healthy"])
    }

    @Test("rule 5: a monitor knows whether its check has ever passed")
    func proven() {
        var monitor = monitor()
        for event in [Self.down, .impossible(reason: "exit code 127"), Self.overloaded] {
            _ = monitor.handle(event, now: .zero)
        }
        #expect(!monitor.hasPassed)
        _ = monitor.handle(Self.slow, now: .zero)
        #expect(monitor.hasPassed)
    }

    @Test("a disable file counts at once, whatever the reach, with its own reason", arguments: Check.Reach.allCases)
    func disabled(_ reach: Check.Reach) {
        var monitor = monitor(reach)
        for _ in 1...2 { _ = monitor.handle(Self.ok, now: .zero) }
        let disabled = Monitor.Event.disabled(reason: "/etc/landfall/maintenance exists")
        let actions = monitor.handle(disabled, now: .zero).filter { $0 != .armLease(until: .zero + .seconds(3)) }
        #expect(actions == [.verdict(.failing, reason: "/etc/landfall/maintenance exists")])
        #expect(monitor.handle(disabled, now: .zero) == [.armLease(until: .zero + .seconds(3))])
        _ = monitor.handle(Self.ok, now: .zero)
        #expect(monitor.verdict == .failing)
        _ = monitor.handle(Self.ok, now: .zero)
        #expect(monitor.verdict == .healthy)
    }

    @Test("rule 2: over 600,000 results at random, only the events allow each change of verdict", arguments: [1, 2, 3])
    func property(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let events = [Self.ok, Self.slow, Self.unwell, Self.down, Self.overloaded, .impossible(reason: "127")]
        for reach in Check.Reach.allCases {
            var monitor = monitor(reach, rise: 3, fall: 2)
            var history: [Int] = []
            for step in 0..<100_000 {
                let choice = Int.random(in: events.indices, using: &random)
                let before = monitor.verdict
                _ = monitor.handle(events[choice], now: .zero + .milliseconds(step))
                if choice != 5 { history = history.suffix(2) + [choice] }
                guard monitor.verdict != before else { continue }
                let allowed =
                    switch monitor.verdict {
                    case .healthy: history == [0, 0, 0]
                    case .failing: reach == .local && history.suffix(2) == [3, 3]
                    case .degraded where before == .healthy: history.suffix(2).allSatisfy { $0 != 0 }
                    default: reach == .shared || !history.contains(3)
                    }
                #expect(allowed, "seed \(seed), step \(step): \(before) to \(monitor.verdict) after \(history)")
            }
        }
    }
}
