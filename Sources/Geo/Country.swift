/// A country, or a territory with a code of its own (ISO 3166-1): a number into the table of all.
public struct Country: Hashable, Sendable {
    /// Its place in the order of the codes, so that arrays can have something for each country.
    public let number: UInt8

    public static let count = records.count
    public static var all: some Sequence<Self> { (0..<count).lazy.map { Self(number: UInt8($0)) } }

    /// By its alpha-2 code, in capitals.
    public init?(code: String) {
        guard let number = numbers[code] else { return nil }
        self.number = number
    }

    /// - Parameter number: less than ``count``.
    public init(number: UInt8) {
        precondition(number < Self.count, "no country has this number")
        self.number = number
    }

    private var record: Record { records[Int(number)] }

    public var code: String { record.code }
    public var name: String { record.name }
    public var region: Region { record.region }
    public var inhabitants: Int { record.inhabitants }
}

extension Country: Comparable {
    /// In the order of their codes.
    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

extension Country: CustomStringConvertible {
    public var description: String { name }
}

extension Country {
    /// Where the people are: the largest cities, and the part of all their inhabitants that each has. Countries without
    /// inhabitants have none.
    public var cities: ArraySlice<City> { citiesByCountry[Int(number)] }

    /// The city from which all others of the largest are nearest, by inhabitants: the one place that stands for the country
    /// where only one can. Of Germany it is Hannover, not Berlin.
    public var middle: Place? { middles[Int(number)] }

    /// The country of the city that is nearest to a place: right but for places near a border.
    public init?(around place: Place) {
        guard let city = City.nearest(to: place) else { return nil }
        self = city.country
    }

    /// How many of the largest cities stand for a country.
    public static let citiesForShape = 20

    /// How far somebody in the country is from a place, in the mean over the inhabitants of the largest cities.
    public func kilometers(to place: Place) -> Double? {
        let cities = cities.prefix(Self.citiesForShape)
        let people = cities.reduce(0.0) { $0 + $1.people }
        guard people > 0 else { return nil }
        return cities.reduce(0.0) { $0 + $1.people * $1.place.kilometers(to: place) } / people
    }

    /// How far somebody in one country is from somebody in another one; in the same one, from somebody else, who may be in
    /// the same city.
    public func kilometers(to other: Self) -> Double? {
        let cities = other.cities.prefix(Self.citiesForShape)
        let people = cities.reduce(0.0) { $0 + $1.people }
        guard people > 0 else { return nil }
        var sum = 0.0
        for city in cities {
            guard let mean = kilometers(to: city.place) else { return nil }
            sum += city.people * mean
        }
        return sum / people
    }
}

private struct Record {
    var code: String
    var name: String
    var region: Region
    var inhabitants: Int

    init?(line: String) {
        let fields = line.split(separator: ",", maxSplits: 3)
        guard fields.count == 4, let inhabitants = Int(fields[1]), let region = Region(name: String(fields[2])) else {
            return nil
        }
        (code, name) = (String(fields[0]), String(fields[3]))
        (self.region, self.inhabitants) = (region, inhabitants)
    }
}

private let records = Table.countries.lines.compactMap(Record.init(line:))
private let numbers = Dictionary(
    uniqueKeysWithValues: records.enumerated().map { ($0.element.code, UInt8($0.offset)) })

/// Cities stand by country, as countries do.
private let citiesByCountry: [ArraySlice<City>] = {
    let all = City.all
    var slices = [ArraySlice<City>](repeating: [], count: records.count)
    var start = 0
    while start < all.count {
        let country = all[start].country
        let end = all[start...].firstIndex { $0.country != country } ?? all.count
        slices[Int(country.number)] = all[start..<end]
        start = end
    }
    return slices
}()

private let middles: [Place?] = Country.all.map { country in
    let cities = country.cities.prefix(Country.citiesForShape)
    return cities.map { city in (city.place, country.kilometers(to: city.place) ?? .infinity) }.min { $0.1 < $1.1 }?.0
}
