/// Metrics of one name: what Prometheus calls a family.
///
/// Names follow its conventions: base units at the end (`_seconds`, `_bytes`), counters end in `_total`, states are one
/// metric a state with 0 or 1. No label holds anything that a client chose.
package struct Metric: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case counter, gauge, histogram }

    package let name: String
    package let kind: Kind
    /// The names of its labels, in order.
    package let labels: [String]
    /// What it says, in one line.
    package let help: String

    package init(_ name: String, _ kind: Kind, by labels: [String] = [], _ help: String) {
        (self.name, self.kind, self.labels, self.help) = (name, kind, labels, help)
    }
}

/// How often a value was at most so large. Bounds are part of the metric's meaning: they never change while it runs.
package struct Histogram: Hashable, Sendable {
    /// Of the buckets, in seconds: from an answer inside one host to one that nobody waits for.
    package static let secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    let bounds: [Double]
    /// Of each bucket alone; the last is for what is larger than every bound.
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0

    package init(bounds: [Double] = Self.secondsBounds) {
        (self.bounds, counts) = (bounds, Array(repeating: 0, count: bounds.count + 1))
    }

    package mutating func note(_ value: Double, _ times: UInt64 = 1) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] &+= times
        sum += value * Double(times)
    }
}
