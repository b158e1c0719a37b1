internal import Net

/// The end of an agent.
///
///     ┌──────────┐ traffic moved, or time over  ┌───────────┐  withdraw-wait  ┌──────┐
///     │ draining │ ───────────────────────────▶ │ withdrawn │ ──────────────▶ │ gone │
///     └──────────┘                              └───────────┘                 └──────┘
///
/// A stop has a bound, so traffic that doesn't move in time is cut off: the service manager would do it otherwise.
struct Stop: Sendable {
    var drain: Drain
    /// When routers will have forgotten; nil until everything is withdrawn.
    private(set) var forgottenAt: Instant?
    private(set) var isGone = false

    init(within bound: Duration, now: Instant) {
        drain = Drain(.host, wait: bound, ends: nil, isForced: true, now: now)
        drain.settle(now: now)
    }

    mutating func hurry(within bound: Duration, now: Instant) {
        guard case .moving(let until) = drain.stage else { return }
        drain.stage = .moving(until: min(until, now + bound))
    }

    /// Everything is withdrawn, and routers will have forgotten it at `instant`.
    mutating func forget(at instant: Instant) {
        if forgottenAt == nil { forgottenAt = instant }
    }

    /// True once, when the addresses may go.
    mutating func isOver(now: Instant) -> Bool {
        guard let forgottenAt, now >= forgottenAt, !isGone else { return false }
        isGone = true
        return true
    }

    var due: Instant? { isGone ? nil : forgottenAt ?? drain.due }
}

extension Announcer {
    mutating func stop(within bound: Duration, _ changes: inout Changes) {
        changes.cause = "the agent stops"
        if stopping == nil {
            stopping = Stop(within: min(bound, policy.drain.wait), now: clock)
        } else {
            stopping?.hurry(within: bound, now: clock)
        }
    }

    mutating func settleStopDrain(_ changes: inout Changes) {
        guard let before = stopping?.drain.stage else { return }
        stopping?.drain.settle(now: clock)
        if let drain = stopping?.drain, drain.stage != before { changes.say(.waited(drain)) }
    }

    /// After the routes: once nothing is announced any more, nothing will be again. What a failure has withdrawn shortly
    /// before is still on its way through the routers.
    mutating func settleStop(_ changes: inout Changes) {
        guard var stop = stopping, routes.allSatisfy({ $0.told == nil }) else { return }
        stop.drain.stage = .withdrawn
        stop.forget(at: max(clock, withdrawnAt.map { $0 + policy.withdrawWait } ?? clock))
        if stop.isOver(now: clock) { changes.sayLast(.removeAddresses) }
        stopping = stop
    }
}
