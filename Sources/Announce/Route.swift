public import Net

/// One prefix at one neighbor: how good it is meant to look there.
///
/// It falls at once to what the proven checks, the drains and the stop allow. It rises to what all checks allow, when the
/// hold-down is over and the penalty withholds nothing. So whatever happens, a neighbor sees bad news at once and good
/// news slowly.
public struct Route: Sendable {
    public let prefix: Prefix
    public let neighbor: String
    /// What is meant now.
    public private(set) var level = Level.withdrawn
    /// What the neighbor is told; nil while withdrawn.
    public private(set) var told: Announcement?
    private(set) var holdDown = HoldDown()
    var penalty = Penalty()
    /// Whether the neighbor has ever been told.
    private var isKnown = false
    private var wasLimited = false

    init(_ prefix: Prefix, _ neighbor: String) { (self.prefix, self.neighbor) = (prefix, neighbor) }

    /// All that decides, at one moment.
    struct Situation {
        /// nil: no check that has a say.
        var proven: Condition?
        var all: Condition
        /// What drains and a stop allow.
        var limit: Level
        var isGuarded: Bool
        var ignoresDegraded: Bool
        /// A stop says nothing about the service, so the next agent needn't wait for it.
        var isStopping = false

        /// The level that a condition stands for. A guard keeps what is announced, and announces nothing.
        func level(_ condition: Condition, announced: Bool) -> Level {
            switch condition {
            case .failing: isGuarded && announced ? .lastResort : .withdrawn
            case .degraded: ignoresDegraded ? .healthy : .degraded
            case .healthy: .healthy
            }
        }
    }

    /// Moves to the level that the situation asks for.
    mutating func settle(_ situation: Situation, _ policy: Policy, now: Instant) {
        holdDown.note(situation.all, now: now)
        let isLimited = situation.limit < .healthy
        if wasLimited, !isLimited { holdDown.restart(now: now) }
        wasLimited = isLimited
        let floor = min(level, ceiling(situation.proven ?? .healthy, situation))
        if floor < level {
            level = floor
            holdDown.isOwed = holdDown.isOwed || !situation.isStopping
        } else {
            level = max(level, min(ceiling(situation.all, situation), permitted(situation, policy, now)))
        }
    }

    /// A drain limits what is announced, and announces nothing.
    private func ceiling(_ condition: Condition, _ situation: Situation) -> Level {
        let isAnnounced = level > .withdrawn
        let limit = isAnnounced || situation.limit == .healthy ? situation.limit : .withdrawn
        return min(situation.level(condition, announced: isAnnounced), limit)
    }

    private func permitted(_ situation: Situation, _ policy: Policy, _ now: Instant) -> Level {
        let earned = holdDown.earned(policy.holdDown, now: now)
        guard penalty.isWithholding(now: now) else { return earned }
        return situation.isGuarded ? min(earned, .lastResort) : .withdrawn
    }

    /// What it waits for before it gets better; nil when it is as good as the checks and drains allow.
    func wait(_ situation: Situation, _ policy: Policy, now: Instant) -> Wait? {
        let goal = ceiling(situation.all, situation)
        guard goal > level else { return nil }
        let steps: [Level] = [.lastResort, .degraded, .healthy]
        let ends = steps.filter { $0 > level && $0 <= goal }.compactMap { holdDown.end(for: $0, policy.holdDown) }
        let end = ends.filter { $0 > now }.min()
        return Wait(holdDown: end, penalty: penalty.isWithholding(now: now) ? penalty.withheldUntil : nil)
    }

    /// Each nil when it is over.
    struct Wait: Hashable, Sendable {
        var holdDown: Instant?
        var penalty: Instant?

        var next: Instant? { [holdDown, penalty].compactMap(\.self).min() }
    }

    /// Takes down what the neighbor is told from now on. True when that differs; then it counts.
    mutating func tell(_ announcement: Announcement?, isUp: Bool, _ policy: Penalty.Policy, now: Instant) -> Bool {
        guard announcement != told else { return false }
        let sight: Penalty.Sight = announcement != nil && told != nil ? .attributes : .announcement
        told = announcement
        if isUp, isKnown { penalty.charge(sight, policy, now: now) }
        isKnown = isKnown || isUp
        return true
    }

    /// The session with the neighbor went, or came: it saw a withdrawal, or an announcement.
    mutating func note(sessionUp isUp: Bool, isGuarded: Bool, _ policy: Penalty.Policy, now: Instant) {
        guard told != nil else { return }
        if isKnown { penalty.charge(.announcement, policy, now: now) }
        isKnown = isKnown || isUp
        if !isUp, penalty.isWithholding(now: now) { level = isGuarded ? min(level, .lastResort) : .withdrawn }
    }
}

extension Route {
    init(_ memory: Memory.Route, _ policy: Penalty.Policy, now: Instant) {
        (prefix, neighbor) = (memory.prefix, memory.neighbor)
        isKnown = true
        penalty = Penalty(memory.penalty, withheld: memory.isWithheld, policy, now: now)
        holdDown.isOwed = memory.owesHoldDown
        // The session ended with the agent, whatever ended it.
        if memory.isAnnounced { penalty.charge(.announcement, policy, now: now) }
    }

    /// nil when there is nothing to keep: the neighbor never saw it.
    func memory(_ policy: Penalty.Policy, now: Instant) -> Memory.Route? {
        guard isKnown else { return nil }
        var memory = Memory.Route(prefix: prefix, neighbor: neighbor)
        memory.penalty = penalty.value(policy, now: now)
        memory.isWithheld = penalty.isWithholding(now: now)
        memory.owesHoldDown = level == .withdrawn && holdDown.isOwed
        memory.isAnnounced = told != nil
        return memory
    }
}
