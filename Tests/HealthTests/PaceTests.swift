import Health
import Net
import Testing

@Suite("Pace of a check")
struct PaceTests {
    private static let down = Monitor.Event.failed(reason: "refused")

    /// The paces that a script asks for, each with the number of its event.
    private func paces(_ events: [Monitor.Event], reach: Check.Reach = .local, fall: Int = 3) -> [String] {
        var monitor = Monitor(policy: .init(rise: 2, fall: fall, lease: .seconds(3), reach: reach))
        return events.enumerated().flatMap { index, event in
            monitor.handle(event, now: .zero).compactMap { action in
                if case .pace(let pace) = action { "\(index + 1) \(pace)" } else { nil }
            }
        }
    }

    private static let up: [Monitor.Event] = [.passed(), .passed()]

    @Test("is fast from the first failure until the verdict")
    func decided() {
        #expect(paces(Self.up + [Self.down, Self.down, Self.down, Self.down]) == ["3 fast", "5 regular"])
    }

    @Test("is regular again when the next check passes")
    func recovered() {
        #expect(paces(Self.up + [Self.down, .passed(), Self.down]) == ["3 fast", "4 regular", "5 fast"])
    }

    @Test("stays regular where one failure decides")
    func once() {
        #expect(paces(Self.up + [Self.down], fall: 1) == [])
    }

    @Test("stays regular while a service is failing, and while it comes back")
    func failing() {
        #expect(paces([Self.down, Self.down, .passed(), Self.down, .passed(), .passed()]) == [])
    }

    @Test("stays regular for slow answers: more checks would be more load")
    func overloaded() {
        let overloaded = Monitor.Event.timedOut(reason: "no answer within 50 ms", answersOthers: true)
        #expect(paces(Self.up + [overloaded, .degraded(reason: "1 of 2"), overloaded]) == [])
    }

    @Test("is fast again on the way from degraded to failing, but not where the reach is shared")
    func further() {
        let unwell = Monitor.Event.degraded(reason: "1 of 2")
        let events = Self.up + [unwell, unwell, unwell, Self.down, Self.down, Self.down]
        #expect(paces(events) == ["6 fast", "8 regular"])
        #expect(paces(events, reach: .shared) == [])
    }

    @Test("is regular again when a check can't be made")
    func impossible() {
        #expect(
            paces(Self.up + [Self.down, .impossible(reason: "127"), .impossible(reason: "127")]) == [
                "3 fast", "4 regular",
            ])
    }

    @Test("somebody who asks gets a check at once, and its result counts like any other")
    func now() {
        var monitor = Monitor(policy: .init(rise: 2, fall: 2, lease: .seconds(3)))
        #expect(monitor.handle(.checkNow, now: .zero) == [.probe])
        _ = monitor.handle(.passed(), now: .zero)
        #expect(monitor.handle(.checkNow, now: .zero) == [.probe] && monitor.verdict == .failing)
    }
}
