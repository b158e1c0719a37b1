public import Geo

/// How long clients of one part of the world wait.
public struct RegionLatency<Area: Hashable & Sendable>: Hashable, Sendable {
    public var area: Area
    /// Its part of what everybody counts for.
    public var share: Double
    public var latency: Summary.Latency
    /// Where most of it lands.
    public var site: Int
}

extension Outcome {
    /// By region, the slowest first: by p50, then p95. Those whose place or round trip isn't known are in none.
    public func latencyByRegion(_ clients: Clients, _ homes: Homes) -> [RegionLatency<Region>] {
        latency(clients) { homes.country(at: $0)?.region }
    }

    public func latencyByCountry(_ clients: Clients, _ homes: Homes) -> [RegionLatency<Country>] {
        latency(clients) { homes.country(at: $0) }
    }

    private func latency<Area: Hashable & Sendable>(
        _ clients: Clients, by area: (Int) -> Area?
    ) -> [RegionLatency<Area>] {
        guard !roundTrips.isEmpty else { return [] }
        var samples: [Area: [Summary.Latency.Sample]] = [:]
        var weights: [Area: [Int: Double]] = [:]
        // In the order of first appearance, so that equals come out the same way each time.
        var areas: [Area] = []
        for position in 0..<count where !roundTrips[position].isNaN && clients.weights[position] > 0 {
            guard let area = area(position), let site = site(at: position) else { continue }
            if samples[area] == nil { areas.append(area) }
            samples[area, default: []].append((Double(roundTrips[position]), clients.weights[position]))
            weights[area, default: [:]][site, default: 0] += clients.weights[position]
        }
        let total = clients.total
        let found = areas.compactMap { area -> RegionLatency<Area>? in
            guard let samples = samples[area], let latency = Summary.Latency(samples), let sites = weights[area],
                let main = sites.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
            else { return nil }
            let share = samples.reduce(0) { $0 + $1.weight } / total
            return RegionLatency(area: area, share: share, latency: latency, site: main.key)
        }
        return found.sorted { ($1.latency.p50, $1.latency.p95) < ($0.latency.p50, $0.latency.p95) }
    }
}
