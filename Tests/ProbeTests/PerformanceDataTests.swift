import Testing

@testable import Probe

@Suite("What a plugin prints for machines")
struct PerformanceDataTests {
    @Test(
        "the first value counts, whatever stands around it",
        arguments: [
            ("OK | queries=412.5;800;1000;0; errors=0", 412.5), ("OK|q=0", 0),
            ("| 'queries a second'=7 x=9", 7), ("fine | 'it''s = odd'=3;;;;", 3), ("OK | q=5\nmore | q=6", 5),
        ])
    func first(_ output: String, _ value: Double) { #expect(PerformanceData.first(in: output) == value) }

    @Test(
        "what is no plain number is none",
        arguments: [
            "", "OK", "OK |", "OK | q", "OK | q=", "OK | q=12c", "OK | q=-3", "OK | q=inf", "OK | q=0x10", "OK | q=U",
            "OK | q=1.2.3", "OK\n| q=5", "OK | 'q=5",
        ])
    func none(_ output: String) { #expect(PerformanceData.first(in: output) == nil) }
}
