public import Net

/// Watches one check at one address: turns its results into a verdict that a single lost packet cannot change.
///
///                  `fall` failures in a row,
///                  or no result for `lease`
///     ┌─────────┐ ───────────────────────▶ ┌─────────┐
///     │ passing │                          │ failing │ ◀─┐ a failure starts
///     └─────────┘ ◀─────────────────────── └─────────┘ ──┘ the count again
///                  `rise` successes in a row
///
/// It starts as failing, since nothing is announced before the checks have passed, but has not said so yet: `fall`
/// failures from the start are told like any others, for somebody who wonders why nothing happens.
///
/// A check that could not be made says nothing about the service: the verdict stays, and the monitor says that it is
/// uncertain. A check that stops reporting is a failed check: its lease ends, so that a dead or hung checker leads to
/// a withdrawal, not to trust. A lease whose end is noticed late was not watched: then our own scheduler was away, and the check
/// gets one more lease. How long a site stays withdrawn is not decided here but where verdicts become announcements.
public struct Monitor: Sendable {
    public struct Policy: Hashable, Sendable {
        /// Successes in a row before a check counts as passing.
        public var rise: Int
        /// Failures in a row before it counts as failing.
        public var fall: Int
        /// How long a result is believed.
        public var lease: Duration
        /// A lease whose end is delivered later than this was not watched: our own scheduler was away.
        public var lateness: Duration

        public init(rise: Int, fall: Int, lease: Duration, lateness: Duration = .milliseconds(500)) {
            (self.rise, self.fall, self.lease, self.lateness) = (rise, fall, lease, lateness)
        }
    }

    public enum Event: Hashable, Sendable {
        case passed
        case failed(reason: String)
        /// The check could not be made: no descriptors, no memory, our own clock late.
        case impossible(reason: String)
        case leaseEnded
    }

    public enum Action: Hashable, Sendable {
        /// The verdict changed; only `healthy` and `failing` come from a monitor.
        case verdict(Verdict, reason: String)
        /// The verdict stands, but for a reason it could not be checked. Said once, until `certain`.
        case uncertain(reason: String)
        case certain
        /// Deliver `.leaseEnded` then, unless another result comes first.
        case armLease(until: Instant)
    }

    private enum State: Sendable {
        case passing(failures: Int)
        case failing(successes: Int)
        /// Failing, and nobody was told.
        case new(successes: Int, failures: Int)
    }

    public let policy: Policy
    private var state = State.new(successes: 0, failures: 0)
    private var leaseEnd = Instant.distantFuture
    private var isUncertain = false

    public init(policy: Policy) { self.policy = policy }

    public var verdict: Verdict { if case .passing = state { .healthy } else { .failing } }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        switch event {
        case .passed: believe(now) + certainty() + pass()
        case .failed(let reason): believe(now) + certainty() + fail(reason)
        case .impossible(let reason): believe(now) + doubt(reason)
        case .leaseEnded where now - leaseEnd > policy.lateness: believe(now) + doubt("our own scheduler was late")
        case .leaseEnded: now < leaseEnd ? [] : fall("no result for \(policy.lease)")
        }
    }

    private mutating func pass() -> [Action] {
        switch state {
        case .passing:
            state = .passing(failures: 0)
            return []
        case .failing(let successes) where successes + 1 < policy.rise:
            state = .failing(successes: successes + 1)
            return []
        case .new(let successes, _) where successes + 1 < policy.rise:
            state = .new(successes: successes + 1, failures: 0)
            return []
        case .failing, .new:
            state = .passing(failures: 0)
            return [.verdict(.healthy, reason: policy.rise == 1 ? "passed" : "passed \(policy.rise) times")]
        }
    }

    private mutating func fail(_ reason: String) -> [Action] {
        switch state {
        case .passing(let failures) where failures + 1 < policy.fall:
            state = .passing(failures: failures + 1)
            return []
        case .new(_, let failures) where failures + 1 < policy.fall:
            state = .new(successes: 0, failures: failures + 1)
            return []
        case .passing, .new: return fall(reason)
        case .failing:
            state = .failing(successes: 0)
            return []
        }
    }

    private mutating func fall(_ reason: String) -> [Action] {
        defer { state = .failing(successes: 0) }
        if case .failing = state { return [] }
        return [.verdict(.failing, reason: reason)]
    }

    private mutating func believe(_ now: Instant) -> [Action] {
        leaseEnd = now + policy.lease
        return [.armLease(until: leaseEnd)]
    }

    private mutating func doubt(_ reason: String) -> [Action] {
        defer { isUncertain = true }
        return isUncertain ? [] : [.uncertain(reason: reason)]
    }

    private mutating func certainty() -> [Action] {
        defer { isUncertain = false }
        return isUncertain ? [.certain] : []
    }
}
