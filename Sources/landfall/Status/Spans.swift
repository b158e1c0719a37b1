import Daemon
import FoundationEssentials
import Net
import Site

/// Spans of time as people say them, and moments by how long ago they were.
enum Spans {
    /// `7 s`, `3 min 6 s`, `2 h 5 min`, `4 d 3 h`: as events tell it, but in whole seconds.
    static func text(_ seconds: Double) -> String { Duration.seconds(seconds.whole(.up)).roundedText }

    /// nil for what is no time (RFC 3339).
    static func moment(_ text: String) -> Date? { Date(rfc3339: text) }

    /// How long before `now` that was, in seconds; nil for what is no time. Clocks that disagree give nothing negative.
    static func age(of time: String, at now: Date) -> Double? {
        Date(rfc3339: time).map { max(0, now.timeIntervalSince($0)) }
    }

    /// `3 min ago`; nil for what is no time.
    static func ago(_ time: String, at now: Date) -> String? {
        age(of: time, at: now).map { text($0.rounded(.down)) + " ago" }
    }

    /// Without its date when that was less than half a day ago: `03:12:07Z`.
    static func time(_ text: String, at now: Date) -> String {
        let whole = time(text)
        guard let age = age(of: text, at: now), age < 43_200, let start = whole.firstIndex(of: "T") else {
            return whole
        }
        return String(whole[whole.index(after: start)...])
    }

    /// To the second, which is enough for people.
    static func time(_ text: String) -> String {
        Date(rfc3339: text).map { $0.formatted(Date.ISO8601FormatStyle()) } ?? text
    }
}
