/// For each AS the sites that it could land on if ASes broke ties otherwise: those of every route that is as good as the
/// chosen one in class and length, followed through ASes that have such routes themselves.
///
/// An AS that a community asks for something, or that is silent, counts with its chosen route only: how good its other
/// routes are elsewhere depends on which it chooses.
struct EqualSites: Hashable, Sendable {
    /// Whether it belongs to the routes as they are.
    var isCurrent = false
    /// So many for each AS, a bit a site.
    var width = 0
    /// By position.
    var sites: [UInt64] = []

    mutating func add(_ position: Int, site: Int) {
        sites[position * width + site >> 6] |= 1 << UInt64(site & 63)
    }

    /// The sites of the AS at `position`, ascending.
    func sites(at position: Int) -> [Int] {
        var found: [Int] = []
        for block in 0..<width {
            var left = sites[position * width + block]
            while left != 0 {
                found.append(block * 64 + left.trailingZeroBitCount)
                left &= left - 1
            }
        }
        return found
    }
}

extension Propagation {
    /// Finds the sets of equals for the routes as they are: the three passes once more, each AS taking what those told it
    /// whose routes are as good as the one that it chose.
    public mutating func findEquals() {
        guard !equals.isCurrent else { return }
        equals.width = (Int(seeds.reduce(0) { max($0, $1.site) }) + 64) / 64
        let size = equals.width * graph.count
        if equals.sites.count == size {
            for index in 0..<size { equals.sites[index] = 0 }
        } else {
            equals.sites = [UInt64](repeating: 0, count: size)
        }
        sowEquals()
        joinUp()
        joinAcross()
        joinDown()
        equals.isCurrent = true
    }

    private mutating func sowEquals() {
        for seed in seeds where seed.isAnnounced && !rules.silent.contains(Int(seed.position)) {
            let position = Int(seed.position)
            guard RouteWord.merit(seed.word) == RouteWord.merit(routes[position]) else { continue }
            equals.add(position, site: Int(seed.site))
        }
        for seed in seeds where seed.isAnnounced {
            guard let origin = graph.position(of: seed.origin), rules.silent.contains(origin) else { continue }
            if let site = site(at: origin) { equals.add(origin, site: site) }
        }
    }

    private mutating func joinUp() {
        forEachKnownToAll { propagation, teller in propagation.join(teller, .provider) }
    }

    private mutating func joinAcross() {
        forEachKnownToAll { propagation, teller in propagation.join(teller, .peer) }
    }

    private mutating func forEachKnownToAll(_ body: (inout Propagation, Int) -> Void) {
        for block in knownToAll.blocks.indices {
            var left = knownToAll.blocks[block]
            while left != 0 {
                body(&self, block * 64 + left.trailingZeroBitCount)
                left &= left - 1
            }
        }
    }

    /// Adds a teller's sites to those of its neighbors to whom its route is as good as the one that they chose.
    private mutating func join(_ teller: Int, _ relation: Relation) {
        let told = RouteWord.told(routes[teller], tie.order[teller])
        guard !rules.special.contains(teller) else { return joinChosen(told, of: teller, relation) }
        let merit = RouteWord.merit(told | RouteWord.classOf(relation.reverse))
        let width = equals.width
        let (links, routes) = (graph[relation], routes)
        let ends = links.ends.span
        var sites = equals.sites.mutableSpan
        for link in links.range(teller) {
            let neighbor = Int(ends[link])
            guard RouteWord.merit(routes[neighbor]) == merit else { continue }
            for word in 0..<width { sites[neighbor * width + word] |= sites[teller * width + word] }
        }
    }

    private mutating func joinChosen(_ told: UInt64, of teller: Int, _ relation: Relation) {
        guard told != RouteWord.none, let site = site(at: teller) else { return }
        for neighbor in graph.neighbors(relation, of: teller) {
            let neighbor = Int(neighbor)
            let heard = rules.told(told, by: teller, to: neighbor, relation) | RouteWord.classOf(relation.reverse)
            guard heard != RouteWord.none, RouteWord.merit(heard) == RouteWord.merit(routes[neighbor]) else { continue }
            equals.add(neighbor, site: site)
        }
    }

    private mutating func joinDown() {
        for position in stride(from: graph.count - 1, through: graph.firstTransit, by: -1) {
            joinFromProviders(position..<position + 1)
            if rules.special.contains(position) {
                let told = RouteWord.told(routes[position], tie.order[position])
                joinChosen(told, of: position, .customer)
            }
        }
        joinFromProviders(0..<graph.firstTransit)
    }

    @inline(__always)
    private mutating func joinFromProviders(_ positions: Range<Int>) {
        let (providers, routes, heard) = (graph.providers, routes, heardBelow)
        let (starts, ends) = (providers.starts.span, providers.ends.span)
        let (first, width) = (graph.firstTransit, equals.width)
        var sites = equals.sites.mutableSpan
        for position in positions where routes[position] >= RouteWord.provider && routes[position] != RouteWord.none {
            let merit = RouteWord.merit(routes[position])
            for link in Int(starts[position])..<Int(starts[position + 1]) {
                let provider = Int(ends[link])
                guard RouteWord.merit(heard[provider - first]) == merit else { continue }
                for word in 0..<width { sites[position * width + word] |= sites[provider * width + word] }
            }
        }
    }
}
