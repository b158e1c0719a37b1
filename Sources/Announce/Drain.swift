public import Net

/// Traffic is moved away on purpose, with the session up.
///
///                      all traffic has moved, or the time is over
///     ┌────────┐ ─────────────────────────────────────────────────▶ ┌───────────┐
///     │ moving │                                                    │ withdrawn │
///     └────────┘ ─────┐ time over, more than 20 % still here        └───────────┘
///                     ▼                                                  ▲
///                 ┌──────┐                     --force                   │
///                 │ kept │ ──────────────────────────────────────────────┘
///                 └──────┘  stays announced; the neighbors are named
///
/// A drain never announces anything: what was withdrawn when it began stays so. It ends with an `undrain`, or by itself
/// (`--for`); what comes then is rise and hold-down (ANNOUNCING 6, 12, 13).
public struct Drain: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
        /// Everything that this host announces.
        case host
        /// The prefixes that hold its addresses.
        case service(String)
        case neighbor(String)
    }

    public enum Stage: Hashable, Sendable {
        case moving(until: Instant)
        case withdrawn
        /// The share of the traffic that didn't move.
        case kept(share: Double)
    }

    public struct Policy: Hashable, Sendable {
        /// How long traffic gets to move.
        public var wait: Duration = .seconds(30)
        /// The same when the agent is told to stop, which can't wait for ever.
        public var stopWait: Duration = .seconds(5)

        public init() {}
    }

    public let target: Target
    public internal(set) var stage: Stage
    public internal(set) var isForced: Bool
    /// When it ends by itself; nil: when an operator says so.
    public internal(set) var ends: Instant?
    /// How much of the traffic of before the drain is still here, from 0 to 1; nil: nobody has told.
    public private(set) var share: Double?
    let wait: Duration
    private var quietSince: Instant?

    init(_ target: Target, wait: Duration, ends: Instant?, isForced: Bool, now: Instant) {
        (self.target, self.wait, self.ends, self.isForced) = (target, wait, ends, isForced)
        stage = .moving(until: now + wait)
    }

    /// More than this of the traffic must not be cut off by a drain that nobody forced.
    static let mostLeft = 0.2
    /// Traffic that was silent for so long has moved, as far as anybody can tell.
    static let quiet = Duration.seconds(2)

    mutating func note(share: Double, now: Instant) {
        self.share = share
        quietSince = share <= 0 ? quietSince ?? now : nil
    }

    /// A new end of the wait.
    mutating func hurry(_ wait: Duration, now: Instant) {
        if case .moving = stage { stage = .moving(until: now + wait) }
    }

    mutating func force() {
        isForced = true
        if case .kept = stage { stage = .withdrawn }
    }

    mutating func settle(now: Instant) {
        guard case .moving = stage, let due, now >= due else { return }
        if let share, share > Self.mostLeft, !isForced { stage = .kept(share: share) } else { stage = .withdrawn }
    }

    /// When it goes on by itself.
    var due: Instant? {
        guard case .moving(let until) = stage else { return nil }
        return quietSince.map { min(until, $0 + Self.quiet) } ?? until
    }

    /// The best that a route may be under it.
    var limit: Level { stage == .withdrawn ? .withdrawn : .draining }

    /// As far as it is, for another target.
    func moved(to target: Target) -> Drain {
        var drain = Drain(target, wait: wait, ends: ends, isForced: isForced, now: .zero)
        (drain.stage, drain.share, drain.quietSince) = (stage, share, quietSince)
        return drain
    }

    /// From its beginning, for when the traffic has come back.
    func restarted(now: Instant) -> Drain { Drain(target, wait: wait, ends: ends, isForced: isForced, now: now) }
}

extension Drain.Target: CustomStringConvertible {
    public var description: String {
        switch self {
        case .host: "the host"
        case .service(let name): "the service \(name)"
        case .neighbor(let name): "the neighbor \(name)"
        }
    }
}
