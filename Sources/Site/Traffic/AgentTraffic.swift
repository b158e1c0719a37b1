internal import Announce
internal import Config
internal import Loop
internal import Net

/// What the announcer hears of traffic: the load, and how much is left during drains and a stop.
extension Agent {
    private static let regular = Duration.seconds(1)
    private static let whileDraining = Duration.milliseconds(200)

    /// From now on, and again when the configuration is another.
    func followTraffic() {
        traffic.follow(network.services, at: site.name)
        if sampling == nil { sampleTraffic() }
    }

    private func sampleTraffic() {
        traffic.sample(at: Loop.now)
        tellTraffic()
        tellLoad()
        sampling = loop.after(drainTraffic.isEmpty ? Self.regular : Self.whileDraining) { self.sampleTraffic() }
    }

    /// After whatever may have begun or ended a drain.
    func followDrains() {
        let wasIdle = drainTraffic.isEmpty
        drainTraffic.follow(targetsDraining, at: Loop.now) { self.rate(of: $0, over: TrafficRate.long) }
        guard wasIdle, !drainTraffic.isEmpty, let sampling else { return }
        loop.cancel(sampling)
        self.sampling = loop.after(Self.whileDraining) { self.sampleTraffic() }
    }

    private var targetsDraining: [Drain.Target] {
        let targets = announcer.drains.filter { $0.stage != .withdrawn }.map(\.target)
        return announcer.isStopping && !targets.contains(.host) ? targets + [.host] : targets
    }

    private func tellTraffic() {
        for (target, share) in drainTraffic.shares(at: Loop.now, { self.rate(of: $0, over: $1) }) {
            apply(announcer.handle(.traffic(share: share, target), now: Loop.now))
        }
    }

    private func rate(of target: Drain.Target, over window: Duration) -> Double? {
        traffic.perSecond(network.addresses(of: target, at: site), over: window)
    }
}
