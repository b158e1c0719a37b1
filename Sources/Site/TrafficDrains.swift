internal import Announce
internal import Config
internal import Net

/// How much of the traffic of before a drain is still here.
struct TrafficDrains {
    /// A second, when each drain began; nil: that isn't known.
    private var before: [Drain.Target: Double?] = [:]

    var isEmpty: Bool { before.isEmpty }

    /// A drain that is new is held against the traffic of this moment.
    mutating func follow(_ targets: [Drain.Target], _ rate: (Drain.Target) -> Double?) {
        before = before.filter { targets.contains($0.key) }
        for target in targets where before[target] == nil { before[target] = .some(rate(target)) }
    }

    /// Of each drain of which it is known, in the order of their names.
    func shares(_ rate: (Drain.Target) -> Double?) -> [(target: Drain.Target, share: Double)] {
        before.sorted { "\($0.key)" < "\($1.key)" }.compactMap { target, before in
            guard let before, let now = rate(target) else { return nil }
            let share = before > 0 ? min(1, now / before) : now > 0 ? 1 : 0
            return (target, share)
        }
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
