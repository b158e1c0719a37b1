internal import Net

/// How much of the time a check can't be made: the time that it couldn't, less the time that it could.
///
///     patience ┤  ╱╲   ╱ alarm: then it has to be made good for a whole `calm`
///            0 ┼─╱──╲─╱────────────
///
/// So one that can't be made for most of the time is an alarm, with a success now and then or without, and a machine that is
/// busy for a moment, however often, is none. An alarm that is open stays so until the check could be made for half a
/// minute longer than it couldn't: one that comes and goes is one that nobody reads.
struct Uncertainty: Hashable, Sendable {
    /// So long it can't be made, on balance, before that is an alarm: a machine that is busy makes every checker late.
    static let patience = Duration.seconds(10)
    static let calm = Duration.seconds(30)

    private(set) var isAlarm = false
    private var isNow = false
    private var balance = Duration.zero
    /// When the balance was that.
    private var time = Instant.zero

    mutating func note(isUncertain: Bool, now: Instant) {
        settle(now: now)
        isNow = isUncertain
    }

    mutating func settle(now: Instant) {
        let passed = max(.zero, now - time)
        (balance, time) = (isNow ? balance + passed : balance - passed, max(time, now))
        if !isAlarm, balance >= Self.patience { (isAlarm, balance) = (true, Self.calm) }
        balance = min(max(.zero, balance), Self.calm)
        if balance == .zero { isAlarm = false }
    }

    /// When that could change; nil: not by itself.
    var due: Instant? {
        switch (isAlarm, isNow) {
        case (false, true): time + (Self.patience - balance)
        case (true, false): time + balance
        case (true, true), (false, false): nil
        }
    }
}
