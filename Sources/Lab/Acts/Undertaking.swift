internal import Announce
internal import Config
internal import Net

/// What a step does: some of it at once, some while it is watched.
final class Undertaking {
    let act: Evaluation.Act
    /// Called again and again until it says that nothing more will be done.
    var goOn: (Instant) throws -> Bool = { _ in true }
    /// Whoever looks no longer than that sees nothing of it.
    var least: Duration = .zero
    /// How much longer than usual clients may take to be served when all is done.
    var patience: Duration = .zero
    var drain: Report.Drain?
    var flood: Report.Flood?
    /// Called when every query is decided.
    var finish: (Evaluation, [Conversation]) -> Void = { _, _ in }

    init(_ act: Evaluation.Act) { self.act = act }
}

extension Director {
    func begin(_ step: Rehearsal.Step, _ target: Target?) throws -> Undertaking {
        guard let target else { return Undertaking(.nothing) }
        let hosts = network.hosts(of: target)
        switch step.kind {
        case .measure: return Undertaking(.nothing)
        case .hang: for host in hosts { try cast.hang(host, step.process) }
        case .kill: for host in hosts { try cast.kill(host, step.process) }
        case .freeze:
            for host in hosts { try cast.freeze(host) }
            return silence(target)
        case .cut:
            for host in hosts { cut(host, neighbor: step.neighbor) }
            return silence(target)
        case .drain: return try drain(target, force: step.isForced)
        case .undrain, .restore:
            for host in hosts { try cast.restore(host) }
            return back(target)
        case .flap: return try flap(target, step.process, for: step.length)
        case .overload: return try overload(target, step.load, for: step.length)
        }
        return Undertaking(.broke(target))
    }

    /// Neighbors notice by hold time.
    private func silence(_ target: Target) -> Undertaking {
        let undertaking = Undertaking(.broke(target))
        let times = network.sites[target.site].neighbors.map(\.holdTime)
        undertaking.least = (times.max() ?? .zero) + .milliseconds(500)
        return undertaking
    }

    /// Whoever comes back waits for hold-down and penalty.
    func back(_ target: Target) -> Undertaking {
        let undertaking = Undertaking(.restored(target))
        undertaking.patience = network.announce.holdDown + network.announce.penalty.longest
        return undertaking
    }
}
