import Geo
import Testing

@Suite("Places, distances and delays")
struct PlaceTests {
    private func kilometers(_ a: String, _ b: String) throws -> Double {
        try #require(Airport(code: a)).place.kilometers(to: #require(Airport(code: b)).place)
    }

    /// Distances by GeographicLib 2.1 on the WGS 84 ellipsoid; a sphere is right to 0.5 %.
    @Test(
        "the distance between two airports is that of the great circle",
        arguments: [
            ("FRA", "SIN", 10_284.6), ("FRA", "GRU", 9_774.3), ("JFK", "LHR", 5_554.5), ("SYD", "SCL", 11_362.6),
        ])
    func distance(_ from: String, _ to: String, _ ellipsoid: Double) throws {
        let ours = try kilometers(from, to)
        #expect(abs(ours - ellipsoid) / ellipsoid < 0.005, "\(from)–\(to): \(ours) km")
        #expect(try abs(kilometers(to, from) - ours) < 1e-6)
    }

    @Test("a place is no distance from itself, and half the Earth from its antipode")
    func extremes() {
        let here = Place(name: "here", latitude: 12.5, longitude: 170)
        let there = Place(name: "there", latitude: -12.5, longitude: -10)
        #expect(here.kilometers(to: here) == 0)
        #expect(abs(here.kilometers(to: there) - 20_015.1) < 0.1)
    }

    @Test("the date line is no obstacle")
    func dateLine() {
        let west = Place(name: "west", latitude: 0, longitude: 179.5)
        let east = Place(name: "east", latitude: 0, longitude: -179.5)
        #expect(abs(west.kilometers(to: east) - 111.2) < 0.1)
    }

    @Test("light takes 5 µs a kilometer of glass, and cables are longer than great circles")
    func delay() throws {
        let (frankfurt, singapore) = try (#require(Airport(code: "FRA")).place, #require(Airport(code: "SIN")).place)
        let straight = frankfurt.fibreDelay(to: singapore, routeFactor: 1)
        let usual = frankfurt.fibreDelay(to: singapore)
        #expect(straight > .milliseconds(51) && straight < .milliseconds(52))
        #expect(usual > .milliseconds(76) && usual < .milliseconds(78))
    }
}
