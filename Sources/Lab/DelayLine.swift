package import Net

/// One direction of a link: frames leave in the order in which they came, each as long after it as light needs.
package struct DelayLine: Sendable {
    package let delay: Duration
    /// A second of a flood at 20,000 frames/s; more is dropped and counted, so that memory stays bounded.
    package static let capacity = 20_000

    private var frames: [(due: Instant, frame: [UInt8])] = []
    private var head = 0
    /// Refused because the line was full.
    package private(set) var overflowed = 0

    package init(delay: Duration) { self.delay = delay }

    package var count: Int { frames.count - head }
    /// When the next frame is due.
    package var next: Instant? { head < frames.count ? frames[head].due : nil }

    package mutating func enter(_ frame: [UInt8], now: Instant) {
        guard count < Self.capacity else {
            overflowed += 1
            return
        }
        frames.append((now + delay, frame))
    }

    /// The next frame that is due by `now`.
    package mutating func leave(now: Instant) -> [UInt8]? {
        guard let due = next, due <= now else { return nil }
        let frame = frames[head].frame
        frames[head].frame = []
        head += 1
        if head > 1024, head > frames.count / 2 {
            frames.removeFirst(head)
            head = 0
        }
        return frame
    }
}
