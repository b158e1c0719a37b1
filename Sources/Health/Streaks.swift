/// How many results in a row were at least so good, or at least so bad. The last result begins or goes on with two of
/// the four and ends the others.
struct Streaks: Hashable, Sendable {
    private(set) var passes = 0
    /// Passed or degraded.
    private(set) var answers = 0
    /// Degraded or failed.
    private(set) var troubles = 0
    private(set) var failures = 0

    mutating func pass() { self = Streaks(passes: passes &+ 1, answers: answers &+ 1) }
    mutating func degrade() { self = Streaks(answers: answers &+ 1, troubles: troubles &+ 1) }
    mutating func fail() { self = Streaks(troubles: troubles &+ 1, failures: failures &+ 1) }
}
