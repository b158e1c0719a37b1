/// What a failure does.
public struct Impact: Hashable, Sendable {
    public var failure: Failure
    /// Who moves, by the site that is left and then by the one that is reached.
    public var flows: [Flow]
    /// By site, afterwards.
    public var loads: [Clients.Load]
    /// By site: what it is given.
    public var added: [Clients.Load]
    /// What lands somewhere else than before.
    public var landed: Clients.Load
    /// Sites that announce nothing to anybody any more, ascending.
    public var gone: [Int]
    /// What the failed AS itself counts for; it is in `flows` as well, as one that has no route.
    public var down: Clients.Load
    /// Sites that have more than they can carry, the worst first.
    public var overloads: [Overload]
    /// Nil: nobody moves, or nobody knows how far it is.
    public var latency: LatencyLoss?

    public struct Flow: Hashable, Sendable {
        /// Nil: nowhere, they had no route. What fails can have been in the way of a route: the AS that chose it was asked not
        /// to pass it on, and passes on the next one.
        public var from: Int?
        /// Nil: nowhere, they have no route.
        public var to: Int?
        /// ASes, also of those of which only a part moves.
        public var ases: Int
        public var load: Clients.Load
    }

    /// What a site has, and could carry, in queries a second.
    public struct Overload: Hashable, Sendable {
        public var site: Int
        /// In its busiest hour.
        public var load: Double
        public var capacity: Double
        /// Which that is (UTC); nil: it is the same all day.
        public var hour: Int?
    }

    public struct LatencyLoss: Hashable, Sendable {
        /// What those who moved have more than before, in milliseconds, by weight; negative: they have gained.
        public var mean: Double
        /// Of those who moved.
        public var before: Summary.Latency
        public var after: Summary.Latency
        /// What they count for.
        public var weight: Double
    }

    /// All that moves or loses its way.
    public var displaced: Clients.Load { sum(flows.filter { $0.from != nil }) }
    /// What has no route, and had one.
    public var stranded: Clients.Load { sum(flows.filter { $0.to == nil }) }
    public var displacedASes: Int { flows.reduce(0) { $0 + ($1.from == nil ? 0 : $1.ases) } }
    public var strandedASes: Int { flows.reduce(0) { $0 + ($1.to == nil ? $1.ases : 0) } }

    private func sum(_ flows: [Flow]) -> Clients.Load {
        var sum = Clients.Load()
        for flow in flows { sum.add(flow.load) }
        return sum
    }
}

extension Deployment {
    /// Sites that have more than they can carry, the worst first; none where it isn't known what a load is or a site can
    /// carry.
    func overloads(_ loads: [Clients.Load], _ clients: Clients) -> [Impact.Overload] {
        let all = sites.indices.compactMap { (site: Int) -> Impact.Overload? in
            let peak = loads[site].peak
            guard let capacity = sites[site].queriesPerSecond, let load = clients.queriesPerSecond(peak.weight),
                load.exceeds(capacity)
            else { return nil }
            return Impact.Overload(site: site, load: load, capacity: capacity, hour: peak.hour)
        }
        return all.sorted { ($1.load / $1.capacity, $0.site) < ($0.load / $0.capacity, $1.site) }
    }
}

extension Double {
    /// By more than sums of many parts are off.
    func exceeds(_ limit: Double) -> Bool { self > limit * (1 + 1e-9) }
}
