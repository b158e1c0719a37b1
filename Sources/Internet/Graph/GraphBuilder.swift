public import Net

extension ASGraph {
    /// A graph of these links. Self-loops, contradictions and providers in a circle are refused; a link said twice counts
    /// once.
    ///
    /// - Parameter alone: ASes that are in it even when no link is theirs.
    public init(_ relationships: some Sequence<Relationship>, alone: [ASN] = []) throws(GraphError) {
        var list = LinkList()
        list.alone = alone.map(\.rawValue)
        for link in relationships {
            list.append(link.first.rawValue, link.second.rawValue, isPeering: link.isPeering)
        }
        try self.init(list)
    }

    init(_ list: LinkList) throws(GraphError) {
        let numbers = list.numbers()
        guard !numbers.isEmpty else { throw GraphError(.empty) }
        guard numbers.count <= Self.limit else {
            throw GraphError(.tooLarge(ases: numbers.count, limit: Self.limit))
        }
        let links = try SortedLinks(list, numbers: numbers)
        let draft = Draft(links, count: numbers.count)
        let heights = draft.heights()
        if let cycle = draft.cycle(heights) { throw Self.cycle(cycle.map { ASN(numbers[$0]) }, list) }
        let order = draft.order(heights)
        self.init(draft, numbers: numbers, order: order)
    }

    private static func cycle(_ ases: [ASN], _ list: LinkList) -> GraphError {
        let lines = ases.indices.compactMap { list.line(provider: ases[$0], of: ases[($0 + 1) % ases.count]) }
        return GraphError(.providerCycle(ases, lines: lines), line: lines.first)
    }

    /// - Parameter order: numbers of ASes, in graph order.
    private init(_ draft: Draft, numbers: [UInt32], order: [UInt32]) {
        var position = [UInt32](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { position[Int(number)] = UInt32(place) }
        ases = order.map { ASN(numbers[Int($0)]) }
        (byNumber, rank) = (position, order)
        providers = draft.providers.moved(order: order, position: position)
        peers = draft.peers.moved(order: order, position: position)
        customers = providers.reversed()
        firstTransit = customers.firstUsed
    }

    /// - Parameters:
    ///   - ases: in graph order.
    ///   - links: by position, both ascending; providers stand behind their customers.
    init(ases: [ASN], byNumber: [UInt32], providers: Adjacency, peers: Adjacency) {
        (self.ases, self.byNumber) = (ases, byNumber)
        var rank = byNumber
        for (number, position) in byNumber.enumerated() { rank[Int(position)] = UInt32(number) }
        (self.rank, self.providers, self.peers) = (rank, providers, peers)
        customers = providers.reversed()
        firstTransit = customers.firstUsed
    }
}

/// The graph while ASes still have the order of their numbers.
private struct Draft {
    let providers: Adjacency
    let customers: Adjacency
    let peers: Adjacency
    private var count: Int { providers.starts.count - 1 }

    init(_ links: SortedLinks, count: Int) {
        var (customer, provider, one, other): ([UInt32], [UInt32], [UInt32], [UInt32]) = ([], [], [], [])
        for word in links.words {
            let (lower, higher) = (SortedLinks.lower(word), SortedLinks.higher(word))
            switch SortedLinks.kind(word) {
            case .lowerProvides:
                customer.append(higher)
                provider.append(lower)
            case .higherProvides:
                customer.append(lower)
                provider.append(higher)
            case .peers:
                one += [lower, higher]
                other += [higher, lower]
            }
        }
        providers = Adjacency(count: count, from: customer, to: provider)
        customers = Adjacency(count: count, from: provider, to: customer)
        peers = Adjacency(count: count, from: one, to: other)
    }

    /// How many steps the longest way down to an AS without customers has (Kahn's algorithm); −1 for ASes of a circle
    /// and for what stands above one.
    func heights() -> [Int32] {
        var heights = [Int32](repeating: -1, count: count)
        var waiting = (0..<count).map { customers.range($0).count }
        var ready = (0..<count).filter { waiting[$0] == 0 }
        var height: Int32 = 0
        while !ready.isEmpty {
            var next: [Int] = []
            for number in ready {
                heights[number] = height
                for provider in providers.ends[providers.range(number)] {
                    waiting[Int(provider)] -= 1
                    if waiting[Int(provider)] == 0 { next.append(Int(provider)) }
                }
            }
            (ready, height) = (next, height + 1)
        }
        return heights
    }

    /// A circle among the ASes that got no height, each a provider of the next; nil when all have one.
    func cycle(_ heights: [Int32]) -> [Int]? {
        guard var number = heights.firstIndex(of: -1) else { return nil }
        // Every AS without a height has a customer without one, so the walk down comes back to where it has been.
        var step = [Int: Int]()
        var walk: [Int] = []
        while step[number] == nil {
            step[number] = walk.count
            walk.append(number)
            let next = customers.ends[customers.range(number)].first { heights[Int($0)] == -1 }
            guard let next else { return nil }
            number = Int(next)
        }
        return step[number].map { Array(walk[$0...]) }
    }

    /// Customers before providers. Within a height ASes with equally many providers stand together, so that the loop over
    /// providers runs equally often many times in a row, which a processor guesses right.
    func order(_ heights: [Int32]) -> [UInt32] {
        let keys = (0..<count).map { number in
            UInt64(heights[number]) << 52 | UInt64(min(providers.range(number).count, 0xfffff)) << 32 | UInt64(number)
        }
        return keys.sorted().map { UInt32(truncatingIfNeeded: $0) }
    }
}

extension Adjacency {
    /// The first AS that has neighbors here; the count of ASes if none has.
    fileprivate var firstUsed: Int {
        let count = starts.count - 1
        return (0..<count).first { !range($0).isEmpty } ?? count
    }

    /// The same with ASes in another order.
    fileprivate func moved(order: [UInt32], position: [UInt32]) -> Self {
        var moved = self
        var end = 0
        for (place, number) in order.enumerated() {
            moved.starts[place] = UInt32(end)
            let begin = end
            for neighbor in ends[range(Int(number))] {
                moved.ends[end] = position[Int(neighbor)]
                end += 1
            }
            moved.ends[begin..<end].sort()
        }
        moved.starts[order.count] = UInt32(end)
        return moved
    }
}
