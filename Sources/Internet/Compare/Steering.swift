import Geo

/// How a name server that answers each resolver with the site nearest to it (global server load balancing, GSLB) errs: it sees
/// resolvers, not clients.
public struct Steering: Hashable, Sendable {
    /// Resolvers that are so far from those who ask them, and the share of clients that uses such.
    public struct Resolvers: Hashable, Sendable {
        public var share: Double
        public var kilometers: Double

        public init(share: Double, kilometers: Double) { (self.share, self.kilometers) = (share, kilometers) }
    }

    /// Shares together are 1.
    public var resolvers: [Resolvers]
    /// How long resolvers keep an answer, in seconds.
    public var ttlSeconds: Double

    /// Of the order that Akamai reported of its clients in 2014 (Chen, Sitaraman and Torres, *End-user mapping*, SIGCOMM 2015): most
    /// use a resolver of their provider, a few hundred kilometers away, every twelfth a public one, ten times as far. Whoever
    /// knows his own clients' resolvers should say so.
    public static let usual = Self(
        resolvers: [Resolvers(share: 0.92, kilometers: 260), Resolvers(share: 0.08, kilometers: 1650)], ttlSeconds: 60)

    public init(resolvers: [Resolvers], ttlSeconds: Double) {
        (self.resolvers, self.ttlSeconds) = (resolvers, ttlSeconds)
    }

    private static let bearings = 8

    /// The part of clients at a place that each site is given to, when the direction to the resolver is anybody's guess.
    func parts(at place: Place, _ sites: [Place?]) -> [Double] {
        var parts = [Double](repeating: 0, count: sites.count)
        for group in resolvers {
            for step in 0..<Self.bearings {
                let bearing = 360 / Double(Self.bearings) * Double(step)
                let resolver = place.at(kilometers: group.kilometers, bearing: bearing)
                guard let site = Self.nearest(to: resolver, sites) else { continue }
                parts[site] += group.share / Double(Self.bearings)
            }
        }
        return parts
    }

    private static func nearest(to place: Place, _ sites: [Place?]) -> Int? {
        let distances = sites.indices.compactMap { site in sites[site].map { (site, $0.kilometers(to: place)) } }
        return distances.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }
}
