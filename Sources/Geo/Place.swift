import Glibc

/// Somewhere on Earth; degrees, north and east positive.
public struct Place: Hashable, Sendable {
    /// What people call it: `Frankfurt`.
    public var name: String
    public var latitude: Double
    public var longitude: Double

    public init(name: String, latitude: Double, longitude: Double) {
        (self.name, self.latitude, self.longitude) = (name, latitude, longitude)
    }
}

extension Place {
    /// Of the sphere that comes closest to the Earth (IUGG mean radius R₁).
    static let earthRadiusKilometers = 6371.0088
    /// Of latitude.
    static let kilometersPerDegree = earthRadiusKilometers * .pi / 180

    /// Along the great circle (haversine formula), right to about 0.5 %, since the Earth is no sphere.
    public func kilometers(to other: Place) -> Double {
        let (φ1, φ2) = (latitude * .pi / 180, other.latitude * .pi / 180)
        let (Δφ, Δλ) = (φ2 - φ1, (other.longitude - longitude) * .pi / 180)
        let h = pow(sin(Δφ / 2), 2) + cos(φ1) * cos(φ2) * pow(sin(Δλ / 2), 2)
        return 2 * Self.earthRadiusKilometers * asin(min(1, h.squareRoot()))
    }

    /// How much longer cables are than the great circle between their ends: rings, roads and coasts make it about 1.2
    /// between continents and 2 within them. Frankfurt–Singapore at 1.5 gives 154 ms there and back; it is 150 to 160.
    public static let usualRouteFactor = 1.5

    /// One way, by light in glass at 2/3 of its speed in vacuum. No queues and no routers in it.
    public func fibreDelay(to other: Place, routeFactor: Double = usualRouteFactor) -> Duration {
        let kilometersPerSecond = 299_792.458 * 2 / 3
        let seconds = kilometers(to: other) * routeFactor / kilometersPerSecond
        return .microseconds(Int64((seconds * 1e6).rounded()))
    }

    /// Where somebody arrives who goes so far along the great circle that begins in this direction (degrees, clockwise from
    /// north).
    public func at(kilometers: Double, bearing: Double) -> Place {
        let (φ, δ, θ) = (latitude * .pi / 180, kilometers / Self.earthRadiusKilometers, bearing * .pi / 180)
        let sine = sin(φ) * cos(δ) + cos(φ) * sin(δ) * cos(θ)
        let Δλ = atan2(sin(θ) * sin(δ) * cos(φ), cos(δ) - sin(φ) * sine)
        let turned = (longitude + Δλ * 180 / .pi + 540).truncatingRemainder(dividingBy: 360) - 180
        return Place(name: name, latitude: asin(max(-1, min(1, sine))) * 180 / .pi, longitude: turned)
    }
}
