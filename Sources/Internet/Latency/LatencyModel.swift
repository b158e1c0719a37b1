public import Geo

/// How long a packet takes there and back, from where the two ends are:
///
///     round trip = inflation × light + extra
///     light      = twice the great circle, at two thirds of the speed of light in vacuum
///     extra      = domestic                                     within a country
///                = ramp × (abroad(one end) + abroad(the other)) between countries, by the regions that they are in
///     ramp       = 1 beyond 2,000 km, less in proportion below
///
/// One factor on the distance, which is the usual rule, must serve two purposes: cables are no great circles, and routes from
/// some parts of the world lead through a third one. Told apart, cables turn out to be about 1.2 times as long as great circles
/// everywhere, and what is on top depends on where somebody is and hardly on how far he goes: who is in Middle Africa first comes
/// to Europe. docs/latency.md has the figures.
public struct LatencyModel: Hashable, Sendable {
    /// Not under 1: nothing is faster than light.
    public var inflation: Double
    /// Milliseconds, as all that follows.
    public var domestic: Double
    private var abroadByRegion: [Double]

    /// The nearer two countries are, the likelier their networks meet on the way; beyond this they don't.
    public static let rampKilometers = 2000.0

    public init(inflation: Double, domestic: Double) {
        (self.inflation, self.domestic) = (inflation, domestic)
        abroadByRegion = [Double](repeating: 0, count: Region.allCases.count)
    }

    /// What it takes to get out of a region's countries, or into them.
    public func abroad(_ region: Region) -> Double { abroadByRegion[Int(region.rawValue)] }
    public mutating func set(abroad milliseconds: Double, _ region: Region) {
        abroadByRegion[Int(region.rawValue)] = milliseconds
    }

    /// There and back in milliseconds, between two places that are so far apart, in these countries.
    public func roundTrip(kilometers: Double, _ one: Country, _ other: Country) -> Double {
        inflation * Self.light(kilometers: kilometers) + extra(kilometers: kilometers, one, other)
    }

    func extra(kilometers: Double, _ one: Country, _ other: Country) -> Double {
        one == other ? domestic : Self.ramp(kilometers) * (abroad(one.region) + abroad(other.region))
    }

    static func ramp(_ kilometers: Double) -> Double { min(1, kilometers / rampKilometers) }

    /// There and back along the great circle, by light in glass.
    public static func light(kilometers: Double) -> Double { 2 * kilometers / kilometersPerMillisecond }

    /// Two thirds of the speed of light in vacuum.
    static let kilometersPerMillisecond = 299.792_458 * 2 / 3
}
