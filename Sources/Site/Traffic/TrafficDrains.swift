internal import Announce
internal import Config
internal import Net

/// How much of the traffic of before a drain is still here.
struct TrafficDrains {
    private var before: [Drain.Target: Before] = [:]

    private struct Before {
        var began: Instant
        /// A second; nil: that isn't known.
        var rate: Double?
    }

    /// With less in a second, a second of silence is no sign that traffic has moved: a longer look is, once there is one.
    private static let few = 2.5

    var isEmpty: Bool { before.isEmpty }

    /// A drain that is new is held against the traffic of this moment.
    mutating func follow(_ targets: [Drain.Target], at now: Instant, _ rate: (Drain.Target) -> Double?) {
        before = before.filter { targets.contains($0.key) }
        for target in targets where before[target] == nil { before[target] = Before(began: now, rate: rate(target)) }
    }

    /// Of each drain of which it is known, in the order of their names.
    func shares(
        at now: Instant, _ rate: (Drain.Target, _ window: Duration) -> Double?
    ) -> [(target: Drain.Target, share: Double)] {
        before.sorted { "\($0.key)" < "\($1.key)" }.compactMap { target, before in
            guard let usual = before.rate, let window = Self.window(usual, now - before.began),
                let left = rate(target, window)
            else { return nil }
            return (target, usual > 0 ? min(1, left / usual) : left > 0 ? 1 : 0)
        }
    }

    /// How long a look tells what is left of `usual` a second; nil: longer than the drain has gone on.
    private static func window(_ usual: Double, _ age: Duration) -> Duration? {
        guard usual > 0, usual < few else { return TrafficRate.short }
        return age >= TrafficRate.long ? TrafficRate.long : nil
    }
}

extension Network {
    /// The addresses whose whole traffic a drain is about. None for one of several neighbors of a family: what leaves the
    /// host doesn't tell through which of them its question came.
    func addresses(of target: Drain.Target, at site: Config.Site) -> [Address] {
        switch target {
        case .host: return services.flatMap(\.addresses)
        case .service(let name): return services.filter { $0.name == name }.flatMap(\.addresses)
        case .neighbor(let name):
            guard let neighbor = site.neighbors.first(where: { $0.name == name }),
                site.neighbors.count(where: { $0.address.family == neighbor.address.family }) == 1
            else { return [] }
            return services.flatMap(\.addresses).filter { $0.family == neighbor.address.family }
        }
    }
}
