import Geo
import Testing

@Suite("Airports by their codes")
struct AirportTests {
    @Test("a site in Frankfurt is FRA")
    func find() throws {
        let airport = try #require(Airport(code: "FRA"))
        #expect(airport.place.name == "Frankfurt am Main" && airport.country == "DE")
        #expect(abs(airport.place.latitude - 50.03) < 0.01 && abs(airport.place.longitude - 8.54) < 0.01)
    }

    @Test("every airport of the table is found by its code, and codes are in order")
    func all() {
        var last = ""
        var count = 0
        for airport in Airport.all {
            #expect(Airport(code: airport.code) == airport && last < airport.code, "\(airport.code)")
            #expect(abs(airport.place.latitude) <= 90 && abs(airport.place.longitude) <= 180, "\(airport.code)")
            (last, count) = (airport.code, count + 1)
        }
        #expect(count == 7884)
    }

    @Test(
        "what is no code is no airport",
        arguments: ["", "F", "FR", "fra", "FRAX", "QQQ", "ZZZ", "   ", "FR\n", "\nFR", "ÄÖÜ", "FRA,"])
    func none(_ code: String) { #expect(Airport(code: code) == nil) }

    @Test(
        "a slip is answered with what may have been meant",
        arguments: [
            ("fra", "FRA"), ("Singapore", "SIN"), ("FRX", "FRA"), ("frankfurt", "FRA"), ("zurich", "ZRH"),
        ])
    func suggestions(_ text: String, _ meant: String) {
        let codes = Airport.suggestions(for: text, atMost: 6).map(\.code)
        #expect(codes.contains(meant), "\(codes)")
        #expect(Airport.suggestions(for: text).count <= 3)
    }

    @Test("nonsense is answered with nothing")
    func nonsense() { #expect(Airport.suggestions(for: "the moon, dark side").isEmpty) }
}
