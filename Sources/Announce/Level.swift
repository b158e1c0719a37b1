/// How good a route is meant to look, worst first. A route falls at once and rises slowly.
public enum Level: Int, Hashable, Sendable, Comparable, CaseIterable {
    case withdrawn
    /// Announced, with traffic being moved away by an operator.
    case draining
    /// Announced, and less preferred than any other: an anchor whose service fails.
    case lastResort
    case degraded
    case healthy

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What the checks say about a prefix, worst first.
enum Condition: Int, Comparable, Sendable {
    /// Failing, or not yet known to answer.
    case failing
    case degraded
    case healthy

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
