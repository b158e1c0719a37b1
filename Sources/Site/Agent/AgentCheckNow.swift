internal import Control
internal import Daemon
internal import Health
internal import HTTP
internal import Loop
internal import Net
internal import Probe

/// `landfall check-now`: checks that are made at once, and what came of them.
extension Agent {
    /// One request, while its results come in.
    struct CheckRound {
        let reply: ControlServer.Reply
        /// The checks that were asked for, in the order of the file, each with its result.
        var rows: [(watch: Prober.ID, result: ProbeResult?)]
        /// One was under way already, so it may have begun before whatever was mended: the next one counts.
        var stale: Set<Prober.ID>

        var isOver: Bool { rows.allSatisfy { $0.result != nil } }
    }

    func checkNow(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        do throws(OrderError) {
            let order = try readOrder(asked.body, as: CheckOrder.self)
            let chosen = checks.indices.filter { matches(checks[$0], order) }
            guard !chosen.isEmpty else { return reply(.refusal(404, nothing(like: order))) }
            beginRound(chosen, reply)
        } catch { reply(.refusal(400, "\(error)")) }
    }

    /// By its whole name, or how that begins.
    private func matches(_ state: CheckState, _ order: CheckOrder) -> Bool {
        if let address = order.address, "\(state.address)" != address { return false }
        guard let name = order.check else { return true }
        return state.check.name == name || state.check.name.hasPrefix(name + " ")
    }

    private func nothing(like order: CheckOrder) -> String {
        let known = checks.map { "\($0.check.name) at \($0.address)" }.joined(separator: ", ")
        let wanted = [order.check, order.address.map { "at \($0)" }].compactMap(\.self).joined(separator: " ")
        return "there is no check \(wanted); there are \(known.isEmpty ? "none" : known)"
    }

    private func beginRound(_ chosen: [Int], _ reply: @escaping ControlServer.Reply) {
        let watches = chosen.compactMap { checks[$0].watch }
        let stale = watches.filter { watch in prober.assumeIsolated { $0.isUnderWay(watch) } }
        lastRound += 1
        let id = lastRound
        rounds[id] = CheckRound(reply: reply, rows: watches.map { ($0, nil) }, stale: Set(stale))
        let slowest = chosen.map { checks[$0].check.timeout }.max() ?? .zero
        loop.after(slowest * 2 + .seconds(1)) { self.endRound(id) }
        for index in chosen { apply(checks[index].monitor.handle(.checkNow, now: Loop.now), of: index) }
        if watches.isEmpty { endRound(id) }
    }

    /// Every result comes by here.
    func noteForRounds(_ result: ProbeResult, of watch: Prober.ID) {
        for id in rounds.keys.sorted() {
            guard let row = rounds[id]?.rows.firstIndex(where: { $0.watch == watch && $0.result == nil }) else {
                continue
            }
            if rounds[id]?.stale.remove(watch) != nil {
                loop.after(.zero) { self.prober.assumeIsolated { $0.probeNow(watch) } }
            } else {
                rounds[id]?.rows[row].result = result
                // After the monitor has heard of it, too.
                if rounds[id]?.isOver == true { loop.after(.zero) { self.endRound(id) } }
            }
        }
    }

    private func endRound(_ id: Int) {
        guard let round = rounds.removeValue(forKey: id) else { return }
        var answer = CheckAnswer()
        (answer.network, answer.site, answer.host) = (owner.network, owner.site, owner.host)
        answer.results = round.rows.compactMap { row in
            checks.first { $0.watch == row.watch }.map { describe($0, row.result) }
        }
        round.reply(.json(answer))
    }

    private func describe(_ state: CheckState, _ result: ProbeResult?) -> CheckAnswer.Result {
        var told = CheckAnswer.Result()
        (told.check, told.address, told.verdict) = (state.check.name, "\(state.address)", state.verdict.rawValue)
        (told.result, told.reason, told.kind) = result?.words ?? ("impossible", "no result in time", nil)
        switch result {
        case .answered(let time), .degraded(_, let time): told.milliseconds = time.milliseconds
        case .failed, .impossible, .disabled, nil: break
        }
        told.output = state.watch.flatMap { watch in prober.assumeIsolated { $0.output(of: watch) } }
        return told
    }
}
