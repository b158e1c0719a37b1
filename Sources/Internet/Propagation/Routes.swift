public import Net

/// The route that an AS has chosen.
public struct Route: Hashable, Sendable {
    /// Whom it was heard from, and so who may hear it.
    public enum Class: UInt8, Hashable, Sendable, Comparable, CaseIterable {
        case own
        case customer
        case peer
        case provider

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    public var routeClass: Class
    /// ASNs in the path as received, repeated ones counted: 0 for the AS's own.
    public var length: Int
    /// The first AS of the path; nil for the AS's own.
    public var nextHop: ASN?
    /// Whether that is the site itself, and no AS in between.
    public var isDirect: Bool
    /// Where packets land.
    public var site: Int
    /// The number of the origination that the path leads to.
    public var origination: Int
}

extension Propagation {
    /// Where the AS at a position lands; nil: it has no route.
    @inline(__always)
    public func site(at position: Int) -> Int? {
        let number = RouteWord.seed(routes[position])
        // `none` ends in the number of nobody's seed, as does what failed ASes have.
        return number < seeds.count ? Int(seeds[number].site) : nil
    }

    /// The route of the AS at a position; nil: it has none.
    public func route(at position: Int) -> Route? { route(routes[position]) }

    func route(_ word: UInt64) -> Route? {
        let number = RouteWord.seed(word)
        guard number < seeds.count, let routeClass = Route.Class(rawValue: UInt8(word >> 62)) else { return nil }
        let next = routeClass == .own ? nil : tie.nextHop(word).map { graph.ases[$0] } ?? seeds[number].origin
        return Route(
            routeClass: routeClass, length: routeClass == .own ? 0 : RouteWord.length(word), nextHop: next,
            isDirect: routeClass != .own && tie.nextHop(word) == nil, site: Int(seeds[number].site),
            origination: seeds[number].origination)
    }

    public func route(of asn: ASN) -> Route? { graph.position(of: asn).flatMap { route(at: $0) } }

    /// How many ASes land at each site, by the site's number.
    public func landings() -> [Int] {
        var counts = [Int](repeating: 0, count: Int(seeds.reduce(0) { max($0, $1.site) }) + 1)
        for position in routes.indices {
            if let site = site(at: position) { counts[site] += 1 }
        }
        return counts
    }

    /// The ASes between the one at a position and the site, as their routers show the path: the next hop first, the
    /// origin last, repetitions included. Nil: no route.
    public func path(at position: Int) -> [ASN]? {
        path(of: routes[position])
    }

    /// The same of any route that an AS hears.
    func path(of word: UInt64) -> [ASN]? {
        guard route(word) != nil else { return nil }
        var path: [ASN] = []
        var word = word
        while word >= RouteWord.customer {
            let next = tie.nextHop(word)
            let after = next.map { routes[$0] }
            let length = RouteWord.length(word) - (after.map { pathLength($0) } ?? 0)
            let asn = next.map { graph.ases[$0] } ?? seeds[RouteWord.seed(word)].origin
            path.append(contentsOf: repeatElement(asn, count: length))
            guard let after else { return path }
            word = after
        }
        return path
    }

    /// An AS's own route has a length only for those that it tells.
    private func pathLength(_ word: UInt64) -> Int { word < RouteWord.customer ? 0 : RouteWord.length(word) }

    /// Every route that the AS at a position hears, best first: the first is the chosen one.
    public func candidates(at position: Int) -> [Route] { candidateWords(at: position).compactMap { route($0) } }

    /// The candidates that are as good as the chosen one in class and length, that one first.
    public func equals(at position: Int) -> [Route] {
        let words = candidateWords(at: position)
        return words.filter { RouteWord.merit($0) == RouteWord.merit(words[0]) }.compactMap { route($0) }
    }

    /// Best first.
    func candidateWords(at position: Int) -> [UInt64] {
        guard !rules.silent.contains(position) else { return [routes[position]] }
        let own = seeds(at: position).map { seeds[$0].word }
        // What an AS announces itself it takes from nobody.
        if routes[position] < RouteWord.customer { return own.filter { $0 < RouteWord.customer }.sorted() }
        var words = own
        for relation in Relation.allCases {
            for link in graph[relation].range(position) {
                let word = heard(at: link, relation, by: position)
                if word != RouteWord.none, !leadsThrough(position, from: Int(graph[relation].ends[link])) {
                    words.append(word)
                }
            }
        }
        return words.sorted()
    }

    /// Whether an AS stands on the path of another one's route: it drops such a route (RFC 4271 §9.1.2).
    private func leadsThrough(_ position: Int, from start: Int) -> Bool {
        var next: Int? = start
        while let one = next {
            if one == position { return true }
            next = nextHop(at: one)
        }
        return false
    }

    /// The sites that the AS at a position could land on if ties were broken otherwise, ascending; after
    /// ``findEquals()``.
    public func equalSites(at position: Int) -> [Int] {
        precondition(equals.isCurrent, "findEquals() comes first")
        return equals.sites(at: position)
    }

    /// What the AS at a position hears over one link, in its own eyes.
    ///
    /// - Parameter link: an index into the neighbors that are `relation` to it.
    func heard(at link: Int, _ relation: Relation, by position: Int) -> UInt64 {
        let teller = Int(graph[relation].ends[link])
        let word = routes[teller]
        guard relation == .provider || RouteWord.isKnownToAll(word) else { return RouteWord.none }
        var told = RouteWord.told(word, tie.order[teller])
        if rules.special.contains(teller) {
            told = rules.told(told, by: teller, to: position, relation.reverse)
        }
        return told | tie.distance(relation, at: link) | RouteWord.classOf(relation)
    }
}
