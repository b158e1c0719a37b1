package import FoundationEssentials
package import Net

/// RFC 3339, in UTC, with milliseconds.
package func timestamp(_ date: Date = Date()) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}

/// A moment of the monotonic clock in the words of the other one.
package func timestamp(_ instant: Instant, now: Instant) -> String {
    timestamp(Date(timeIntervalSinceNow: -(now - instant).milliseconds / 1000))
}

extension Date {
    /// With or without a fraction of the second.
    package init?(rfc3339 text: String) {
        let styles = [true, false].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
        guard let date = styles.lazy.compactMap({ try? Date(text, strategy: $0) }).first else { return nil }
        self = date
    }
}
