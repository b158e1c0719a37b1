internal import Net

/// Whether a service answers others while a check of it times out (ANNOUNCING 1).
///
///     check     ✗ no answer      ✗ no answer      ✗ no answer
///     count       1200             1231             1231
///                        ╰ others were answered ╯╰ nobody was ╯
///
/// Two counts are held against each other that were both read after a failure. A service that hangs did so before its
/// first failure was noticed, so nothing that it did while it was still well can speak for it.
///
/// A flood over IPv4 also leaves nothing to the few who ask over IPv6, and there the count says nothing: between two
/// checks nobody else may have been answered. So an address at which a check of the same service timed out lately speaks
/// for the others: both suffer from the same load as long as it goes on answering. One at which all is well speaks for
/// nobody but itself, and others speak only for an address that gave a sign of life itself within the last minute: an IPv6
/// that is broken is withdrawn, whatever happens over IPv4.
struct Overload: Sendable {
    /// Under load, checks pass now and then; or two intervals, if those are longer.
    private static let memory = Duration.seconds(10)
    private static let patience = Duration.seconds(60)

    private var counted: [Address: UInt64] = [:]
    private var lastTimeout: Instant?
    /// When the check passed, or somebody else was answered at its own address; at first, when it first timed out.
    private var lastSign: Instant?

    /// Of a timeout.
    ///
    /// - Parameters:
    ///   - counts: of answers to others at that moment, at all addresses of the service; those without a count are left out.
    ///   - own: the check's address.
    ///   - suffering: other addresses that speak for this check.
    mutating func note(
        _ counts: [Address: UInt64], at own: Address, beside suffering: Set<Address>, now: Instant
    ) -> Bool {
        defer { (counted, lastTimeout) = (counts, counts.isEmpty ? lastTimeout : now) }
        let sign = lastSign ?? now
        let isAlive = hasRisen(own, counts)
        lastSign = isAlive ? now : sign
        return isAlive || now - sign <= Self.patience && suffering.contains { hasRisen($0, counts) }
    }

    private func hasRisen(_ address: Address, _ counts: [Address: UInt64]) -> Bool {
        guard let before = counted[address], let count = counts[address] else { return false }
        return count > before
    }

    /// The check passed.
    mutating func notePass(now: Instant) { (counted, lastSign) = ([:], now) }

    /// Of any other result.
    mutating func forgetCounts() { counted = [:] }

    /// - Parameter interval: of the check.
    func suffered(every interval: Duration, now: Instant) -> Bool {
        lastTimeout.map { now - $0 <= max(Self.memory, interval * 2) } ?? false
    }
}
