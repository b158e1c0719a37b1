import Net
import Testing

@Suite("Spans of time")
struct DurationTextTests {
    @Test(
        "are told in the units that people would use, and what is left is rounded up",
        arguments: [
            (0, "0 ms", "0 s"), (400, "400 ms", "400 ms"), (950, "950 ms", "950 ms"), (951, "951 ms", "1 s"),
            (1500, "1.5 s", "2 s"), (99_000, "99 s", "99 s"), (100_000, "100 s", "100 s"),
            (119_001, "119.001 s", "2 min"), (120_000, "2 min", "2 min"), (125_000, "2 min 5 s", "2 min 5 s"),
            (750_000, "12 min 30 s", "12 min 30 s"), (7_199_000, "119 min 59 s", "119 min 59 s"),
            (7_199_001, "2 h", "2 h"), (12_001_000, "3 h 21 min", "3 h 21 min"),
            (172_740_000, "47 h 59 min", "47 h 59 min"),
            (172_800_000, "2 d", "2 d"), (356_400_001, "4 d 4 h", "4 d 4 h"),
        ] as [(Int64, String, String)])
    func texts(milliseconds: Int64, short: String, rounded: String) {
        let duration = Duration.milliseconds(milliseconds)
        #expect(duration.shortText == short && duration.roundedText == rounded)
    }

    @Test("of the longest there is something is told too, and what is over has nothing left")
    func ends() {
        #expect(Duration.nanoseconds(Int64.max).shortText == "106752 d")
        #expect(Duration.seconds(-5).roundedText == "0 s")
        #expect(Duration.nanoseconds(1).roundedText == "1 ms")
    }
}
