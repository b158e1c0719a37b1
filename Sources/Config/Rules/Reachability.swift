import Net

/// What follows from Gao–Rexford policy alone, before any router runs: an AS tells everybody of its customers' routes,
/// and its customers of all routes.
extension Internet {
    /// ASes each of which is the provider of the next, the last of the first; nil when there is no such loop.
    var providerLoop: [Int]? {
        var done = Set<Int>()
        for start in ases.indices where !done.contains(start) {
            var trail: [Int] = []
            if let loop = loop(from: start, &trail, &done) { return loop }
        }
        return nil
    }

    /// Depth first; no deeper than there are ASes on one chain of providers.
    private func loop(from index: Int, _ trail: inout [Int], _ done: inout Set<Int>) -> [Int]? {
        if let place = trail.firstIndex(of: index) { return Array(trail[place...]) }
        guard !done.contains(index) else { return nil }
        trail.append(index)
        for provider in providers(of: index) {
            if let loop = loop(from: provider, &trail, &done) { return loop }
        }
        trail.removeLast()
        done.insert(index)
        return nil
    }

    func providers(of index: Int) -> [Int] { links.filter { $0.relation == .transit && $0.b == index }.map(\.a) }

    /// Which ASes have a route to some site.
    func reached(from network: Network) -> [Bool] {
        var fromCustomer = Set<Int>()
        var reached = Set<Int>()
        for neighbor in network.sites.flatMap(\.neighbors) {
            guard let index = ases.firstIndex(where: { $0.asn == neighbor.asn }) else { continue }
            reached.insert(index)
            if neighbor.role == .provider { fromCustomer.insert(index) }
        }
        spread(&fromCustomer) { link, has in link.relation == .transit && has(link.b) ? [link.a] : [] }
        for link in links where link.relation == .peering {
            if fromCustomer.contains(link.a) { reached.insert(link.b) }
            if fromCustomer.contains(link.b) { reached.insert(link.a) }
        }
        reached.formUnion(fromCustomer)
        spread(&reached) { link, has in link.relation == .transit && has(link.a) ? [link.b] : [] }
        return ases.indices.map(reached.contains)
    }

    private func spread(_ set: inout Set<Int>, _ next: (Link, (Int) -> Bool) -> [Int]) {
        var before = -1
        while set.count > before {
            before = set.count
            for link in links { set.formUnion(next(link, set.contains)) }
        }
    }
}
