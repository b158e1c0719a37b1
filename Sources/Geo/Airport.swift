/// An airport with an IATA code: how operators name their sites.
public struct Airport: Hashable, Sendable {
    /// Three capital letters.
    public var code: String
    /// ISO 3166-1 alpha-2.
    public var country: String
    /// Named after the city that it serves, or after itself where the table knows no city.
    public var place: Place

    /// The airport with this code, in capital letters; nil when there is none.
    public init?(code: String) {
        guard code.utf8.count == 3, let line = Table.airports.line(beginningWith: code) else { return nil }
        self.init(line: line)
    }

    private init?(line: String) {
        let fields = line.split(separator: ",", maxSplits: 4)
        guard fields.count == 5, let latitude = Double(fields[2]), let longitude = Double(fields[3]) else { return nil }
        (code, country) = (String(fields[0]), String(fields[1]))
        place = Place(name: String(fields[4]), latitude: latitude, longitude: longitude)
    }

    /// All of them, in the order of their codes. Reads the whole table: for suggestions, not for look-ups.
    public static var all: some Sequence<Airport> { Table.airports.lines.lazy.compactMap(Self.init(line:)) }
}

/// What suggestions are looked for in, made once, by whoever makes the first mistake.
private let known = Airport.all.map { (city: $0.place.name.uppercased(), code: Array($0.code.utf8), airport: $0) }

extension Airport {
    /// What someone may have meant by a text that is no code, best first: the same letters in capitals, a city of that
    /// name, two letters swapped, one letter wrong.
    public static func suggestions(for text: String, atMost limit: Int = 3) -> [Airport] {
        let capitals = text.uppercased()
        if let airport = Airport(code: capitals) { return [airport] }
        let letters = Array(capitals.utf8)
        let ranked = known.compactMap { city, code, airport in
            rank(city, code, for: capitals, letters).map { (rank: $0, airport: airport) }
        }
        // By code within a rank: Swift's sort keeps the order of equals, but doesn't promise to.
        let best = ranked.sorted { ($0.rank, $0.airport.code) < ($1.rank, $1.airport.code) }
        return best.prefix(limit).map(\.airport)
    }

    /// Smaller is likelier; nil is unlike.
    private static func rank(_ city: String, _ code: [UInt8], for capitals: String, _ wanted: [UInt8]) -> Int? {
        if city == capitals { return 0 }
        guard wanted.count == 3 else { return wanted.count > 3 && city.hasPrefix(capitals) ? 1 : nil }
        if wanted.sorted() == code.sorted() { return 2 }
        let wrong = (0..<3).filter { wanted[$0] != code[$0] }
        return wrong.count == 1 ? 5 - wrong[0] : nil
    }
}
