import Health
import Net
import Testing

@Suite("Monitor of a check")
struct MonitorTests {
    private static let policy = Monitor.Policy(rise: 3, fall: 2, lease: .seconds(3))

    /// An engine's test is a script: events in, actions out, in virtual time.
    private func run(_ script: [(seconds: Double, event: Monitor.Event)]) -> [(seconds: Double, action: Monitor.Action)]
    {
        var monitor = Monitor(policy: Self.policy)
        return script.flatMap { step in
            monitor.handle(step.event, now: .zero + .seconds(step.seconds))
                .filter { action in
                    switch action {
                    case .armLease, .pace, .tell: false
                    default: true
                    }
                }
                .map { (step.seconds, $0) }
        }
    }

    private func passed(_ times: ClosedRange<Int>) -> [(seconds: Double, event: Monitor.Event)] {
        times.map { (Double($0), .passed()) }
    }

    @Test("becomes healthy after three successes in a row")
    func rises() {
        let seen = run([(1, .passed()), (2, .failed(reason: "timeout"))] + passed(3...6))
        #expect(seen.map(\.seconds) == [5] && seen.map(\.action) == [.verdict(.healthy, reason: "passed 3 times")])
    }

    @Test("becomes failing after two failures in a row, with the reason of the last")
    func falls() {
        let seen = run(passed(1...3) + [(4, .failed(reason: "timeout")), (5, .failed(reason: "refused"))])
        #expect(seen.last?.seconds == 5 && seen.last?.action == .verdict(.failing, reason: "refused"))
    }

    @Test("a check that never passed says why, once")
    func neverPassed() {
        let seen = run((1...5).map { (Double($0), .failed(reason: "timeout \($0)")) } + passed(6...8))
        #expect(seen.map(\.seconds) == [2, 8])
        #expect(seen.first?.action == .verdict(.failing, reason: "timeout 2"))
    }

    @Test("stays healthy when one answer is lost")
    func forgives() {
        let seen = run(
            passed(1...3) + [(4, .failed(reason: "timeout")), (5, .passed()), (6, .failed(reason: "timeout"))])
        #expect(seen.count == 1)
    }

    @Test("becomes failing when its checker falls silent")
    func lease() {
        let seen = run(passed(1...3) + [(6, .leaseEnded)])
        #expect(seen.last?.action == .verdict(.failing, reason: "no result for 3 s"))
    }

    @Test("a lease that a later result has renewed is forgotten")
    func renewed() {
        #expect(run(passed(1...5) + [(6, .leaseEnded)]).count == 1)
    }

    @Test("says failing once, however long it lasts")
    func once() {
        let seen = run(passed(1...3) + (4...9).map { (Double($0), .failed(reason: "timeout")) } + [(12, .leaseEnded)])
        #expect(seen.count == 2)
    }

    @Test("rule 2: a check that can't be made leaves the verdict, says so once, and renews the lease")
    func impossible() {
        let seen = run(
            passed(1...3) + [
                (4, .impossible(reason: "no descriptors")), (5, .impossible(reason: "no descriptors")),
                (6, .leaseEnded), (7, .passed()),
            ])
        #expect(seen.dropFirst().map(\.action) == [.uncertain(reason: "no descriptors"), .certain])
    }

    @Test("rule 2: when our own scheduler was away, the check gets one more lease")
    func late() {
        let seen = run(passed(1...3) + [(7.5, .leaseEnded), (10.5, .leaseEnded)])
        #expect(
            seen.dropFirst().map(\.action) == [
                .uncertain(reason: "our own scheduler was late"), .verdict(.failing, reason: "no result for 3 s"),
            ])
    }

    @Test("rule 2: an uncertain check that falls silent is failing all the same")
    func silent() {
        let seen = run(passed(1...3) + [(4, .impossible(reason: "no descriptors")), (7, .leaseEnded)])
        #expect(seen.last?.action == .verdict(.failing, reason: "no result for 3 s"))
    }
}
