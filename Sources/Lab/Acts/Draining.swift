internal import Announce
internal import Config
internal import Control
internal import Kernel
internal import Loop
internal import Net

extension Director {
    /// Drains a host, or all those of a site, as an operator does who has seen that others announce; waits until each drain
    /// has withdrawn, or has found that too much still arrives.
    func drain(_ target: Target, force: Bool) throws -> Undertaking {
        if !force { try confirmOthers(than: target) }
        let undertaking = Undertaking(.drained(target))
        undertaking.patience = network.announce.drain.wait
        let hosts = network.hosts(of: target)
        var told = Report.Drain()
        for host in hosts { told.effect = try drain(host, force: force) }
        let start = Loop.now
        let limit = network.announce.drain.wait + .seconds(5)
        var decided: Instant?
        undertaking.goOn = { [self] now in
            let drains = hosts.map { status(of: $0)?.drains?.first { $0.target.kind == .host } }
            told.note(drains)
            if told.stage != "moving" { decided = now }
            return decided != nil || now - start > limit
        }
        undertaking.finish = { evaluation, conversations in
            told.decidedAfterMilliseconds = OrNull(decided.map { ($0 - start).rounded })
            told.arriving = conversations.landings(at: target, before: decided ?? evaluation.end)
            told.arrivedBefore = conversations.landings(at: target, before: start)
            undertaking.drain = told
        }
        return undertaking
    }

    /// Returns what the agent says that it will do.
    private func drain(_ host: Int, force: Bool) throws -> String {
        var drain = DrainOrder(OrderTarget(.host))
        drain.force = force
        let effect = try order(drain, to: "/drain", at: host).effect
        cast.note(
            host,
            .undone(silences: false) { [self] in
                _ = try order(UndrainOrder(OrderTarget(.host)), to: "/undrain", at: host)
            })
        return effect
    }

    /// Nobody takes the last site away by mistake (ANNOUNCING 13).
    private func confirmOthers(than target: Target) throws {
        routing.look()
        let targeted = network.hosts(of: target)
        let others = network.hosts.indices.filter { !targeted.contains($0) && !cast.broken.contains($0) }
        guard others.contains(where: routing.isAnnounced) else {
            throw LabError.failed(
                "nothing else than \(targeted.map(network.label(ofHost:)).joined(separator: " and ")) is announced: "
                    + "drain it with force: true if that is meant")
        }
    }
}

extension Report.Drain {
    /// Of several hosts, that which is least far; the largest share that was seen while they waited.
    fileprivate mutating func note(_ drains: [Status.Drain?]) {
        let states = drains.map { $0?.state ?? "moving" }
        stage = ["moving", "kept"].first(where: states.contains) ?? "withdrawn"
        share = OrNull(drains.compactMap { $0?.share }.max() ?? share.value)
    }
}

extension [Conversation] {
    /// Queries of the second before an instant that the target answered.
    fileprivate func landings(at target: Target, before end: Instant) -> Int {
        reduce(0) {
            $0 + $1.queries.slice(from: end + .seconds(-1), to: end).count { $0.server.map(target.includes) ?? false }
        }
    }
}
