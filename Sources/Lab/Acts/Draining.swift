internal import Announce
internal import Config
internal import Control
internal import Kernel
internal import Loop
internal import Net

extension Director {
    /// Drains the host at a site, as an operator does who has seen that others announce; waits until the drain has
    /// withdrawn, or has found that too much still arrives.
    func drain(_ site: Int, force: Bool) throws -> Undertaking {
        if !force { try confirmOthers(than: site) }
        var drain = DrainOrder(OrderTarget(.host))
        drain.force = force
        let undertaking = Undertaking(.drained(site: site))
        undertaking.patience = network.announce.drain.wait
        var told = Report.Drain()
        told.stage = "moving"
        told.effect = try order(drain, to: "/drain", at: site).effect
        cast.note(site, .undone(silences: false) { [self] in
            _ = try order(UndrainOrder(OrderTarget(.host)), to: "/undrain", at: site)
        })
        let start = Loop.now
        let limit = network.announce.drain.wait + .seconds(5)
        var decided: Instant?
        undertaking.goOn = { [self] now in
            if let status = status(of: site)?.drains?.first(where: { $0.target.kind == .host }) {
                told.stage = status.state
                told.share = OrNull(status.share ?? told.share.value)
            }
            if told.stage != "moving" { decided = now }
            return decided != nil || now - start > limit
        }
        undertaking.finish = { evaluation, conversations in
            told.decidedAfterMilliseconds = OrNull(decided.map { ($0 - start).rounded })
            let until = decided ?? evaluation.end
            told.arriving = conversations.landings(at: site, before: until)
            told.arrivedBefore = conversations.landings(at: site, before: start)
            undertaking.drain = told
        }
        return undertaking
    }

    /// Nobody takes the last site away by mistake (ANNOUNCING 13).
    private func confirmOthers(than site: Int) throws {
        routing.look()
        let others = network.sites.indices.filter { $0 != site && !cast.broken.contains($0) }
        guard others.contains(where: routing.isAnnounced) else {
            throw LabError.failed(
                "no other site than \(network.sites[site].name) is announced: drain it with force: true if that is meant")
        }
    }
}

extension [Conversation] {
    /// Queries of the second before an instant that a site answered.
    fileprivate func landings(at site: Int, before end: Instant) -> Int {
        reduce(0) { $0 + $1.queries.slice(from: end + .seconds(-1), to: end).count { $0.site == site } }
    }
}
