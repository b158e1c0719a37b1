import Health
import Net
import Testing

@Suite("Load as a check")
struct LoadTests {
    private let policy = LoadMonitor.Policy(upper: 0.9, lower: 0.6)

    /// The verdicts, each with its second, when the load is looked at once a second.
    private func verdicts(_ seconds: Range<Int>, _ load: (Int) -> LoadMonitor.Event) -> [String] {
        var monitor = LoadMonitor(policy: policy)
        return seconds.flatMap { second in
            monitor.handle(load(second), now: .zero + .seconds(second)).map { action in
                switch action {
                case .verdict(let verdict, _): "\(second) \(verdict)"
                }
            }
        }
    }

    @Test("rule 7: above the upper mark for 60 s is degraded, below the lower one for 10 min healthy again")
    func steps() {
        #expect(verdicts(0..<3000) { .used($0 < 1000 ? 0.95 : 0.5) } == ["60 degraded", "1600 healthy"])
    }

    @Test("rule 7: a peak of 59 s is nothing, nor is an hour between the marks")
    func peaks() {
        #expect(verdicts(0..<3600) { .used($0 % 60 == 59 ? 0.8 : 0.95) } == [])
        #expect(verdicts(0..<3600) { .used($0 < 100 ? 0.95 : 0.75) } == ["60 degraded"])
    }

    @Test("rule 7: one step in 15 min")
    func interval() {
        let seen = verdicts(0..<7200) { .used($0 < 100 ? 0.95 : $0 < 961 ? 0.1 : 0.95) }
        #expect(seen == ["60 degraded", "960 healthy", "1860 degraded"])
    }

    @Test("rule 2: a load that isn't known changes nothing, and begins the wait anew")
    func unknown() {
        #expect(verdicts(0..<200) { $0 == 30 ? .unknown : .used(0.95) } == ["91 degraded"])
        #expect(verdicts(0..<200) { _ in .used(.nan) } == [])
    }

    @Test("the reason says how much, beside which mark, and for how long")
    func reason() {
        var monitor = LoadMonitor(policy: policy)
        _ = monitor.handle(.used(0.95), now: .zero)
        let actions = monitor.handle(.used(0.97), now: .zero + .seconds(60))
        #expect(actions == [.verdict(.degraded, reason: "load 97 % of the capacity, above 90 % for 60 s")])
    }

    /// Each site of two is as loaded as both verdicts make it: a degraded one keeps a tenth of its own load.
    @Test(
        "rule 7: two sites that hand a load to and fro settle within an hour, for most of a day",
        arguments: [0.5, 0.8, 1.0, 1.2, 1.6, 1.9], [0.5, 0.7, 0.95])
    func toAndFro(_ total: Double, _ share: Double) {
        var sites = [LoadMonitor(policy: policy), LoadMonitor(policy: policy)]
        var steps: [Int] = []
        for second in stride(from: 0, to: 20 * 3600, by: 10) {
            let kept = zip(sites, [share, 1 - share]).map { $0.verdict == .degraded ? $1 * 0.1 : $1 }
            for index in sites.indices {
                let load = total * kept[index] / kept.reduce(0, +)
                if !sites[index].handle(.used(load), now: .zero + .seconds(second)).isEmpty { steps.append(second) }
            }
        }
        #expect(steps.allSatisfy { $0 < 3600 }, "\(total), \(share): steps at \(steps)")
    }
}
