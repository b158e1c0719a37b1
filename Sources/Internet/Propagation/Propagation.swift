import Net

/// Where everybody's packets to one prefix go, when each AS prefers routes of customers to those of peers and these to
/// those of providers, then short paths, then what the tie-break says; and tells customers everything, peers and
/// providers only its own and its customers' routes (Gao and Rexford 2001). Without circles of providers that has exactly
/// one outcome, and three passes find it (Gill, Schapira, Goldberg 2011): up to providers, across to peers, down to
/// customers.
///
/// A value with all the memory that it needs: make one, and use it for many plans. ``announce(_:)`` makes a plan;
/// ``change(_:)`` a different one by looking only at what differs, and ``undo()`` goes back.
public struct Propagation: Sendable {
    public let graph: ASGraph
    let tie: TieOrder
    var seeds: [Seed] = []
    /// A seed at each position that has any; the others follow by ``Seed/next``.
    var firstSeed: [UInt32: UInt16] = [:]
    /// The positions that have any.
    var isSeeded: Bits
    var rules: ExportRules
    /// The route of each AS, by position.
    var routes: [UInt64]
    /// What customers hear from each AS that has some, by position after the first of those.
    var heardBelow: [UInt64]
    /// Whose route is its own or a customer's.
    var knownToAll: Bits
    /// What the last change changed.
    var journal: Journal
    /// How many links a change may follow one by one before a fresh plan takes less.
    package var mostFollowed: Int
    var equals = EqualSites()

    public init(_ graph: ASGraph, _ tieBreak: TieBreak = .lowestASN) throws(PropagationError) {
        self.graph = graph
        tie = try TieOrder(tieBreak, graph)
        (rules, isSeeded) = (ExportRules(count: graph.count), Bits(count: graph.count))
        routes = [UInt64](repeating: RouteWord.none, count: graph.count)
        heardBelow = [UInt64](repeating: RouteWord.none, count: graph.count - graph.firstTransit)
        knownToAll = Bits(count: graph.count)
        journal = Journal(count: graph.count)
        mostFollowed = (graph.transitLinks + graph.peeringLinks) / 6
    }

    /// A new plan. What was announced before is forgotten, and no AS has failed.
    public mutating func announce(_ originations: [Origination]) throws(PropagationError) {
        guard !originations.isEmpty else { throw .nothingAnnounced }
        guard originations.count <= Seed.limit else { throw .tooManyOriginations(originations.count) }
        var seeds: [Seed] = []
        for (number, index) in tie.order(of: originations).enumerated() {
            seeds.append(try Seed(originations[index], index, number: number, graph, tie))
        }
        self.seeds = seeds
        firstSeed.removeAll(keepingCapacity: true)
        isSeeded.removeAll()
        for number in seeds.indices { chain(number) }
        rules.effects = seeds.map(\.effects)
        rules.failed.removeAll()
        settleRules()
        spread()
    }

    /// Makes the plan that the last ``change(_:)`` led to afresh, all of it: for comparing.
    public mutating func refresh() { spread() }

    mutating func chain(_ number: Int) {
        let position = seeds[number].position
        if let first = firstSeed[position] { seeds[number].next = first }
        firstSeed[position] = UInt16(number)
        isSeeded.insert(Int(position))
    }

    /// Who is silent, and who needs a second look. In the order of seeds, so that nothing depends on another order.
    mutating func settleRules() {
        rules.special = rules.failed
        rules.silent = rules.failed
        for number in seeds.indices where seeds[number].isAnnounced {
            for effect in seeds[number].effects { rules.special.insert(Int(effect.at)) }
            guard seeds[number].word >= RouteWord.customer, let position = graph.position(of: seeds[number].origin),
                !ownsRoute(position)
            else { continue }
            rules.silent.insert(position)
            rules.special.insert(position)
        }
    }

    private func ownsRoute(_ position: Int) -> Bool {
        seeds(at: position).contains { seeds[$0].word < RouteWord.customer }
    }

    /// The numbers of the announced seeds at a position.
    func seeds(at position: Int) -> [Int] {
        guard isSeeded.contains(position), var number = firstSeed[UInt32(position)].map({ Int($0) }) else { return [] }
        var found: [Int] = []
        while true {
            if seeds[number].isAnnounced { found.append(number) }
            let next = Int(seeds[number].next)
            guard next != number else { return found }
            number = next
        }
    }

    /// What a silent AS has in place of a route. A failed one has nobody's.
    func silentWord(_ position: Int) -> UInt64 {
        guard !rules.failed.contains(position) else { return UInt64(Seed.limit) }
        let own = seeds.indices.filter { seeds[$0].isAnnounced && seeds[$0].origin == graph.ases[position] }
        return UInt64(own.min { seeds[$0].origination < seeds[$1].origination } ?? Seed.limit)
    }
}
