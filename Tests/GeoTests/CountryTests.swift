import Geo
import Testing

@Suite("Countries, cities and registrations")
struct CountryTests {
    @Test("every country is found by its code, and codes are in order")
    func all() {
        var last = ""
        for country in Country.all {
            #expect(Country(code: country.code) == country && last < country.code, "\(country.code)")
            #expect(!country.name.isEmpty, "\(country.code)")
            last = country.code
        }
        #expect(Country.count == 250)
    }

    @Test("what is no code is no country", arguments: ["", "D", "de", "DEU", "QQ", "ZZ", "D,", "DE,"])
    func none(_ code: String) { #expect(Country(code: code) == nil) }

    @Test("a country knows its region and its cities, the largest first")
    func germany() throws {
        let germany = try #require(Country(code: "DE"))
        #expect(germany.name == "Germany" && germany.region == .westernEurope && germany.inhabitants > 80_000_000)
        #expect(germany.cities.first?.place.name == "Berlin" && germany.cities.count > 70)
        for country in Country.all {
            let cities = country.cities
            #expect(cities.allSatisfy { $0.country == country }, "\(country.code)")
            #expect(zip(cities, cities.dropFirst()).allSatisfy { $0.inhabitants >= $1.inhabitants }, "\(country.code)")
        }
        #expect(City.all.count == 6839)
    }

    @Test("the middle of a country lies where people are near, and only empty countries have none")
    func middle() throws {
        let germany = try #require(Country(code: "DE")?.middle)
        #expect(abs(germany.latitude - 51.5) < 1 && abs(germany.longitude - 9.5) < 1.5, "\(germany)")
        #expect(Country.all.filter { $0.middle == nil }.map(\.code) == ["AQ", "BV", "HM", "IO", "TK", "UM"])
    }

    @Test("distances between countries are those of their people")
    func distance() throws {
        let (germany, america) = (try #require(Country(code: "DE")), try #require(Country(code: "US")))
        let there = try #require(germany.kilometers(to: america))
        #expect(abs(there - 7400) < 200, "\(there)")
        #expect(abs(there - (try #require(america.kilometers(to: germany)))) < 1e-6)
        #expect(try #require(america.kilometers(to: america)) > 1500)
        #expect(try #require(Country(code: "AQ")).kilometers(to: germany) == nil)
    }

    @Test("a place is in the country of the nearest city", arguments: [("FRA", "DE"), ("SIN", "SG"), ("AKL", "NZ")])
    func around(_ airport: String, _ code: String) throws {
        #expect(Country(around: try #require(Airport(code: airport)).place)?.code == code)
    }

    @Test(
        "AS numbers are registered in countries; reserved ones are not",
        arguments: [(3320, "DE"), (15169, "US"), (2497, "JP"), (28000, "UY"), (37100, "MU")] as [(UInt32, String)])
    func registered(_ number: UInt32, _ code: String) { #expect(Registration.country(ofASN: number)?.code == code) }

    @Test("no country for reserved numbers", arguments: [0, 64_496, 64_512, 65_535, 131_071, 4_200_000_000, .max])
    func reserved(_ number: UInt32) { #expect(Registration.country(ofASN: number) == nil) }
}
