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
    func begin(_ step: Rehearsal.Step, _ site: Int?) throws -> Undertaking {
        guard let site else { return Undertaking(.nothing) }
        switch step.kind {
        case .measure: return Undertaking(.nothing)
        case .hang: try cast.hang(site, step.process)
        case .kill: try cast.kill(site, step.process)
        case .freeze:
            try cast.freeze(site)
            return silence(site)
        case .cut:
            cut(site, neighbor: step.neighbor)
            return silence(site)
        case .drain: return try drain(site, force: step.isForced)
        case .undrain, .restore:
            try cast.restore(site)
            return back(site)
        case .flap: return try flap(site, step.process, for: step.length)
        case .overload: return try overload(site, step.load, for: step.length)
        }
        return Undertaking(.broke(site: site))
    }

    /// Neighbors notice by hold time.
    private func silence(_ site: Int) -> Undertaking {
        let undertaking = Undertaking(.broke(site: site))
        undertaking.least = (network.sites[site].neighbors.map(\.holdTime).max() ?? .zero) + .milliseconds(500)
        return undertaking
    }

    /// Whoever comes back waits for hold-down and penalty.
    func back(_ site: Int) -> Undertaking {
        let undertaking = Undertaking(.restored(site: site))
        undertaking.patience = network.announce.holdDown + network.announce.penalty.longest
        return undertaking
    }
}
