internal import Net

/// What the events that concern more than one small value do.
extension Announcer {
    mutating func note(session neighbor: String, _ isUp: Bool, _ changes: inout Changes) {
        guard self.isUp(neighbor) != isUp else { return }
        if isUp { sessionsDown.removeAll { $0 == neighbor } } else { sessionsDown.append(neighbor) }
        changes.cause = "the session with \(neighbor) \(isUp ? "came up" : "was lost")"
        changes.isMemorable = true
        for index in routes.indices where routes[index].neighbor == neighbor {
            let prefix = routes[index].prefix
            let isGuarded = isCover(prefix) || configuration.guards(prefix)
            routes[index].note(sessionUp: isUp, isGuarded: isGuarded, policy.penalty, now: clock)
        }
    }

    mutating func note(share: Double, _ target: Drain.Target) {
        for index in drains.indices where drains[index].target == target {
            drains[index].note(share: share, now: clock)
        }
        if target == .host { stopping?.drain.note(share: share, now: clock) }
    }

    /// A service whose addresses are another's now, as after it was given another name, was drained for work that is still
    /// being done: its drain goes on there, as an act that can be undone.
    private mutating func carryDrains(to new: Configuration) {
        for drain in drains {
            guard case .service(let name) = drain.target, !new.services.contains(where: { $0.name == name }) else {
                continue
            }
            let addresses = configuration.services.filter { $0.name == name }.map(\.address)
            let heirs = new.services.filter { addresses.contains($0.address) }.map { Drain.Target.service($0.name) }
            for heir in heirs where !drains.contains(where: { $0.target == heir }) {
                let carried = drain.moved(to: heir)
                drains.append(carried)
                acts.add(
                    .drain(heir, for: drain.ends.map { $0 - clock }, isForced: drain.isForced), by: "reload",
                    effect: "drain of \(drain.target) goes on as that of \(heir)", nil, carried, now: clock)
            }
            guard !heirs.isEmpty else { continue }
            drains.removeAll { $0.target == drain.target }
            acts.end(drain.target)
        }
    }

    /// Only the difference has an effect: a route that is still there keeps its hold-down and its penalty, a check that is
    /// still the same its verdict.
    mutating func configure(_ new: Configuration, _ changes: inout Changes) {
        guard new != configuration else { return }
        changes.cause = "the configuration has changed"
        changes.isMemorable = true
        board = board.replaced(by: new.services)
        sessionsDown.removeAll { name in !new.neighbors.contains { $0.name == name } }
        let old = (routes, waits, configuration.policy.penalty)
        carryDrains(to: new)
        // Another table is told as soon as it is read.
        if new.policy.displaced != policy.displaced { displaced = nil }
        configuration = new
        if new.policy.load == nil { loadStep = LoadStep() }
        routes = new.routes
        waits = routes.map { _ in nil }
        for index in routes.indices {
            let key = (routes[index].prefix, routes[index].neighbor)
            guard let before = old.0.firstIndex(where: { ($0.prefix, $0.neighbor) == key }) else { continue }
            routes[index] = old.0[before]
            routes[index].penalty.change(from: old.2, to: new.policy.penalty, now: clock)
            waits[index] = old.1[before]
        }
        for route in old.0 where route.told != nil {
            guard !routes.contains(where: { ($0.prefix, $0.neighbor) == (route.prefix, route.neighbor) }) else {
                continue
            }
            changes.note(.withdrawn, route.prefix, route.neighbor, "not in the configuration any more")
        }
    }
}
