internal import Glibc
internal import Net

/// Counts what one neighbor sees of one route, so that we are quiet before its damping makes us (RFC 2439 §4.2,
/// ANNOUNCING 8).
///
///      value
///      cap ┤ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
///          │        ╷   ╷╲                          a withdrawal, an announcement, a lost session: + 1
///  suppress┤ ─ ─ ─ ─│╲ ─│ ╲ ─ ─ ─ ─ ─ ─ ─ ─         other attributes: + 0.5
///          │   ╷    │ ╲ │  ╲
///    reuse ┤ ─ │╲ ─ ╵ ─ ╲╵ ─╲ ─ ─ ─ ─ ─ ─ ─         halves every `half-life`
///          │   ╵  ╲          ╲____
///          └───────────╫══════╫────────── time      ══ withheld: nothing gets better until then
///
/// It withholds what would make a route better, never what makes it worse: a failing service is withdrawn however often
/// that happened. The very first announcement costs nothing, as it costs nothing in routers. So the budget is one
/// withdrawal and one announcement; what comes after that waits.
public struct Penalty: Hashable, Sendable {
    public struct Policy: Hashable, Sendable {
        public var halfLife: Duration = .seconds(60)
        /// From this value on, announcements are withheld …
        public var suppress: Double = 2
        /// … until it has fallen to this one.
        public var reuse: Double = 1
        /// It never grows beyond this, which bounds how long a route can be withheld.
        public var cap: Double = 4

        public init() {}

        /// The longest that a route is ever withheld.
        public var longest: Duration { wait(from: cap) }

        func wait(from value: Double) -> Duration {
            value > reuse ? halfLife * log2(value / reuse) : .zero
        }
    }

    /// What a neighbor saw.
    enum Sight: Double {
        case announcement = 1
        case attributes = 0.5
    }

    private var value = 0.0
    private var counted = Instant.zero
    /// Fixed when it is charged, so that a timer for it is never a rounding error too early.
    private(set) var withheldUntil: Instant?

    init() {}

    /// As it was exported.
    init(_ value: Double, withheld: Bool, _ policy: Policy, now: Instant) {
        (self.value, counted) = (min(value, policy.cap), now)
        withheldUntil = withheld ? now + policy.wait(from: self.value) : nil
    }

    func value(_ policy: Policy, now: Instant) -> Double {
        guard value > 0 else { return 0 }
        return value * exp2(-((now - counted) / policy.halfLife))
    }

    func isWithholding(now: Instant) -> Bool { withheldUntil.map { now < $0 } ?? false }

    mutating func charge(_ sight: Sight, _ policy: Policy, now: Instant) {
        let wasWithholding = isWithholding(now: now)
        value = min(value(policy, now: now) + sight.rawValue, policy.cap)
        counted = now
        withheldUntil = wasWithholding || value >= policy.suppress ? now + policy.wait(from: value) : nil
    }

    /// Under another policy from now on.
    mutating func change(from old: Policy, to new: Policy, now: Instant) {
        let wasWithholding = isWithholding(now: now)
        value = min(value(old, now: now), new.cap)
        counted = now
        withheldUntil = wasWithholding ? now + new.wait(from: value) : nil
    }
}

extension Memory.Route {
    /// A penalty goes on falling while the agent is away; one that has fallen far enough withholds nothing.
    mutating func decay(_ asleep: Duration, _ halfLife: Duration) { penalty *= exp2(-(asleep / halfLife)) }
}
