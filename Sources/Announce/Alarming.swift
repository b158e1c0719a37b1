internal import Net

/// Alarms follow from the state: one that is true and not open is raised, one that is open and not true is resolved.
///
/// That a check can't be made is told only when it is so for most of the time: see ``Uncertainty``.
extension Announcer {
    /// When a check may have been uncertain for so long, or have been well for so long.
    var uncertaintiesDue: [Instant] { board.services.flatMap(\.results).compactMap(\.uncertainty.due) }

    mutating func settleAlarms(_ changes: inout Changes) {
        board.settle(now: clock)
        let now = board.services.flatMap(alarms) + anchorAlarms + drainAlarms + loadAlarms
        for alarm in now where !alarms.contains(alarm) { changes.say(.alarm(alarm)) }
        for alarm in alarms where !now.contains(alarm) { changes.say(.resolved(alarm)) }
        alarms = now
    }

    private func alarms(of watched: Board.Watched) -> [Alarm] {
        let address = watched.service.address
        var all: [Alarm] = watched.isCrashing ? [.crashLoop(service: watched.service.name)] : []
        for (check, result) in zip(watched.service.checks, watched.results) {
            if result.uncertainty.isAlarm { all.append(.uncertain(check: check.name, address)) }
            switch (result.verdict, check.reach) {
            case (.failing, .shared), (.degraded, .shared):
                all.append(.sharedFailure(check: check.name, address))
            case (.failing, .local) where !result.isProven && isAnnounced(address):
                all.append(.unprovenFailure(check: check.name, address))
            default: continue
            }
        }
        return all
    }

    private func isAnnounced(_ address: Address) -> Bool {
        routes.contains { $0.told != nil && !isCover($0.prefix) && $0.prefix.contains(address) }
    }

    private var anchorAlarms: [Alarm] {
        configuration.prefixes.filter(configuration.guards).compactMap { prefix in
            let bad = routes.filter { route in
                route.prefix == prefix && route.level == .lastResort && situation(of: route).proven == .failing
            }
            guard !bad.isEmpty else { return nil }
            let alone = configuration.neighbors.filter { neighbor in
                !neighbor.hasAlternative && bad.contains { $0.neighbor == neighbor.name }
            }
            return .anchorFails(prefix, withoutAlternative: alone.map(\.name))
        }
    }

    private var drainAlarms: [Alarm] {
        drains.compactMap { drain in
            guard case .kept(let share) = drain.stage else { return nil }
            let names = neighborsTold(of: drain.target)
            return names.isEmpty ? nil : .trafficStays(drain.target, share: share, neighbors: names)
        }
    }

    private var loadAlarms: [Alarm] {
        loadStep.refusal.map { [.loadStepRefused($0)] } ?? []
    }
}
