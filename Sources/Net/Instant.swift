/// A point on the monotonic clock. Engines never read a clock: shells pass the instant in, tests make it up.
public struct Instant: Hashable, Comparable, Sendable {
    /// An `Int64`, because arithmetic on `Duration` costs about twelve times as much.
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Self(nanoseconds: 0)
    /// Later than any instant that a clock gives.
    public static let distantFuture = Self(nanoseconds: .max)

    @inlinable
    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Saturates, so that a wait of "for ever" stays in the future.
    public static func + (a: Self, b: Duration) -> Self {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        return overflow ? .distantFuture : Self(nanoseconds: sum)
    }

    public static func - (a: Self, b: Self) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }

    /// The next beat after `now` of those that come every `interval` from this one on: whoever was late stays in step.
    public func next(after now: Self, every interval: Duration) -> Self {
        let step = max(interval.nanoseconds, 1)
        let passed = max(0, now.nanoseconds - nanoseconds) / step
        return self + .nanoseconds(step * (passed + 1))
    }
}

extension Duration {
    /// Whole nanoseconds, saturating at 292 years.
    public var nanoseconds: Int64 {
        let (scaled, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return components.seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        return carry ? (scaled < 0 ? .min : .max) : sum
    }

    /// Milliseconds, with their fraction.
    public var milliseconds: Double { Double(nanoseconds) / 1_000_000 }
}
