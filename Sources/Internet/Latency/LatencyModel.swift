public import Geo

/// How long a packet takes there and back, from where the two ends are:
///
///     round trip = inflation × light + extra
///     light      = twice the great circle, at two thirds of the speed of light in vacuum
///     extra      = domestic                                            within a country
///                = ramp × inside(region)                               within a region
///                = ramp × (abroad(one region) + abroad(the other))     else
///     ramp       = 1 beyond 2,000 km, less in proportion below
///
/// One factor on the distance, which is what most models have, must serve two purposes: cables are no great circles, and routes
/// between some parts of the world run through a third one. Split apart, cables turn out to be about 1.25 times as long as great
/// circles everywhere, and what is on top depends on where somebody is and hardly on how far he goes: somebody in Western Africa
/// first has to come to Europe. docs/latency.md has the figures.
public struct LatencyModel: Hashable, Sendable {
    /// Not under 1: nothing is faster than light.
    public var inflation: Double
    /// Milliseconds, as all that follows.
    public var domestic: Double
    private var insideByRegion: [Double]
    private var abroadByRegion: [Double]

    /// Below this many kilometers neighbors are reached directly more and more often, rather than through a hub.
    public static let rampKilometers = 2000.0

    public init(inflation: Double, domestic: Double) {
        (self.inflation, self.domestic) = (inflation, domestic)
        insideByRegion = [Double](repeating: 0, count: Region.allCases.count)
        abroadByRegion = insideByRegion
    }

    /// Between countries of the region.
    public func inside(_ region: Region) -> Double { insideByRegion[region.index] }
    /// For getting out of the region, or into it.
    public func abroad(_ region: Region) -> Double { abroadByRegion[region.index] }
    public mutating func set(inside milliseconds: Double, _ region: Region) { insideByRegion[region.index] = milliseconds }
    public mutating func set(abroad milliseconds: Double, _ region: Region) { abroadByRegion[region.index] = milliseconds }

    /// There and back in milliseconds, between two places that are so far apart, in these countries.
    public func roundTrip(kilometers: Double, _ one: Country, _ other: Country) -> Double {
        inflation * Self.light(kilometers: kilometers) + extra(kilometers: kilometers, one, other)
    }

    private func extra(kilometers: Double, _ one: Country, _ other: Country) -> Double {
        if one == other { return domestic }
        let (a, b) = (one.region, other.region)
        return Self.ramp(kilometers) * (a == b ? inside(a) : abroad(a) + abroad(b))
    }

    static func ramp(_ kilometers: Double) -> Double { min(1, kilometers / rampKilometers) }

    /// There and back along the great circle, by light in glass.
    public static func light(kilometers: Double) -> Double { 2 * kilometers / kilometersPerMillisecond }

    /// Two thirds of the speed of light in vacuum.
    static let kilometersPerMillisecond = 299.792_458 * 2 / 3
}

extension Region {
    fileprivate var index: Int { Int(rawValue) }
}
