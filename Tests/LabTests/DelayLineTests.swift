import Net
import Testing

@testable import Lab

@Suite("One direction of a link")
struct DelayLineTests {
    @Test("frames leave in order, each after the delay of the link")
    func order() {
        var line = DelayLine(delay: .milliseconds(20))
        line.enter([1], now: .zero)
        line.enter([2], now: .zero + .milliseconds(5))
        #expect(line.next == .zero + .milliseconds(20))
        #expect(line.leave(now: .zero + .milliseconds(19)) == nil)
        #expect(line.leave(now: .zero + .milliseconds(20)) == [1])
        #expect(line.leave(now: .zero + .milliseconds(20)) == nil)
        #expect(line.leave(now: .zero + .milliseconds(30)) == [2])
        #expect(line.next == nil)
    }

    @Test("a flood is bounded, and what doesn't fit is counted")
    func bounded() {
        var line = DelayLine(delay: .seconds(1))
        for _ in 0..<DelayLine.capacity + 7 { line.enter([0], now: .zero) }
        #expect(line.count == DelayLine.capacity)
        #expect(line.overflowed == 7)
    }

    @Test("every frame that entered leaves once, however long it runs")
    func conservation() {
        var line = DelayLine(delay: .milliseconds(3))
        var left = 0
        for step in 0..<10_000 {
            let now = Instant.zero + .milliseconds(step)
            line.enter([UInt8(truncatingIfNeeded: step)], now: now)
            while let frame = line.leave(now: now) {
                #expect(frame == [UInt8(truncatingIfNeeded: left)])
                left += 1
            }
        }
        #expect(left == 10_000 - 3)
        #expect(line.count == 3)
    }
}
