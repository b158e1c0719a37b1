internal import Net

/// After every event: drains and the load step go on, and every route moves to where it belongs.
extension Announcer {
    mutating func settle(_ changes: inout Changes) {
        settleDrains(&changes)
        if stopping != nil { changes.cause = changes.cause ?? "the agent stops" }
        settleStopDrain(&changes)
        settleLoad(&changes)
        for index in routes.indices { settleRoute(at: index, &changes) }
        if changes.hasWithdrawn { withdrawnAt = clock }
        settleStop(&changes)
        settleAlarms(&changes)
    }

    private mutating func settleDrains(_ changes: inout Changes) {
        for index in drains.indices {
            let before = drains[index].stage
            drains[index].settle(now: clock)
            guard drains[index].stage != before else { continue }
            changes.isMemorable = true
            changes.say(.waited(drains[index]))
            changes.cause = changes.cause ?? "drained: \(drains[index].target)"
        }
        endDrains(&changes)
    }

    /// Those whose time is over. An operator who comes later finds them gone.
    mutating func endDrains(_ changes: inout Changes) {
        for drain in drains where drain.ends.map({ $0 <= clock }) ?? false {
            changes.isMemorable = true
            changes.cause = changes.cause ?? "the drain of \(drain.target) is over"
            acts.end(drain.target)
        }
        drains.removeAll { $0.ends.map { $0 <= clock } ?? false }
    }

    private mutating func settleLoad(_ changes: inout Changes) {
        guard let marks = policy.load else { return }
        let known = displaced ?? (policy.displaced == nil ? nil : .unusable("it was not read yet"))
        guard loadStep.settle(marks, known, now: clock) else { return }
        changes.isMemorable = true
        changes.cause = changes.cause ?? (loadStep.isDegraded ? "overloaded" : "the load has fallen")
    }

    private mutating func settleRoute(at index: Int, _ changes: inout Changes) {
        let situation = situation(of: routes[index])
        routes[index].settle(situation, policy, now: clock)
        let route = routes[index]
        let wasTold = route.told != nil
        if routes[index].tell(announcement(of: route), isUp: isUp(route.neighbor), policy.penalty, now: clock) {
            changes.isMemorable = true
            let kind: Changes.Kind = !wasTold ? .announced : routes[index].told == nil ? .withdrawn : .changed
            changes.note(kind, route.prefix, route.neighbor, changes.cause ?? reason(waits[index]))
        }
        let wait = routes[index].wait(situation, policy, now: clock)
        if let wait, wait != waits[index], let waiting = waiting(wait, routes[index]) {
            changes.note(.held(waiting), route.prefix, route.neighbor, "")
        }
        if wait == nil, waits[index] != nil, !wasTold, route.level == .withdrawn {
            changes.note(.unheld, route.prefix, route.neighbor, changes.cause ?? "it fails again")
        }
        waits[index] = wait
    }

    /// When only time has passed, what was waited for is the reason.
    private func reason(_ wait: Route.Wait?) -> String {
        guard let wait else { return "the wait is over" }
        let isPenalty = (wait.penalty ?? .zero) > (wait.holdDown ?? .zero)
        return isPenalty
            ? "the penalty has fallen below \(oneDecimal(policy.penalty.reuse))"
            : "healthy for \(policy.holdDown.roundedText)"
    }

    func isUp(_ neighbor: String) -> Bool { !sessionsDown.contains(neighbor) }

    private func announcement(of route: Route) -> Announcement? {
        guard route.level > .withdrawn,
            let neighbor = configuration.neighbors.first(where: { $0.name == route.neighbor })
        else { return nil }
        return neighbor.announcement(
            of: route.prefix, at: route.level, policy, standby: configuration.isStandby && !isCover(route.prefix))
    }

    func isCover(_ prefix: Prefix) -> Bool { configuration.covers.contains(prefix) }

    func situation(of route: Route) -> Route.Situation {
        let limit = limit(of: route)
        guard !isCover(route.prefix) else {
            return .init(proven: .healthy, all: .healthy, limit: limit, isGuarded: true, ignoresDegraded: true)
        }
        let require = policy.require ?? .all
        let all = board.condition(of: route.prefix, at: route.neighbor, require, .all) ?? .failing
        let proven = board.condition(of: route.prefix, at: route.neighbor, require, .proven)
        let worst: Condition = loadStep.isDegraded ? .degraded : .healthy
        return .init(
            proven: min(proven ?? .healthy, worst), all: min(all, worst), limit: limit,
            isGuarded: configuration.guards(route.prefix), ignoresDegraded: configuration.sharesSite,
            isStopping: isStopping)
    }

    /// What drains and a stop allow. A cover stays when the host is drained: it is there for the time when no other site
    /// has the specific prefix.
    private func limit(of route: Route) -> Level {
        var limit = Level.healthy
        for drain in drains where covers(drain.target, route) {
            let keeps = drain.target == .host && isCover(route.prefix)
            limit = min(limit, keeps ? .draining : drain.limit)
        }
        return stopping.map { min(limit, $0.drain.limit) } ?? limit
    }

    func covers(_ target: Drain.Target, _ route: Route) -> Bool {
        switch target {
        case .host: true
        case .neighbor(let name): route.neighbor == name
        case .service(let name):
            configuration.services.contains { $0.name == name && route.prefix.contains($0.address) }
                && !isCover(route.prefix)
        }
    }

    /// The next moment at which something could change by itself.
    var nextDue: Instant? {
        var all = waits.compactMap { $0?.next } + drains.compactMap(\.due) + drains.compactMap(\.ends)
        all += uncertaintiesDue
        if let due = stopping?.due { all.append(due) }
        if let marks = policy.load, let due = loadStep.due(marks) { all.append(due) }
        return all.filter { $0 > clock }.min()
    }
}
