/// A city of 100,000 inhabitants or more, or one of the ten largest of its country.
public struct City: Hashable, Sendable {
    public var country: Country
    public var inhabitants: Int
    public var place: Place

    /// All of them by country, then the largest first.
    public static let all: [City] = Table.cities.lines.compactMap(City.init(line:))

    private init?(line: String) {
        let fields = line.split(separator: ",", maxSplits: 4)
        guard fields.count == 5, let country = Country(code: String(fields[0])), let inhabitants = Int(fields[1]),
            let latitude = Double(fields[2]), let longitude = Double(fields[3])
        else { return nil }
        (self.country, self.inhabitants) = (country, inhabitants)
        place = Place(name: String(fields[4]), latitude: latitude, longitude: longitude)
    }

    /// What it counts for in means; a place whose inhabitants nobody counted isn't nothing.
    var people: Double { Double(max(inhabitants, 1)) }

    static func nearest(to place: Place) -> City? {
        guard place.latitude.isFinite, place.longitude.isFinite else { return nil }
        var nearest: (index: Int, kilometers: Double)?
        for index in all.indices {
            let least = nearest?.kilometers ?? .infinity
            // Most are farther away by latitude alone, which costs no trigonometry.
            guard Place.kilometersPerDegree * abs(all[index].place.latitude - place.latitude) < least else { continue }
            let kilometers = all[index].place.kilometers(to: place)
            if kilometers < least { nearest = (index, kilometers) }
        }
        return nearest.map { all[$0.index] }
    }
}
