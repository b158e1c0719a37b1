internal import Announce
internal import Control
internal import Daemon
internal import Loop
internal import Net

/// Drains and what prefixes wait for, as `GET /status` tells them.
extension Agent {
    var drainStatus: [Status.Drain] { announcer.drains.map(describe) }

    private func describe(_ drain: Announce.Drain) -> Status.Drain {
        var told = Status.Drain()
        (told.target, told.isForced, told.share) = (OrderTarget(of: drain.target), drain.isForced, drain.share)
        told.state = drain.stage.word
        if case .moving(let until) = drain.stage { told.secondsLeft = seconds(until: until) }
        if case .kept(let share) = drain.stage { told.share = share }
        told.neighbors = announcer.neighborsTold(of: drain.target)
        if let ends = drain.ends {
            (told.ends, told.endsInSeconds) = (timestamp(ends, now: Loop.now), seconds(until: ends))
        }
        let act = act(behind: drain)
        (told.act, told.by, told.since) = (act?.number, act?.by, act.map { timestamp($0.at, now: Loop.now) })
        return told
    }

    /// What an operator did to drain it.
    func act(behind drain: Announce.Drain) -> Acts.Act? {
        announcer.acts.all.last { $0.standing == .inEffect && $0.change.target == drain.target }
    }

    /// What still arrives, and what comes next.
    nonisolated func tell(_ drain: Announce.Drain, _ event: inout Event) {
        switch drain.target {
        case .host: break
        case .service(let name): event.service = name
        case .neighbor(let name): event.neighbor = name
        }
        let share = drain.share.map { "\(Int(($0 * 100).rounded())) % of the traffic of before still arrives" }
        let next = if case .kept = drain.stage { "it stays announced" } else { "now it is withdrawn" }
        event.reason = "\(drain.target): \(share ?? "what still arrives isn't known"); \(next)"
    }

    private func seconds(until end: Instant) -> Double { max(0, (end - Loop.now).milliseconds / 1000) }

    func describe(_ route: PrefixIntent.Route) -> Status.Prefix.Route {
        var told = Status.Prefix.Route()
        (told.neighbor, told.level, told.penalty) = (route.neighbor, route.level.word, route.penalty)
        told.waiting = route.waiting?.text(now: Loop.now)
        switch route.waiting {
        case .drain, .drained, .kept: told.isDrained = true
        case .holdDown, .penalty, nil: break
        }
        return told
    }
}

extension Drain.Stage {
    var word: String {
        switch self {
        case .moving: "moving"
        case .withdrawn: "withdrawn"
        case .kept: "kept"
        }
    }
}
