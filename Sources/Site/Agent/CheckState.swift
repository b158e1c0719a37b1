internal import Control
internal import Daemon
internal import Health
internal import Loop
internal import Net
internal import Probe

/// One check at one address: its monitor, and what there is to show.
struct CheckState {
    /// Given once, and never to another.
    let id: Int
    let check: Check
    /// Its place among the checks of its address.
    var index: Int
    let address: Address
    /// The service's, for checks that don't name one.
    let port: UInt16
    var monitor: Monitor
    var overload = Overload()
    /// Queries a second that its program told last.
    var load: Double?
    var watch: Prober.ID?
    var lease: Timer?
    /// Of the verdict; while it is failing, of the last failure; before the first one, what it waits for.
    var reason = "waiting for the first result"
    var since = timestamp()
    /// Why it could not be made; nil while it can.
    var uncertainty: String?
    /// Why it couldn't be made last: it may be an alarm also while it just can.
    var lastUncertainty: String?
    /// What came of the last probe.
    var last: (result: ProbeResult, received: Received, at: Instant)?
    var milliseconds: Double?
    var passed: UInt64 = 0
    var failed: UInt64 = 0
    var impossible: UInt64 = 0
    /// Of those that passed, the ones that said themselves that all is not well; of those that failed, the ones that were
    /// not made on purpose.
    var degraded: UInt64 = 0
    var disabled: UInt64 = 0
    /// How long answers took, in seconds.
    var durations = Histogram()
    /// How often each verdict was come to.
    var transitions: [Verdict: UInt64] = [:]

    init(_ check: Check, id: Int, index: Int, address: Address, port: UInt16) {
        (self.check, self.id, self.index, self.address, self.port) = (check, id, index, address, port)
        var policy = check.policy
        policy.lateness = check.timeout
        monitor = Monitor(policy: policy)
    }

    /// Until it has come to its first verdict.
    mutating func wait(after result: ProbeResult) {
        reason = result.words.reason ?? "passed, and has to \(monitor.policy.rise) times in a row"
    }

    /// As it is shown. What hasn't been asked yet isn't failing, though nothing is announced for it.
    var verdict: Verdict { uncertainty == nil && monitor.hasSpoken ? monitor.verdict : .unknown }
}
