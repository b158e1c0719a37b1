extension Summary {
    /// - Parameter sites: how many there are.
    public init(_ outcome: Outcome, _ clients: Clients, sites count: Int, _ trust: Trust) {
        precondition(outcome.count == clients.count, "clients of the same graph")
        total = clients.total
        ases = outcome.count
        sites = [Site](repeating: Site(), count: count)
        (nowhere, measured) = (Part(), Part())
        let scale = total > 0 ? 1 / total : 0
        var ties = [(least: Double, most: Double)](repeating: (0, 0), count: count)
        for position in 0..<outcome.count {
            let share = clients.weights[position] * scale
            take(position, share, outcome, clients)
            let possible = outcome.possibleSites(at: position)
            if outcome.whence(at: position) == .measured { continue }
            for site in possible { ties[site].most += share }
            if possible.count == 1 { ties[possible[0]].least += share }
        }
        settle(ties, trust)
        if !outcome.roundTrips.isEmpty { sumLatency(outcome, clients) }
    }

    private mutating func take(_ position: Int, _ share: Double, _ outcome: Outcome, _ clients: Clients) {
        let isMeasured = outcome.whence(at: position) == .measured
        if isMeasured { measured.add(share) }
        guard let main = outcome.site(at: position) else { return nowhere.add(share) }
        sites[main].ases += 1
        for part in outcome.parts(at: position) {
            sites[part.site].load.add(clients, at: position, part: part.share)
            sites[part.site].share += part.share * share
            if isMeasured { sites[part.site].measuredShare += part.share * share }
        }
    }

    /// What is measured stays; what is predicted has a range.
    private mutating func settle(_ ties: [(least: Double, most: Double)], _ trust: Trust) {
        let predicted = max(0, 1 - measured.share)
        for index in sites.indices {
            let site = sites[index]
            let own = max(0, site.share - site.measuredShare)
            let (least, most) = (min(ties[index].least, own), max(ties[index].most, own))
            let wrong = trust.range(site: own, of: predicted)
            let fixed = site.measuredShare
            sites[index].ties = fixed + least...fixed + most
            sites[index].range = fixed + min(wrong.lowerBound, least)...fixed + max(wrong.upperBound, most)
        }
    }

    private mutating func sumLatency(_ outcome: Outcome, _ clients: Clients) {
        var samples = [[Latency.Sample]](repeating: [], count: sites.count)
        for position in 0..<outcome.count where !outcome.roundTrips[position].isNaN {
            guard let site = outcome.site(at: position) else { continue }
            samples[site].append((Double(outcome.roundTrips[position]), clients.weights[position]))
        }
        for site in sites.indices { sites[site].latency = Latency(samples[site]) }
        latency = Latency(samples.flatMap(\.self))
    }
}

extension Summary.Part {
    mutating func add(_ share: Double) {
        ases += 1
        self.share += share
    }
}

extension Summary.Latency {
    public typealias Sample = (milliseconds: Double, weight: Double)

    /// Nil: there is nobody, or nobody who counts for something.
    public init?(_ samples: [Sample]) {
        let sorted = samples.sorted { $0.milliseconds < $1.milliseconds }
        let total = sorted.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return nil }
        func quantile(_ share: Double) -> Double {
            var sum = 0.0
            for sample in sorted {
                sum += sample.weight
                if sum >= share * total { return sample.milliseconds }
            }
            return sorted[sorted.count - 1].milliseconds
        }
        (p50, p95) = (quantile(0.5), quantile(0.95))
    }
}
