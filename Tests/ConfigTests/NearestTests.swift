import Testing

@testable import Config

@Suite("Slips of the keyboard")
struct NearestTests {
    @Test(
        "distances count letters put in, left out, changed and swapped",
        arguments: [
            ("", "", 0), ("a", "", 1), ("", "abc", 3), ("every", "evry", 1), ("asn", "ans", 1),
            ("kitten", "sitting", 3),
        ])
    func distance(_ a: String, _ b: String, _ expected: Int) {
        #expect(edits(Array(a.unicodeScalars), Array(b.unicodeScalars)) == expected)
        #expect(edits(Array(b.unicodeScalars), Array(a.unicodeScalars)) == expected)
    }

    @Test("the nearest is suggested, and nothing when all are far")
    func nearestOf() {
        let keys = ["name", "address", "asn", "role", "hold-time"]
        #expect(nearest(to: "adress", among: keys) == "address" && nearest(to: "holdtime", among: keys) == "hold-time")
        #expect(nearest(to: "ROLE", among: keys) == "role" && nearest(to: "xyz", among: keys) == nil)
        #expect(nearest(to: String(repeating: "x", count: 1_000_000), among: keys) == nil)
    }
}
