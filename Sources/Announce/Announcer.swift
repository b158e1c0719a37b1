public import Net

/// From verdicts to announcements: decides which prefixes a host announces, to whom, and with which attributes.
/// docs/announcing.md is its law, and the numbers in these files are its rules.
///
///     verdict ─▶ Board ──▶ condition ─┐
///     operator ▶ Drain ──▶ limit ─────┼─▶ Route: level ─▶ announcement ─▶ table(for: neighbor)
///     load ────▶ LoadStep ▶ condition ┘      ▲
///                             HoldDown, Penalty
///
/// Every event changes a small value, and then every route is settled: it looks at all of them and moves to the level that
/// they ask for. So nothing depends on the order in which things came, timers may be late or come twice, and equal intent
/// sends nothing. States are ordered: failing outranks a drain's wait, a drain outranks healthy and degraded.
///
/// The order of a start is: address on the host, service, checks, announcement. The order of a stop is: drain, withdrawal,
/// a wait until routers have forgotten, then the address goes.
///
/// Knows no BGP: a speaker turns `table(for:)` into UPDATEs.
public struct Announcer: Sendable {
    public enum Event: Hashable, Sendable {
        /// Covers are announced from here on.
        case start
        /// What check number `check` of `address` says now.
        case verdict(Verdict, check: Int, address: Address, reason: String)
        /// It can be made again, and its last verdict counts as before; after `.verdict(.unknown, …)`.
        case certain(check: Int, address: Address)
        /// The service ends as soon as it starts, or does so no more.
        case crashLoop(service: String, Bool)
        case session(neighbor: String, isUp: Bool)
        /// The share of the rate before the drain that still arrives, from 0 to 1.
        case traffic(share: Double, Drain.Target)
        /// What the site carries, as a share of its capacity.
        case load(Double)
        /// What others would have to carry if this site were less preferred; nil: nobody is asked any more.
        case displaced(Displaced?)
        case operate(Operation, by: String)
        /// The file was read again.
        case configure(Configuration)
        /// It is later.
        case tick
        /// The agent is to end: drain for so long at most, then withdraw everything, for good.
        case stop(within: Duration)
    }

    public enum Operation: Hashable, Sendable {
        /// `wait`: how long traffic gets to move, nil as the policy has it. `for`: until it ends by itself.
        case drain(Drain.Target, wait: Duration? = nil, for: Duration? = nil, isForced: Bool = false)
        case undrain(Drain.Target)
        /// nil: the latest act.
        case undo(Int? = nil)
    }

    public enum Action: Hashable, Sendable {
        /// The tables of these neighbors have changed: the prefix is new there …
        case announce(Prefix, to: [String], reason: String)
        /// … or looks different …
        case change(Prefix, at: [String], reason: String)
        /// … or is gone.
        case withdraw(Prefix, from: [String], reason: String)
        /// The prefix gets better there, but not yet.
        case hold(Prefix, at: [String], Waiting)
        /// It fails again before it was announced: it stays withdrawn there.
        case unhold(Prefix, at: [String], reason: String)
        case alarm(Alarm)
        case resolved(Alarm)
        case acted(Acts.Act)
        case undone(Acts.Act)
        case refused(Refused)
        /// `memory(now:)` has changed: write it down.
        case remember
        /// A drain, or that of a stop, has waited for long enough. What comes of it follows; its share is what was still
        /// here.
        case waited(Drain)
        /// Deliver `.tick` then.
        case wake(at: Instant)
        /// Routers have had their time: take the service addresses off the host.
        case removeAddresses
    }

    public internal(set) var configuration: Configuration
    public internal(set) var routes: [Route]
    public internal(set) var drains: [Drain] = []
    public internal(set) var acts = Acts()
    public internal(set) var loadStep = LoadStep()
    /// Open now.
    public internal(set) var alarms: [Alarm] = []
    var board: Board
    var displaced: Displaced?
    var stopping: Stop?
    /// When a neighbor lost a route last.
    var withdrawnAt: Instant?
    var sessionsDown: [String] = []
    /// What each route waited for when it was last settled.
    var waits: [Route.Wait?]
    /// The latest moment that an event had. Time that seems to go back stands still.
    var clock = Instant.zero
    private var wakeUp: Instant?

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        routes = configuration.routes
        waits = routes.map { _ in nil }
        board = Board(configuration.services)
    }

    public var policy: Policy { configuration.policy }
    public var isStopping: Bool { stopping != nil }

    /// All that `neighbor` is to be told; unknown neighbors are told nothing.
    public func table(for neighbor: String) -> [Announcement] {
        routes.filter { $0.neighbor == neighbor }.compactMap(\.told)
    }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        clock = max(clock, now)
        var changes = Changes()
        note(event, &changes)
        settle(&changes)
        return changes.actions + wake()
    }

    private mutating func note(_ event: Event, _ changes: inout Changes) {
        switch event {
        case .start: changes.cause = "the agent starts"
        case .tick: break
        case .verdict(let verdict, let check, let address, let reason):
            if verdict != .unknown { changes.cause = reason }
            board.note(verdict, check, address, now: clock)
        case .certain(let check, let address): board.note(certain: check, address, now: clock)
        case .crashLoop(let service, let isCrashing): board.note(crashing: isCrashing, service)
        case .session(let neighbor, let isUp): note(session: neighbor, isUp, &changes)
        case .traffic(let share, let target): note(share: share, target)
        case .load(let load): if let marks = policy.load { loadStep.note(load, marks, now: clock) }
        case .displaced(let table): displaced = table
        case .operate(let operation, let by): operate(operation, by: by, &changes)
        case .configure(let configuration): configure(configuration, &changes)
        case .stop(let bound): stop(within: bound, &changes)
        }
    }

    /// One timer is enough, since all waits are looked at whenever it fires. A new one only when it has to be earlier.
    private mutating func wake() -> [Action] {
        guard let next = nextDue, wakeUp.map({ $0 <= clock || next < $0 }) ?? true else { return [] }
        wakeUp = next
        return [.wake(at: next)]
    }
}

extension Configuration {
    /// In the order of the file.
    var routes: [Route] {
        (prefixes + covers).flatMap { prefix in
            neighbors.filter { $0.family == prefix.family }.map { Route(prefix, $0.name) }
        }
    }
}
