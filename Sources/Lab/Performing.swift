internal import Config
internal import Glibc
internal import Loop
internal import Net

/// One step after the other: wait until routes stand, do it, watch, and say what it meant.
extension Director {
    func perform(_ step: Rehearsal.Step) throws -> Report.Step {
        try awaitQuiet()
        tell(.progress("\(step.name): watching"))
        let target = step.target.flatMap(network.target(named:))
        let hosts = target.map(network.hosts(of:)) ?? []
        let checks = hosts.map(checksMade)
        lookout.begin()
        let before = network.hosts.indices.map(routing.sessions(of:))
        let start = Loop.now
        let undertaking = try begin(step, target)
        var lost: Set<Int> = []
        let end = try observe(undertaking, of: step, since: start) {
            routing.look()
            lookout.look()
            for host in before.indices where Routing.lost(before[host], routing.sessions(of: host)) {
                lost.insert(host)
            }
        }
        let evaluation = Evaluation(undertaking.act, from: start, to: end, deadline: network.rehearsal.deadline)
        awaitDecisions(of: evaluation)
        undertaking.finish(evaluation, conversations)
        var seen = lookout.sightings(of: hosts)
        for (host, before) in zip(hosts, checks) {
            if let before, let now = checksMade(at: host) { seen.note(before, now) }
        }
        var result = judge(step, undertaking, evaluation, seen, lostRoutes: lost, took: Loop.now - start)
        result.failures += compareWithPlan(after: step)
        result.ok = result.failures.isEmpty
        tell(.step(result))
        return result
    }

    private func judge(
        _ step: Rehearsal.Step, _ undertaking: Undertaking, _ evaluation: Evaluation, _ seen: Sightings,
        lostRoutes: Set<Int>, took: Duration
    ) -> Report.Step {
        let rows = zip(zip(conversations, downloads), home).map { pair, home in
            evaluation.row(for: pair.0, download: pair.1, home: home)
        }
        let names = Judgement.Names(
            clients: blueprint.clients.map(\.name), sites: network.sites.map(\.name),
            hosts: network.hosts.map(\.host.name))
        let isWithdrawn = step.target.map { !lostRoutes.isDisjoint(with: network.hosts(named: $0)) } ?? false
        let judgement = Judgement(
            rows, of: evaluation.act, withdrawn: isWithdrawn, seen: seen, expecting: step.expect, names: names)
        var result = describe(step, rows, judgement, lostRoutes: lostRoutes, took: took)
        result.note(seen)
        (result.drain, result.flood) = (OrNull(undertaking.drain), OrNull(undertaking.flood))
        return result
    }

    /// Watches until all is done and every client is served again, or no more is to be hoped for; returns when it stopped.
    private func observe(
        _ undertaking: Undertaking, of step: Rehearsal.Step, since start: Instant, _ look: () -> Void
    ) throws -> Instant {
        let least = max(step.least, undertaking.least)
        let observer = Observer(act: undertaking.act, start: start, home: home, least: least)
        let patience = cast.broken.count == network.hosts.count ? .seconds(3) : .seconds(20) + passing
        var done: Instant?
        while true {
            usleep(50_000)
            look()
            let now = Loop.now
            if done == nil, try undertaking.goOn(now) { done = now }
            guard let done, undertaking.act.isEndless || now - done >= Observer.settling else { continue }
            let conversations = conversations
            let sent = conversations.reduce(0) { $0 + $1.queries.slice(from: start, to: now).count }
            let isEnough = sent >= step.expect.queries ?? 0 && observer.isSettled(conversations, now: now)
            if isEnough || now - done > least + patience + undertaking.patience { return now }
        }
    }

    private func awaitDecisions(of evaluation: Evaluation) {
        let patience = max(network.rehearsal.deadline, Connection.patience) + .milliseconds(500)
        while Loop.now < evaluation.end + patience {
            let isClear = downloads.allSatisfy { $0.fate(from: evaluation.start, to: evaluation.end) != .undecided }
            if isClear, conversations.allSatisfy(evaluation.isDecided) { return }
            usleep(50_000)
        }
    }
}

extension Rehearsal.Step {
    /// Shorter looks would miss what comes late.
    fileprivate var least: Duration {
        switch kind {
        case .measure: .milliseconds(1500)
        case .hang, .kill, .freeze, .cut, .flap, .overload: .seconds(2)
        case .restore, .drain, .undrain: .milliseconds(1200)
        }
    }
}
