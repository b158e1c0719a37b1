/// Round trips of everybody to each site as if that site alone announced: what clients of a unicast address would have.
public struct UnicastTimes: Sendable {
    /// By site, then by position, in milliseconds; NaN: no route, or not known.
    public private(set) var roundTrips: [[Float]]
    /// False: it was stopped, and some sites are missing.
    public private(set) var isComplete = true

    /// - Parameter goesOn: asked before each site.
    public init(
        _ deployment: Deployment, on graph: ASGraph, _ latency: PathLatency, while goesOn: (Int) -> Bool = { _ in true }
    ) throws(PropagationError) {
        let nothing = [Float](repeating: .nan, count: graph.count)
        roundTrips = [[Float]](repeating: nothing, count: deployment.sites.count)
        var plan = try Propagation(graph, deployment.tieBreak)
        for site in deployment.sites.indices {
            let originations = deployment.sessions(of: site).map { deployment.sessions[$0].origination }
            guard !originations.isEmpty else { continue }
            guard goesOn(site) else {
                isComplete = false
                break
            }
            try plan.announce(originations)
            roundTrips[site] = latency.roundTrips(plan)
        }
    }

    /// The nearest site in time, and how far it is; nil: none can be reached.
    func nearest(at position: Int) -> (site: Int, roundTrip: Float)? {
        var best: (site: Int, roundTrip: Float)?
        for site in roundTrips.indices {
            let time = roundTrips[site][position]
            if time < best?.roundTrip ?? .infinity { best = (site, time) }
        }
        return best
    }
}
