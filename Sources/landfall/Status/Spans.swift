import FoundationEssentials
import Site

/// Spans of time as people say them, and moments by how long ago they were.
enum Spans {
    /// `7 s`, `3 min`, `2 h 5 min`, `4 d 3 h`: rounded up, so that what is left is never 0 s before its time.
    static func text(_ seconds: Double) -> String {
        let whole = max(0, seconds.whole(.up))
        switch whole {
        case ..<100: return "\(whole) s"
        case ..<6000: return "\(parts(whole, 60)) min"
        case ..<172_800: return join(whole / 3600, "h", whole % 3600 / 60, "min")
        default: return join(whole / 86_400, "d", whole % 86_400 / 3600, "h")
        }
    }

    /// Minutes, to the nearest.
    private static func parts(_ whole: Int, _ unit: Int) -> Int { (whole + unit / 2) / unit }

    private static func join(_ large: Int, _ unit: String, _ small: Int, _ part: String) -> String {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(part)"
    }

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
