internal import Net

/// How long a service has answered without a break, which is what it takes to be believed again.
///
///     ┌──────────┐  the route fell, or a drain ended   ┌──────┐
///     │ not owed │ ──────────────────────────────────▶ │ owed │ ◀─┐ a failure starts
///     └──────────┘   (the first announcement           └──────┘ ──┘ the time again
///                     owes nothing)
///
/// Two spans run: since when it answers, and since when it is healthy. So a service that was degraded a moment ago is
/// announced as degraded first.
struct HoldDown: Hashable, Sendable {
    /// Whether the next rise has to wait at all.
    var isOwed = false
    private var answersSince: Instant?
    private var healthySince: Instant?
    /// Nothing counts before the end of the last drain.
    private var drainEnded: Instant?

    mutating func note(_ condition: Condition, now: Instant) {
        answersSince = condition >= .degraded ? answersSince ?? now : nil
        healthySince = condition >= .healthy ? healthySince ?? now : nil
    }

    /// Rise and hold-down again (ANNOUNCING 6).
    mutating func restart(now: Instant) {
        (isOwed, drainEnded) = (true, now)
        if answersSince != nil { answersSince = now }
        if healthySince != nil { healthySince = now }
    }

    /// When a route may be at `level`; nil while the service isn't.
    func end(for level: Level, _ wait: Duration) -> Instant? {
        let since: Instant? =
            switch level {
            case .healthy: healthySince
            case .degraded: answersSince
            case .lastResort, .draining, .withdrawn: answersSince ?? drainEnded
            }
        return since.map { isOwed ? $0 + wait : $0 }
    }

    /// The best level that has been earned.
    func earned(_ wait: Duration, now: Instant) -> Level {
        for level in [Level.healthy, .degraded, .lastResort] {
            if let end = end(for: level, wait), end <= now { return level }
        }
        return .withdrawn
    }
}
