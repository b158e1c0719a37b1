internal import Announce
internal import Config
internal import Health
internal import Loop
internal import Probe

/// The load of this host, as a share of what it can carry: what our own servers answer, and what programs tell of others.
extension Agent {
    /// What the program of a check printed; one that gave no result tells nothing.
    func noteLoad(_ result: ProbeResult, _ index: Int) {
        guard case .exec(let exec) = checks[index].check.kind, exec.tellsLoad else { return }
        checks[index].load = nil
        switch result {
        case .answered, .degraded, .failed(_, .wrong):
            guard let watch = checks[index].watch else { return }
            let output = prober.assumeIsolated { $0.output(of: watch) }
            checks[index].load = output.flatMap(PerformanceData.first)
        case .failed, .impossible, .disabled: return
        }
    }

    /// nil as long as one of those that should tell doesn't: a part would look like less load.
    var loadShare: Double? {
        guard let capacity = site.capacity.queriesPerSecond, capacity > 0 else { return nil }
        let told = checks.filter { if case .exec(let exec) = $0.check.kind { exec.tellsLoad } else { false } }
        let served = network.services.filter { service in
            service.serve(at: site.name) != nil && !told.contains { service.addresses.contains($0.address) }
        }
        var all: [Double?] = told.map(\.load)
        for service in served { all.append(traffic.perSecond(service.addresses, over: TrafficRate.long)) }
        let known = all.compactMap(\.self)
        guard !known.isEmpty, known.count == all.count else { return nil }
        return known.reduce(0, +) * Double(site.hosts.count) / Double(capacity)
    }

    func tellLoad() {
        guard network.announce.load != nil, let share = loadShare else { return }
        apply(announcer.handle(.load(share), now: Loop.now))
    }
}
