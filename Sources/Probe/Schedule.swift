internal import Health
internal import Loop
internal import Net

/// A check and where it stands.
struct Schedule {
    let check: Check
    let address: Address
    let port: UInt16
    /// Regular probes go out at multiples of the interval after it.
    let begun: Instant
    let onResult: @Sendable (ProbeResult) -> Void
    var started = Instant.zero
    /// When the next one is to start.
    var due = Instant.zero
    var pace = Monitor.Pace.regular
    var timer: Timer?
    var underWay: UnderWay?
    var isOverdue = false
    /// What came of the last one.
    var received = Received()

    init(
        check: Check, address: Address, port: UInt16, begun: Instant,
        onResult: @escaping @Sendable (ProbeResult) -> Void
    ) {
        (self.check, self.address, self.port) = (check, address, port)
        (self.begun, self.onResult) = (begun, onResult)
    }

    /// At a fast pace, the interval counts from the last one; else the multiples are where they always were.
    func next(after now: Instant) -> Instant {
        if pace == .fast, let fast = check.fast { return max(now, started + fast) }
        return begun.next(after: now, every: check.every)
    }
}

struct UnderWay {
    let number: UInt64
    let trial: any Trial
    let deadline: Timer
}
