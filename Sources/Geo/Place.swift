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
