public import Net

/// What is meant for one prefix, for people and for status: how it looks at each neighbor, and what it waits for.
public struct PrefixIntent: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case withdrawn
        /// Withdrawn, healthy, and announced when it has been so for long enough.
        case heldDown(until: Instant)
        case announced
    }

    public struct Route: Hashable, Sendable {
        public var neighbor: String
        public var level: Level
        public var penalty: Double
        public var waiting: Waiting?
    }

    public let prefix: Prefix
    public let routes: [Route]
    /// Announced whatever the verdicts (`cover`).
    public let isCover: Bool

    public var isAnnounced: Bool { level > .withdrawn }

    /// At the neighbor where it looks best.
    public var level: Level { routes.map(\.level).max() ?? .withdrawn }

    public var state: State {
        if isAnnounced { return .announced }
        let ends = routes.compactMap { $0.waiting?.risesAt }
        return ends.min().map { .heldDown(until: $0) } ?? .withdrawn
    }

    /// Each once, in the order of the neighbors.
    public var waiting: [Waiting] {
        routes.compactMap(\.waiting).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// Something that ends by itself, or with what operators do.
public enum Waiting: Hashable, Sendable {
    case holdDown(until: Instant)
    case penalty(Double, below: Double, until: Instant)
    /// `share`: how much of the traffic is still here; nil: nobody has told.
    case drain(until: Instant, share: Double?)
    case drained(ends: Instant?)
    case kept(share: Double)

    /// When the route gets better by itself, as far as one can say.
    var risesAt: Instant? {
        switch self {
        case .holdDown(let until), .penalty(_, _, let until): until
        case .drain, .drained, .kept: nil
        }
    }

    /// `held down, 7 s left`.
    public func text(now: Instant) -> String {
        switch self {
        case .holdDown(let until): "held down, \(left(until, now)) left"
        case .penalty(let value, let below, let until):
            "penalty \(oneDecimal(value)), announced again below \(oneDecimal(below)) in \(left(until, now))"
        case .drain(let until, let share):
            "draining, \(left(until, now)) left" + (share.map { ", \(percent($0)) of the traffic still here" } ?? "")
        case .drained(let ends): "drained" + (ends.map { ", \(left($0, now)) left" } ?? "")
        case .kept(let share): "drained, but announced: \(percent(share)) of the traffic was still here"
        }
    }
}

extension Announcer {
    public func intents(now: Instant) -> [PrefixIntent] {
        (configuration.prefixes + configuration.covers).map { prefix in
            PrefixIntent(
                prefix: prefix,
                routes: routes.filter { $0.prefix == prefix }.map { route in
                    PrefixIntent.Route(
                        neighbor: route.neighbor, level: route.level,
                        penalty: route.penalty.value(policy.penalty, now: now), waiting: waiting(route, now))
                }, isCover: isCover(prefix))
        }
    }

    private func waiting(_ route: Route, _ now: Instant) -> Waiting? {
        let concerning = drains.filter { covers($0.target, route) } + (stopping.map { [$0.drain] } ?? [])
        if let drain = concerning.min(by: { $0.limit < $1.limit }) {
            return drain.waiting(isAnnounced: route.level > .withdrawn)
        }
        return route.wait(situation(of: route), policy, now: now).flatMap { waiting($0, route) }
    }

    func waiting(_ wait: Route.Wait, _ route: Route) -> Waiting? {
        if let end = wait.penalty, wait.holdDown.map({ $0 <= end }) ?? true {
            return .penalty(
                route.penalty.value(policy.penalty, now: clock), below: policy.penalty.reuse, until: end)
        }
        return wait.holdDown.map { .holdDown(until: $0) }
    }
}

extension Drain {
    /// `isAnnounced`: a drain keeps what is announced and announces nothing, after a restart for instance.
    func waiting(isAnnounced: Bool) -> Waiting {
        switch stage {
        case .moving(let until): .drain(until: until, share: share)
        case .withdrawn: .drained(ends: ends)
        case .kept(let share): isAnnounced ? .kept(share: share) : .drained(ends: ends)
        }
    }
}

private func left(_ end: Instant, _ now: Instant) -> String { spoken(max(end - now, .zero)) }

/// `200 ms`, `7 s`, `2 min 5 s`, `3 h 20 min`: rounded up, so that it is never "0 s" before its time.
package func spoken(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    guard milliseconds > 950 || milliseconds == 0 else { return "\(Int(milliseconds.rounded(.up))) ms" }
    let seconds = Int((milliseconds / 1000).rounded(.up))
    if seconds < 120 { return "\(seconds) s" }
    let minutes = (seconds + 59) / 60
    if minutes >= 120 { return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min" }
    return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
}

/// `1.8`.
func oneDecimal(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
