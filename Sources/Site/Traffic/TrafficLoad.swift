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
            checks[index].load = prober.assumeIsolated { $0.received(of: watch).load }
        case .failed, .impossible, .disabled: return
        }
    }

    /// The highest of what services have a capacity of their own for, and of what the others together are of this host's
    /// part of the site's. nil as long as one of those that should tell doesn't: a part would look like less load.
    var loadShare: Double? {
        var shares: [Double] = []
        var rest: Double?
        for service in network.services where service.serve(at: site.name) != nil || service.tellsLoad {
            guard let load = load(of: service) else { return nil }
            if let capacity = service.capacity {
                shares.append(load / Double(capacity))
            } else {
                rest = (rest ?? 0) + load
            }
        }
        if let rest {
            guard let capacity = site.capacity.queriesPerSecond else { return nil }
            shares.append(rest * Double(site.hosts.count) / Double(capacity))
        }
        return shares.max()
    }

    /// Queries a second. What programs tell goes before what our own server counts.
    private func load(of service: Service) -> Double? {
        guard service.tellsLoad else { return traffic.perSecond(service.addresses, over: TrafficRate.long) }
        let told = checks.filter { state in
            guard case .exec(let exec) = state.check.kind, exec.tellsLoad else { return false }
            return service.addresses.contains(state.address)
        }
        let known = told.compactMap(\.load)
        return known.isEmpty || known.count < told.count ? nil : known.reduce(0, +)
    }

    func tellLoad() {
        guard network.announce.load != nil, let share = loadShare else { return }
        apply(announcer.handle(.load(share), now: Loop.now))
    }
}
