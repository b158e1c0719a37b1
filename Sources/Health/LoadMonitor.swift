public import Net

/// Watches how much of its capacity a site uses: one step down under a load that lasts, one step up when it has long been
/// gone (ANNOUNCING 7).
///
///                     above `upper` for `patience`
///     ┌─────────┐ ─────────────────────────────────▶ ┌──────────┐
///     │ healthy │                                    │ degraded │
///     └─────────┘ ◀───────────────────────────────── └──────────┘
///                     below `lower` for `calm`
///
/// Between two steps there is `interval` at least, and what lies between both marks begins nothing and ends nothing. Who
/// is overloaded again soon after coming back (within four intervals) got back the very load that it gave away: it stays
/// degraded until it has been quiet for `relapse`, so that two sites that hand a load to and fro come to rest. A load that
/// isn't known changes nothing.
public struct LoadMonitor: Sendable {
    public struct Policy: Hashable, Sendable {
        /// Parts of the capacity, 1 being all of it.
        public var upper: Double
        public var lower: Double
        public var patience: Duration
        public var calm: Duration
        public var interval: Duration
        public var relapse: Duration

        public init(
            upper: Double, lower: Double, patience: Duration = .seconds(60), calm: Duration = .seconds(600),
            interval: Duration = .seconds(900), relapse: Duration = .seconds(86400)
        ) {
            (self.upper, self.lower) = (upper, lower)
            (self.patience, self.calm, self.interval, self.relapse) = (patience, calm, interval, relapse)
        }
    }

    public enum Event: Hashable, Sendable {
        /// Part of the capacity that was in use just now.
        case used(Double)
        case unknown
    }

    public enum Action: Hashable, Sendable {
        case verdict(Verdict, reason: String)
    }

    public let policy: Policy
    public private(set) var verdict = Verdict.healthy
    /// Since when the load has been such that it should become the other one.
    private var since: Instant?
    private var lastStep: Instant?
    private var hasRelapsed = false

    public init(policy: Policy) { self.policy = policy }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        guard case .used(let load) = event, !load.isNaN else {
            since = nil
            return []
        }
        guard verdict == .healthy ? load > policy.upper : load < policy.lower else {
            since = nil
            return []
        }
        let begun = since ?? now
        since = begun
        return step(load, for: now - begun, now)
    }

    private mutating func step(_ load: Double, for time: Duration, _ now: Instant) -> [Action] {
        let wait = verdict == .healthy ? policy.patience : hasRelapsed ? policy.relapse : policy.calm
        let rest = lastStep.map { now - $0 }
        guard time >= wait, rest.map({ $0 >= policy.interval }) ?? true else { return [] }
        if verdict == .healthy { hasRelapsed = rest.map { $0 < policy.interval * 4 } ?? false }
        let side = verdict == .healthy ? "above \(percent(policy.upper))" : "below \(percent(policy.lower))"
        verdict = verdict == .healthy ? .degraded : .healthy
        (since, lastStep) = (nil, now)
        return [.verdict(verdict, reason: "load \(percent(load)) of the capacity, \(side) for \(time.shortText)")]
    }

    private func percent(_ part: Double) -> String { "\(Int(max(0, min(part, 1000)) * 100)) %" }
}
