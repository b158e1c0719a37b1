internal import Net

/// Degraded by load: a step, not a dial (ANNOUNCING 7).
///
///                 above the upper mark for 60 s, and no survivor would overload
///     ┌────────┐ ─────────────────────────────────────────────────────────────▶ ┌──────────┐
///     │ normal │                                                                │ degraded │
///     └────────┘ ◀───────────────────────────────────────────────────────────── └──────────┘
///                 below the lower mark for 10 min, and what comes back would stay below the upper one
///
/// Either way at most once in 15 min. What a step moved away is measured on the way in; on the way out it is expected
/// back, so two sites that hand a load to and fro settle.
public struct LoadStep: Hashable, Sendable {
    /// As shares of the site's capacity.
    public struct Marks: Hashable, Sendable {
        public var above: Double
        public var below: Double
        public var enterAfter: Duration = .seconds(60)
        public var leaveAfter: Duration = .seconds(600)
        public var spacing: Duration = .seconds(900)

        public init(above: Double, below: Double) { (self.above, self.below) = (above, below) }
    }

    public internal(set) var isDegraded = false
    var lastStep: Instant?
    /// The share of the load that stayed, measured for as long after stepping down as it took to decide; what changes
    /// later is demand. nil while normal.
    var kept: Double?
    private var load = 0.0
    private var loadBefore = 0.0
    private var aboveSince: Instant?
    private var belowSince: Instant?
    /// Why the step that is due isn't made.
    private(set) var refusal: Refusal?

    public enum Refusal: Hashable, Sendable {
        /// These would overload.
        case survivors([String])
        /// There should be a table of displaced load, and it can't be used: whether others could carry it isn't known.
        case unjudged(String)
    }

    init() {}

    mutating func note(_ load: Double, _ marks: Marks, now: Instant) {
        self.load = load
        aboveSince = load > marks.above ? aboveSince ?? now : nil
        belowSince = load < marks.below ? belowSince ?? now : nil
        if isDegraded, loadBefore > 0, let lastStep, now - lastStep <= marks.enterAfter {
            kept = min(1, max(load / loadBefore, Self.leastKept))
        }
    }

    /// True when a step was made.
    ///
    /// - Parameter displaced: nil: nobody is asked.
    mutating func settle(_ marks: Marks, _ displaced: Displaced?, now: Instant) -> Bool {
        guard let due = due(marks), now >= due else {
            refusal = aboveSince == nil ? nil : refusal
            return false
        }
        if isDegraded { return leave(marks, now) }
        refusal = refusal(displaced)
        return refusal == nil && enter(now)
    }

    private func refusal(_ displaced: Displaced?) -> Refusal? {
        switch displaced {
        case nil: return nil
        case .unusable(let reason): return .unjudged(reason)
        case .known(let table):
            let overloaded = table.overloaded(at: load)
            return overloaded.isEmpty ? nil : .survivors(overloaded)
        }
    }

    /// When the next step could be made, if nothing changes.
    func due(_ marks: Marks) -> Instant? {
        let since = isDegraded ? belowSince : aboveSince
        guard let since else { return nil }
        let earliest = since + (isDegraded ? marks.leaveAfter : marks.enterAfter)
        return lastStep.map { max(earliest, $0 + marks.spacing) } ?? earliest
    }

    private mutating func enter(_ now: Instant) -> Bool {
        (isDegraded, lastStep, loadBefore, kept) = (true, now, load, nil)
        return true
    }

    private mutating func leave(_ marks: Marks, _ now: Instant) -> Bool {
        guard load / (kept ?? 1) <= marks.above else { return false }
        (isDegraded, lastStep, loadBefore, kept) = (false, now, 0, nil)
        return true
    }

    /// Below this, nearly everything moved, and what would come back can't be told from what is left.
    private static let leastKept = 0.05
}
