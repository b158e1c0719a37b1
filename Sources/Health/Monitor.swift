public import Net

/// Watches one check at one address: turns its results into a verdict that a single lost packet cannot change. The same
/// machine for every kind of check.
///
///     `fall` failures in a row, or no result for `lease`: from anywhere ──▶ failing
///
///     ┌─────────┐  `fall` that passed slowly or failed   ┌──────────┐
///     │ healthy │ ─────────────────────────────────────▶ │ degraded │ ◀────┐
///     └─────────┘ ◀───────────────────────────────────── └──────────┘      │ `rise` answers,
///          ▲                   `rise` passed                               │ not all in time
///          │                                             ┌─────────┐       │
///          └──────────────────────────────────────────── │ failing │ ──────┘
///                              `rise` passed             └─────────┘
///
/// All counts are of results in a row. A check whose reach is shared never gets below degraded: it would fail at every
/// site at once (ANNOUNCING 3). A timeout while the service answers others is overload, which is no reason to withdraw:
/// it counts as degraded (ANNOUNCING 1).
///
/// It starts as failing, since nothing is announced before the checks have passed, but has not said so yet: `fall`
/// failures from the start are told like any others, for somebody who wonders why nothing happens.
///
/// A check that could not be made says nothing about the service: the verdict stays, and the monitor says that it is
/// uncertain, until the next result. What is told of that to people is less: see ``Doubt``. A check that stops reporting is a failed check: its lease ends, so that a dead or hung checker leads to
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
        /// An answer that took longer is degraded; nil: any answer in time passes.
        public var slow: Duration?
        public var reach: Check.Reach

        public init(
            rise: Int, fall: Int, lease: Duration, lateness: Duration = .milliseconds(500), slow: Duration? = nil,
            reach: Check.Reach = .local
        ) {
            (self.rise, self.fall, self.lease, self.lateness) = (rise, fall, lease, lateness)
            (self.slow, self.reach) = (slow, reach)
        }
    }

    public enum Event: Hashable, Sendable {
        case passed(after: Duration = .zero)
        /// Answered, and says itself that all is not well.
        case degraded(reason: String)
        case failed(reason: String)
        /// No answer in time. `answersOthers`: the service's count of answers went up meanwhile.
        case timedOut(reason: String, answersOthers: Bool = false)
        /// The check could not be made: no descriptors, no memory, our own clock late.
        case impossible(reason: String)
        /// Taken out of service on purpose: counts at once, whatever the reach, and until another result comes.
        case disabled(reason: String)
        case leaseEnded
        /// Somebody wants a result at once.
        case checkNow
    }

    public enum Action: Hashable, Sendable {
        /// The verdict changed; a monitor never says `unknown`.
        case verdict(Verdict, reason: String)
        /// The verdict stands, but for a reason it could not be checked. Said once, until `certain`.
        case uncertain(reason: String)
        case certain
        /// For people, who needn't read of each result that there is none.
        case tell(Notice)
        /// Deliver `.leaseEnded` then, unless another result comes first.
        case armLease(until: Instant)
        /// Make the checks that follow at this pace.
        case pace(Pace)
        /// Make one now, beside the schedule.
        case probe
    }

    public enum Pace: Hashable, Sendable {
        case regular
        /// From the first failure until there is a verdict.
        case fast
    }

    public let policy: Policy
    public private(set) var verdict = Verdict.failing
    /// Whether anybody was told a verdict: until then, nothing is known.
    public private(set) var hasSpoken = false
    /// Whether it has passed since it was made. One that has not can't withdraw what stands (ANNOUNCING 5).
    public private(set) var hasPassed = false
    private var streaks = Streaks()
    private var pace = Pace.regular
    private var leaseEnd = Instant.distantFuture
    private var isUncertain = false
    private var doubts = Doubt()

    public init(policy: Policy) { self.policy = policy }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        switch event {
        case .passed(let time): believe(now) + certainty(now) + pass(time)
        case .degraded(let reason): believe(now) + certainty(now) + answer(reason)
        case .timedOut(let reason, true): believe(now) + certainty(now) + trouble("\(reason), while it answered others")
        case .failed(let reason), .timedOut(let reason, false): believe(now) + certainty(now) + fail(reason)
        case .disabled(let reason): believe(now) + certainty(now) + settle(.failing, reason)
        case .impossible(let reason): believe(now) + doubt(reason, now)
        case .leaseEnded where now - leaseEnd > policy.lateness: believe(now) + doubt("our own scheduler was late", now)
        case .leaseEnded: now < leaseEnd ? [] : settle(floor, "no result for \(policy.lease.shortText)")
        case .checkNow: [.probe]
        }
    }

    /// As far down as failures lead.
    private var floor: Verdict { policy.reach == .shared && verdict != .failing ? .degraded : .failing }

    private mutating func pass(_ time: Duration) -> [Action] {
        if let slow = policy.slow, time > slow {
            return answer("answered after \(time.shortText), slower than \(slow.shortText)")
        }
        hasPassed = true
        streaks.pass()
        return judge(policy.rise == 1 ? "passed" : "passed \(policy.rise) times")
    }

    /// One that leaves something to be desired.
    private mutating func answer(_ reason: String) -> [Action] {
        hasPassed = true
        return trouble(reason)
    }

    private mutating func trouble(_ reason: String) -> [Action] {
        streaks.degrade()
        return judge(reason)
    }

    private mutating func fail(_ reason: String) -> [Action] {
        streaks.fail()
        return judge(reason)
    }

    private mutating func judge(_ reason: String) -> [Action] {
        say(verdictOfStreaks, reason, isDecided: streaks.failures >= policy.fall)
    }

    /// A verdict that is new, or the first.
    private mutating func say(_ next: Verdict, _ reason: String, isDecided: Bool) -> [Action] {
        let isNews = next != verdict || !hasSpoken && isDecided
        (verdict, hasSpoken) = (next, hasSpoken || isNews)
        return (isNews ? [.verdict(next, reason: reason)] : []) + repace()
    }

    private var verdictOfStreaks: Verdict {
        if streaks.failures >= policy.fall { return policy.reach == .shared ? .degraded : .failing }
        if streaks.passes >= policy.rise { return .healthy }
        return switch verdict {
        case .failing where streaks.answers >= policy.rise: .degraded
        case .healthy where streaks.troubles >= policy.fall: .degraded
        default: verdict
        }
    }

    /// Hurries while failures have begun that could still lead to another verdict.
    private mutating func repace() -> [Action] {
        let next: Pace = streaks.failures > 0 && verdict != floor ? .fast : .regular
        defer { pace = next }
        return next == pace ? [] : [.pace(next)]
    }

    /// Not by counting: everything begins anew.
    private mutating func settle(_ next: Verdict, _ reason: String) -> [Action] {
        streaks = Streaks()
        return say(next, reason, isDecided: true)
    }

    private mutating func believe(_ now: Instant) -> [Action] {
        leaseEnd = now + policy.lease
        return [.armLease(until: leaseEnd)]
    }

    /// There is no hurry towards what can't be known.
    private mutating func doubt(_ reason: String, _ now: Instant) -> [Action] {
        defer { (isUncertain, pace) = (true, .regular) }
        let slower: [Action] = pace == .fast ? [.pace(.regular)] : []
        return slower + (isUncertain ? [] : [.uncertain(reason: reason)]) + doubts.cannot(reason, now: now)
    }

    private mutating func certainty(_ now: Instant) -> [Action] {
        defer { isUncertain = false }
        return (isUncertain ? [.certain] : []) + doubts.can(now: now)
    }
}
