internal import Kernel
package import Net

/// What the kernel refused.
package struct Refused: Hashable, Sendable {
    package var prefix: Prefix
    /// An errno.
    package var code: Int32
    package var reason: String
}

extension FIB {
    /// Something that an operator is told.
    package enum Notice: Hashable, Sendable {
        /// A predecessor left that many routes; they stay until it's known which are still wanted.
        case found(Int)
        /// That many of them are no longer wanted and go.
        case outdated(Int)
        /// Others took away or changed that many; they are put right.
        case lost(Int)
        /// The first one with that reason since the last attempt, and how many are refused for whatever reason.
        case refused(Refused, of: Int)
        /// The end, and it isn't known that none of ours is there any more.
        case abandoned
    }

    /// How things stand.
    package struct Status: Hashable, Sendable {
        /// `starting`, `adopting`, `steady`, `flushing` or `stopped`.
        package var phase: String
        /// Prefixes that the Loc-RIB wants in the kernel.
        package var wanted: Int
        /// Prefixes that are there, those that a predecessor left included.
        package var installed: Int
        /// Those of a predecessor that nobody has asked for yet.
        package var left: Int
        /// Wanted, but no next hop can be reached.
        package var unreachable: Int
        /// Wanted, but the kernel refuses, or another program's route is in the place.
        package var refused: Int
        package var lastRefusal: Refused?
        /// To be told to the kernel.
        package var waiting: Int
        /// How often the whole table was read again.
        package var resyncs: Int
        /// How often more changed than could be kept (ENOBUFS).
        package var overruns: Int
        /// Routes that others took away or changed, and that were put right.
        package var repaired: Int
        /// Prefixes that other protocols have routes for, and those beyond what is kept of them.
        package var others: Int
        package var othersIgnored: Int
        package var bytes: Int
    }

    package var status: Status {
        let counts = entries.counts
        return Status(
            phase: phaseName, wanted: counts.wanted, installed: counts.present, left: counts.left,
            unreachable: unreachable, refused: counts.refused, lastRefusal: tally.lastRefusal, waiting: queue.count,
            resyncs: max(tally.looks - 1, 0), overruns: tally.overruns, repaired: tally.repaired,
            others: topology.others.count, othersIgnored: topology.others.ignored, bytes: entries.bytes)
    }

    private var phaseName: String {
        switch phase {
        case .starting: "starting"
        case .adopting: "adopting"
        case .steady: "steady"
        case .flushing: "flushing"
        case .stopped: "stopped"
        }
    }

    /// Refusals are told at the end of a round, when their number is known.
    mutating func takeNotices() -> [Action] {
        var notices = tally.notices
        tally.notices = []
        if queue.isEmpty, sweep == nil {
            notices += tally.refusals.map { .refused($0, of: entries.counts.refused) }
            tally.refusals = []
        }
        return notices.map { .notice($0) }
    }
}

/// What is counted, and what there is to say.
struct Tally: Sendable {
    var looks = 0
    var overruns = 0
    var repaired = 0
    /// Found missing by the sweep that is going on.
    var lost = 0
    /// How often a next hop, or a wish for several, was resolved.
    var resolved = 0
    var lastRefusal: Refused?
    var wantsRetry = false
    var notices: [FIB.Notice] = []
    /// That nobody was told of yet.
    var refusals: [Refused] = []
    private var said: Set<String> = []

    /// One notice a reason, not one a route.
    mutating func note(_ refused: Refused) {
        lastRefusal = refused
        wantsRetry = true
        if said.insert(refused.reason).inserted { refusals.append(refused) }
    }

    mutating func beginRound() { said = [] }
}

/// When to do what takes long, or what somebody may be undoing all the time.
struct Pace: Sendable {
    /// Of the look that is going on, or was last.
    var epoch: UInt8 = 0
    var hasSeenStrays = false
    var armed: Set<FIB.Timer> = []
    var retry: Duration = .seconds(1)
    private var looks = Backoff()
    private var repairs = Backoff()

    mutating func lookDelay(_ now: Instant) -> Duration { looks.next(now) }
    mutating func repairDelay(_ now: Instant) -> Duration {
        armed.contains(.repair) ? .zero : repairs.next(now)
    }
}

/// A tenth of a second; twice as long each time when it's wanted again soon, up to ten seconds.
private struct Backoff: Sendable {
    private var delay: Duration = .milliseconds(100)
    private var last: Instant?

    mutating func next(_ now: Instant) -> Duration {
        if let last, now - last < delay * 4 { delay = min(delay * 2, .seconds(10)) } else { delay = .milliseconds(100) }
        last = now
        return delay
    }
}

extension FIB.Notice {
    /// For an operator.
    package var text: String {
        switch self {
        case .found(let count):
            "\(count) routes are there that a router before this one left; they stay until it is known which are wanted"
        case .outdated(let count): "\(count) of them are wanted no longer, and go"
        case .lost(let count): "somebody else changed or removed \(count) routes; they are put right"
        case .refused(let refused, let count):
            "\(refused.prefix) was refused: \(refused.reason)" + (count > 1 ? "; \(count) routes are refused" : "")
        case .abandoned:
            "routes of ours may still be there, since the kernel failed too often or somebody goes on adding some; "
                + "`ip route flush proto bgp` removes them"
        }
    }
}
