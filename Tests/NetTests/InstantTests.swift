import Net
import Testing

@Suite("Instants")
struct InstantTests {
    @Test("whoever was late stays in step: the next beat is in its place, and those that were missed are left out")
    func beats() {
        let start = Instant(nanoseconds: 1_003)
        let beat = { (now: Int64) in start.next(after: Instant(nanoseconds: now), every: .nanoseconds(10)).nanoseconds }
        #expect(beat(1_003) == 1_013 && beat(1_012) == 1_013 && beat(1_013) == 1_023)
        #expect(beat(1_048) == 1_053)
        #expect(beat(0) == 1_013, "never before the first")
        #expect(start.next(after: start, every: .zero).nanoseconds == 1_004, "no interval is no standstill")
        #expect(start.next(after: start, every: .nanoseconds(Int64.max)) == .distantFuture)
    }
}
