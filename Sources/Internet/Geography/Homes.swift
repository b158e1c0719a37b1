public import Geo
public import Net

/// Where one AS is at home.
public struct Home: Hashable, Sendable {
    public var country: Country
    /// Nil: somewhere in the country.
    public var place: Place?

    public init(_ country: Country, at place: Place? = nil) { (self.country, self.place) = (country, place) }

    /// Nil for places that are in no country, which no airport is.
    public init?(_ airport: Airport) {
        guard let country = Country(code: airport.country) ?? Country(around: airport.place) else { return nil }
        self.init(country, at: airport.place)
    }

    /// In the country of the nearest city.
    public init?(_ place: Place) {
        guard let country = Country(around: place) else { return nil }
        self.init(country, at: place)
    }
}

/// Where each AS is at home, by position, and how that is known.
public struct Homes: Hashable, Sendable {
    /// The first that knows anything.
    public enum Source: UInt8, Hashable, Sendable, CaseIterable {
        /// A table says so.
        case given
        /// The country of the organisation that runs it.
        case organization
        /// The country that its number is registered in.
        case registration
        /// The country that most of its neighbors are in.
        case neighbors
        case unknown
    }

    private var countries: [Country?]
    private var places: [Int: Place] = [:]
    private var sources: [Source]

    /// - Parameters:
    ///   - given: by AS number.
    ///   - useRegistrations: whether ``Registration`` is asked; a synthetic Internet's numbers mean nothing.
    public init(
        _ graph: ASGraph, given: [ASN: Home] = [:], _ organizations: ASOrganizations? = nil,
        useRegistrations: Bool = true
    ) {
        countries = [Country?](repeating: nil, count: graph.count)
        sources = [Source](repeating: .unknown, count: graph.count)
        for (position, asn) in graph.ases.enumerated() {
            if let home = given[asn] {
                set(home.country, .given, at: position)
                places[position] = home.place
            } else if let country = organizations?.country(of: asn) {
                set(country, .organization, at: position)
            } else if useRegistrations, let country = Registration.country(ofASN: asn.rawValue) {
                set(country, .registration, at: position)
            }
        }
        askNeighbors(graph)
    }

    public var count: Int { countries.count }

    public func country(at position: Int) -> Country? { countries[position] }

    /// Where exactly; nil: only the country is known, or nothing.
    public func exactPlace(at position: Int) -> Place? { places.isEmpty ? nil : places[position] }

    /// One place for everybody of whom something is known: of a country, its middle.
    public func place(at position: Int) -> Place? { exactPlace(at: position) ?? country(at: position)?.middle }

    /// For ``TieBreak/nearest(_:)`` and ``Clients``.
    public var allPlaces: [Place?] { (0..<count).map { place(at: $0) } }

    public func source(at position: Int) -> Source { sources[position] }

    /// How many ASes each source knew.
    public func count(_ source: Source) -> Int { sources.count { $0 == source } }

    private mutating func set(_ country: Country, _ source: Source, at position: Int) {
        (countries[position], sources[position]) = (country, source)
    }

    /// Each neighbor has one vote, and of equals the first country in the order of codes
    /// wins. Those who were found out this way don't vote, so the order of ASes doesn't matter.
    private mutating func askNeighbors(_ graph: ASGraph) {
        var found: [(position: Int, country: Country)] = []
        for position in 0..<count where sources[position] == .unknown {
            var votes = [Int](repeating: 0, count: Country.count)
            for relation in Relation.allCases {
                for neighbor in graph.neighbors(relation, of: position) {
                    if let country = countries[Int(neighbor)] { votes[Int(country.number)] += 1 }
                }
            }
            if let most = votes.max(), most > 0, let first = votes.firstIndex(of: most) {
                found.append((position, Country(number: UInt8(first))))
            }
        }
        for (position, country) in found { set(country, .neighbors, at: position) }
    }
}

/// Homes of ASes from a table with a column `as`, and `country`, `airport`, or `latitude` and `longitude`; a line may leave out
/// what another one has.
///
///     asn,city,latitude,longitude      as,country      as,airport
///     64500,Frankfurt,50.03,8.54       64500,DE        64500,FRA
public struct HomeTable: Hashable, Sendable {
    public private(set) var homes: [ASN: Home] = [:]
    public private(set) var records = 0
    /// Lines about an AS that had one before; the last counts.
    public private(set) var repeated = 0

    public init(_ text: [UInt8]) throws(TableError) {
        var table = try Table(text)
        try table.require([.asn], called: "\"as\"")
        try table.require(
            [.country, .airport, .latitude], called: "\"country\", \"airport\", or \"latitude\" and \"longitude\"")
        var around: [Place: Country] = [:]
        while let record = try table.next() {
            records += 1
            guard let asn = try record.asn() else { throw record.lack("an AS number", in: .asn) }
            if homes.updateValue(try record.home(&around), forKey: asn) != nil { repeated += 1 }
        }
        guard !homes.isEmpty else {
            throw TableError(.nothingUsable("no places are in here, only the names of columns"))
        }
    }
}

extension Record {
    /// The most exact that it says; the country of a place that has none beside it is that of the nearest city.
    fileprivate func home(_ around: inout [Place: Country]) throws(TableError) -> Home {
        let country = try country()
        if let place = try place() {
            if let country { return Home(country, at: place) }
            if let known = around[place] { return Home(known, at: place) }
            guard let found = Country(around: place) else { throw lack("a place on Earth") }
            around[place] = found
            return Home(found, at: place)
        }
        if let airport = try airport(), let home = Home(airport) { return home }
        guard let country else { throw lack("a country, an airport, or latitude and longitude") }
        return Home(country)
    }
}
