public import Net

/// What can go wrong with a deployment, or be done to it.
public enum Failure: Hashable, Sendable {
    /// Nothing: how it is before.
    case nothing
    /// A site announces nothing any more: it failed, or it was drained.
    case site(Int)
    /// One session of a site, by its number.
    case session(Int)
    /// An AS of the graph is down.
    case transit(ASN)
    /// No failure: a site's announcements are so much longer, as they are when it is degraded or being drained.
    case lessPreferred(site: Int, by: Int)
}

extension Failure {
    /// What it changes of a plan.
    func changes(_ deployment: Deployment) -> [Change] {
        switch self {
        case .nothing: []
        case .site(let site): [.withdraw(site: site)]
        case .session(let number): [.withdrawOrigination(number)]
        case .transit(let asn): [.fail(asn)]
        case .lessPreferred(let site, let count): Self.lessPreferred(site, by: count, deployment)
        }
    }

    static func lessPreferred(_ site: Int, by count: Int, _ deployment: Deployment) -> [Change] {
        deployment.sessions(of: site).map { number in
            let usual = deployment.sessions[number].origination.prepend
            return .prepend(origination: number, min(usual + count, Origination.prependLimit))
        }
    }

    /// Sites that announce nothing to anybody any more.
    func gone(_ deployment: Deployment) -> Set<Int> {
        switch self {
        case .nothing, .lessPreferred: return []
        case .site(let site): return [site]
        case .session(let number):
            let site = deployment.sessions[number].origination.site
            return deployment.sessions(of: site) == [number] ? [site] : []
        case .transit(let asn):
            let announcing = deployment.originations.filter { ($0.neighbor ?? $0.origin) != asn }
            return Set(deployment.originations.map(\.site)).subtracting(announcing.map(\.site))
        }
    }
}

extension Deployment {
    /// Each site, and each session of those that have several: what a network has to survive one of at a time (N-1). The
    /// only session of a site is that site.
    public var ownFailures: [Failure] {
        let several = sites.indices.map(sessions(of:)).filter { $0.count > 1 }
        return sites.indices.map { .site($0) } + several.flatMap { $0.map { .session($0) } }
    }
}

extension Propagation {
    /// What passes through each AS on its way to a site, its own clients' included, by position.
    public func carried(_ weights: [Double]) -> [Double] {
        var carried = (0..<graph.count).map { site(at: $0) == nil ? 0 : weights[$0] }
        // The farthest first: everybody's next hop is nearer.
        for position in fromFarthest {
            guard let next = nextHop(at: position) else { continue }
            carried[next] += carried[position]
        }
        return carried
    }

    /// The ASes that carry the most of others' load to the sites, the busiest first.
    public func busiestTransits(_ weights: [Double], count: Int) -> [(asn: ASN, carried: Double)] {
        let carried = carried(weights)
        let others = (0..<graph.count).map { carried[$0] - (site(at: $0) == nil ? 0 : weights[$0]) }
        let busiest = (0..<graph.count).filter { others[$0] > 0 && !rules.silent.contains($0) }
            .sorted { (others[$1], graph.ases[$0]) < (others[$0], graph.ases[$1]) }
        return busiest.prefix(count).map { (graph.ases[$0], others[$0]) }
    }

    /// Positions with a route, by the number of steps to the site, the most first.
    private var fromFarthest: [Int] {
        var steps = [Int](repeating: -1, count: graph.count)
        for position in 0..<graph.count where site(at: position) != nil { countSteps(from: position, &steps) }
        var byCount = [Int](repeating: 0, count: (steps.max() ?? 0) + 2)
        for count in steps where count >= 0 { byCount[count] += 1 }
        // Where those of a count begin, when the largest counts come first.
        var start = 0
        for count in byCount.indices.reversed() { (byCount[count], start) = (start, start + byCount[count]) }
        var sorted = [Int](repeating: 0, count: start)
        for position in 0..<graph.count where steps[position] >= 0 {
            sorted[byCount[steps[position]]] = position
            byCount[steps[position]] += 1
        }
        return sorted
    }

    private func countSteps(from start: Int, _ steps: inout [Int]) {
        var way: [Int] = []
        var next: Int? = start
        while let position = next, steps[position] < 0 {
            way.append(position)
            next = nextHop(at: position)
        }
        var count = next.map { steps[$0] } ?? -1
        for position in way.reversed() {
            count += 1
            steps[position] = count
        }
    }
}
