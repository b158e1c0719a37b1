import Health
import Net
import Testing

/// What is told of a check that can't be made, a turn a second.
@Suite("Doubts about a check")
struct DoubtTests {
    private func told(
        _ seconds: Int, every step: Int = 1, isPossible: (Int) -> Bool
    ) -> [(second: Int, notice: Monitor.Notice)] {
        var monitor = Monitor(policy: .init(rise: 3, fall: 2, lease: .seconds(3 * step)))
        return stride(from: 0, to: seconds, by: step).flatMap { second in
            let event = isPossible(second) ? Monitor.Event.passed() : .impossible(reason: "no descriptors")
            return monitor.handle(event, now: .zero + .seconds(second)).compactMap { action in
                if case .tell(let notice) = action { (second, notice) } else { nil }
            }
        }
    }

    @Test("a check that can always be made is not told of")
    func well() { #expect(told(1000) { _ in true }.isEmpty) }

    @Test("one that can't be made in eight turns of nine is told of once, and then rarely, with how often")
    func mostly() {
        let notices = told(5000) { $0 % 9 == 8 }
        #expect(notices.map(\.second) == [0, 600, 4200])
        #expect(notices.first?.notice == .begins(reason: "no descriptors"))
        #expect(
            notices.dropFirst().first?.notice
                == .goesOn(reason: "no descriptors", .init(results: 601, impossible: 535, over: .seconds(600))))
    }

    @Test("another reason is told as well, the first few")
    func reasons() {
        var monitor = Monitor(policy: .init(rise: 3, fall: 2, lease: .seconds(3)))
        let told = (0..<100).flatMap { second in
            monitor.handle(.impossible(reason: "\(second / 2 % 20)"), now: .zero + .seconds(second))
                .compactMap { if case .tell(let notice) = $0 { notice } else { nil } }
        }
        #expect(told.count == 4 && told.first == .begins(reason: "0"))
        #expect(told.last == .goesOn(reason: "3", .init(results: 7, impossible: 7, over: .seconds(6))))
    }

    @Test("a hiccup is over after five minutes without another, and told so with what it came to")
    func hiccup() {
        let notices = told(1000) { ![10, 12, 200].contains($0) }
        #expect(notices.map(\.second) == [10, 500])
        #expect(notices.last?.notice == .over(.init(results: 191, impossible: 3, over: .seconds(190))))
    }

    @Test("hiccups that come again and again, at every check of a host, leave most of the history to others")
    func flood() {
        for period in [2, 61, 301, 350] {
            // 24 checks that each tell so much in hours, of several thousand events that are kept.
            #expect(told(4000) { $0 % period != 0 }.count <= 2 * 4000 / 300 + 1, "\(period) s")
        }
    }

    @Test("a check that is seldom made is over after three results, and not after one")
    func slow() {
        let notices = told(10_000, every: 600) { $0 % 1200 != 0 || $0 > 6000 }
        #expect(notices.filter { if case .begins = $0.notice { true } else { false } }.count == 1)
        #expect(notices.last?.second == 6000 + 3 * 600)
    }
}
