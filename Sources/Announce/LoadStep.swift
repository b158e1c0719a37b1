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
    /// Survivors that made the step impossible.
    private(set) var refusedBy: [String] = []

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
    mutating func settle(_ marks: Marks, _ displaced: DisplacedLoad?, now: Instant) -> Bool {
        guard let due = due(marks), now >= due else {
            refusedBy = aboveSince == nil ? [] : refusedBy
            return false
        }
        if isDegraded { return leave(marks, now) }
        refusedBy = displaced?.overloaded ?? []
        return refusedBy.isEmpty && enter(now)
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

/// What other sites would carry if this one were less preferred: a table from whoever knows the fleet.
public struct DisplacedLoad: Hashable, Sendable {
    public struct Survivor: Hashable, Sendable {
        public var site: String
        /// In the same unit, such as queries a second.
        public var load: Double
        public var added: Double
        public var capacity: Double

        public init(site: String, load: Double, added: Double, capacity: Double) {
            (self.site, self.load, self.added, self.capacity) = (site, load, added, capacity)
        }
    }

    public var survivors: [Survivor]

    public init(survivors: [Survivor]) { self.survivors = survivors }

    /// Sites that would be given more than they can carry.
    public var overloaded: [String] { survivors.filter { $0.load + $0.added > $0.capacity }.map(\.site) }
}
