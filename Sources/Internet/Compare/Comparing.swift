import Geo

extension Comparison {
    /// - Parameters:
    ///   - outcome: with round trips.
    ///   - homes: where clients are.
    /// - Returns: nil when nobody can be compared, or not with every site.
    public init?(
        _ outcome: Outcome, _ clients: Clients, _ unicast: UnicastTimes, _ homes: Homes, _ deployment: Deployment,
        _ steering: Steering = .usual
    ) {
        guard !outcome.roundTrips.isEmpty, unicast.isComplete else { return nil }
        var tally = Tally(sites: deployment.sites.map(\.place), steering)
        var compared: [Int] = []
        for position in 0..<outcome.count where clients.weights[position] > 0 {
            let anycast = outcome.roundTrips[position]
            guard let site = outcome.site(at: position), !anycast.isNaN, let nearest = unicast.nearest(at: position)
            else {
                continue
            }
            compared.append(position)
            tally.take(
                weight: clients.weights[position], anycast: (site, Double(anycast)),
                nearest: (nearest.site, Double(nearest.roundTrip)), unicast.roundTrips.map { Double($0[position]) },
                homes.key(at: position))
        }
        guard tally.weight > 0, clients.total > 0 else { return nil }
        share = tally.weight / clients.total
        slower = tally.slower / tally.weight
        let everybody = tally.bestUnicast.map { site in
            (site, compared.map { (Double(unicast.roundTrips[site][$0]), clients.weights[$0]) }.filter { !$0.0.isNaN })
        }
        ways = tally.ways(steering, unicast: everybody)
    }
}

/// Clients of one place are steered alike.
private enum PlaceKey: Hashable {
    case exact(Place)
    case country(Country)
}

extension Homes {
    fileprivate func key(at position: Int) -> (key: PlaceKey, place: Place)? {
        if let place = exactPlace(at: position) { return (.exact(place), place) }
        guard let country = country(at: position), let middle = country.middle else { return nil }
        return (.country(country), middle)
    }
}

/// What the ways add up to.
private struct Tally {
    typealias Sample = Summary.Latency.Sample

    private let sites: [Place?]
    private let steering: Steering
    private var steered: [PlaceKey: [Double]] = [:]
    private(set) var weight = 0.0
    private(set) var slower = 0.0
    private var anycast: [Sample] = []
    private var nearest: [Sample] = []
    private var mapped: [Sample] = []
    private var redirected: [Sample] = []
    /// By site: whom it reaches, by weight, and the sum of their times.
    private var unicast: [(weight: Double, times: Double)]
    /// What each site has, when everybody is steered to the nearest one, and when resolvers are.
    private var nearestWeights: [Double]
    private var mappedWeights: [Double]

    init(sites: [Place?], _ steering: Steering) {
        (self.sites, self.steering) = (sites, steering)
        unicast = [(weight: Double, times: Double)](repeating: (0, 0), count: sites.count)
        nearestWeights = [Double](repeating: 0, count: sites.count)
        mappedWeights = nearestWeights
    }

    mutating func take(
        weight: Double, anycast: (site: Int, time: Double), nearest: (site: Int, time: Double), _ unicast: [Double],
        _ home: (key: PlaceKey, place: Place)?
    ) {
        self.weight += weight
        // A tie could give more than the way back costs: what is nearest is never farther than where anycast leads.
        let best = nearest.time <= anycast.time ? nearest : anycast
        if anycast.time >= best.time + Comparison.margin { slower += weight }
        self.anycast.append((anycast.time, weight))
        self.nearest.append((best.time, weight))
        redirected.append((anycast.time + best.time, weight))
        nearestWeights[best.site] += weight
        for site in unicast.indices where !unicast[site].isNaN {
            self.unicast[site].weight += weight
            self.unicast[site].times += unicast[site] * weight
        }
        takeSteered(weight, best, unicast, home)
    }

    /// Whom nobody can place, or whom a site given to him can't serve, gets the best one.
    private mutating func takeSteered(
        _ weight: Double, _ best: (site: Int, time: Double), _ unicast: [Double], _ home: (key: PlaceKey, place: Place)?
    ) {
        var rest = 1.0
        for (site, part) in parts(home).enumerated() where part > 0 && !unicast[site].isNaN {
            mapped.append((unicast[site], weight * part))
            mappedWeights[site] += weight * part
            rest -= part
        }
        guard rest > 1e-9 else { return }
        mapped.append((best.time, weight * rest))
        mappedWeights[best.site] += weight * rest
    }

    private mutating func parts(_ home: (key: PlaceKey, place: Place)?) -> [Double] {
        guard let home else { return [] }
        if let known = steered[home.key] { return known }
        let parts = steering.parts(at: home.place, sites)
        steered[home.key] = parts
        return parts
    }

    /// - Parameter unicast: the samples of ``bestUnicast``.
    func ways(_ steering: Steering, unicast: (site: Int, samples: [Sample])?) -> [Comparison.Way] {
        let connection = Comparison.roundTripsToAnswer
        let kept = (mean: steering.ttlSeconds / 2, longest: steering.ttlSeconds)
        func stale(_ weights: [Double]) -> Comparison.Failure {
            .init(share: (weights.max() ?? 0) / weight, mean: kept.mean, longest: kept.longest)
        }
        return [
            way(.anycast, anycast, times: connection, .none),
            unicast.flatMap {
                way(.unicast, $0.samples, site: $0.site, times: connection, .init(share: 1, mean: nil, longest: nil))
            },
            way(.idealSteering, nearest, times: connection, stale(nearestWeights)),
            way(.steering, mapped, times: connection, stale(mappedWeights)),
            way(.redirection, nearest, first: redirected, times: connection, .none),
        ].compactMap(\.self)
    }

    /// The least mean among sites that everybody reaches, or as many as any.
    var bestUnicast: Int? {
        let most = unicast.map(\.weight).max() ?? 0
        guard most > 0 else { return nil }
        let candidates = unicast.indices.filter { unicast[$0].weight >= most * 0.999 }
        func mean(_ site: Int) -> Double { unicast[site].times / unicast[site].weight }
        return candidates.min { (mean($0), $0) < (mean($1), $1) }
    }

    private func way(
        _ kind: Comparison.Kind, _ samples: [Sample], first: [Sample]? = nil, site: Int? = nil, times: Double,
        _ failure: Comparison.Failure
    ) -> Comparison.Way? {
        let answers = (first ?? samples).map { ($0.milliseconds * times, $0.weight) }
        guard let roundTrip = Summary.Latency(samples), let firstAnswer = Summary.Latency(answers) else { return nil }
        return Comparison.Way(
            kind: kind, site: site, roundTrip: roundTrip, mean: Self.mean(samples), firstAnswer: firstAnswer,
            failure: failure)
    }

    private static func mean(_ samples: [Sample]) -> Double {
        let weight = samples.reduce(0) { $0 + $1.weight }
        return samples.reduce(0) { $0 + $1.milliseconds * $1.weight } / weight
    }
}
