extension ASGraph {
    /// What it holds in memory.
    public var bytes: Int {
        let links = [providers, peers, customers].reduce(0) { $0 + 4 * ($1.starts.count + $1.ends.count) }
        return links + 12 * count
    }
}

extension Propagation {
    /// What it holds in memory, the graph included; sets of equals once they were asked for.
    public var bytes: Int {
        // Routes, the journal's and its list; orders; seven sets; distances beside three kinds of neighbors.
        let perAS = 8 + 8 + 4 + 8 + 1
        let distances = tie.usesDistance ? 2 * (2 * graph.transitLinks + 2 * graph.peeringLinks) : 0
        return graph.bytes + perAS * graph.count + 8 * heardBelow.count + 8 * equals.sites.count + distances
    }
}
