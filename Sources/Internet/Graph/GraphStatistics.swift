public import Net

/// What an AS graph is made of.
public struct GraphStatistics: Hashable, Sendable {
    public var ases = 0
    public var transitLinks = 0
    public var peeringLinks = 0
    /// ASes without customers.
    public var stubs = 0
    /// Of those, ones with more than one provider.
    public var multihomedStubs = 0
    /// ASes without providers; those of them that have no customers either only peer.
    public var providerFree = 0
    /// Provider-free ASes that all peer with one another, largest cone first: the tier 1 (Luckie et al. 2013).
    public var clique: [ASN] = []
    /// How many ASes are so many steps from an AS without providers, by steps: the tiers, counted from 0.
    public var tiers: [Int] = []
    /// The ASes with the largest cones, at most ten.
    public var largestCones: [Cone] = []
    /// Of links of all kinds, over all ASes: median, 90 and 99 of a hundred, the most.
    public var degree = Spread()
    /// Parts that no link connects with each other.
    public var components = 0

    public struct Cone: Hashable, Sendable {
        public var asn: ASN
        public var size: Int
    }

    public struct Spread: Hashable, Sendable {
        public var p50 = 0
        public var p90 = 0
        public var p99 = 0
        public var max = 0

        init() {}

        /// Nearest rank.
        init(_ values: [Int]) {
            let sorted = values.sorted()
            func rank(_ share: Int) -> Int { sorted.isEmpty ? 0 : sorted[(sorted.count * share + 99) / 100 - 1] }
            (p50, p90, p99, max) = (rank(50), rank(90), rank(99), rank(100))
        }
    }

    public init(_ graph: ASGraph) {
        (ases, transitLinks, peeringLinks) = (graph.count, graph.transitLinks, graph.peeringLinks)
        stubs = graph.firstStubsCount
        multihomedStubs = (0..<graph.count).count {
            graph.neighbors(.customer, of: $0).isEmpty && graph.neighbors(.provider, of: $0).count > 1
        }
        providerFree = (0..<graph.count).count { graph.neighbors(.provider, of: $0).isEmpty }
        degree = Spread((0..<graph.count).map { graph.degree($0) })
        tiers = graph.tiers()
        components = graph.components()
        let cones = graph.coneSizes()
        let byCone = (0..<graph.count).sorted { (cones[$1], graph.ases[$0]) < (cones[$0], graph.ases[$1]) }
        clique = graph.clique(byCone).map { graph.ases[$0] }
        largestCones = byCone.prefix(10).map { Cone(asn: graph.ases[$0], size: cones[$0]) }
    }
}

extension ASGraph {
    fileprivate var firstStubsCount: Int { (0..<count).count { neighbors(.customer, of: $0).isEmpty } }

    /// Providers before customers, so that each AS's providers have their tier already.
    fileprivate func tiers() -> [Int] {
        var tier = [Int](repeating: 0, count: count)
        for position in (0..<count).reversed() {
            tier[position] = neighbors(.provider, of: position).map { tier[Int($0)] + 1 }.min() ?? 0
        }
        var counts = [Int](repeating: 0, count: (tier.max() ?? 0) + 1)
        for value in tier { counts[value] += 1 }
        return counts
    }

    /// Greedy: every provider-free AS with customers that peers with all that were taken before, largest cone first.
    func clique(_ byCone: [Int]) -> [Int] {
        var clique: [Int] = []
        for position in byCone
        where neighbors(.provider, of: position).isEmpty && !neighbors(.customer, of: position).isEmpty {
            let peers = neighbors(.peer, of: position)
            if clique.allSatisfy({ peers.contains(sorted: UInt32($0)) }) { clique.append(position) }
        }
        return clique
    }

    fileprivate func components() -> Int {
        var seen = Bits(count: count)
        var parts = 0
        for start in 0..<count where seen.insert(start) {
            parts += 1
            var waiting = [start]
            while let position = waiting.popLast() {
                for relation in Relation.allCases {
                    for neighbor in neighbors(relation, of: position) where seen.insert(Int(neighbor)) {
                        waiting.append(Int(neighbor))
                    }
                }
            }
        }
        return parts
    }
}
