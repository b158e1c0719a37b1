/// Spans of time for people: the same one reads the same in an event, on a screen and in an error.
extension Duration {
    /// `200 ms`, `1.5 s`, `95 s`, `2 min 5 s`, `3 h 20 min`, `4 d 3 h`: to the millisecond below two minutes, to the second
    /// below two hours, above rounded up to the smaller of its units.
    package var shortText: String {
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 120_000 {
            return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
        }
        let seconds = milliseconds.inUnits(of: 1000)
        if seconds < 7200 { return inTwo(seconds, "min", "s", 60) }
        let minutes = seconds.inUnits(of: 60)
        return minutes < 2880 ? inTwo(minutes, "h", "min", 60) : inTwo(minutes.inUnits(of: 60), "d", "h", 24)
    }

    /// Of what is going on, where fractions of a second would only flicker: rounded up to whole seconds, so that what is
    /// left is never 0 s before its time.
    package var roundedText: String {
        let milliseconds = max(0, nanoseconds).inUnits(of: 1_000_000)
        guard milliseconds > 950 || milliseconds == 0 else { return "\(milliseconds) ms" }
        return milliseconds == 0 ? "0 s" : Duration.seconds(milliseconds.inUnits(of: 1000)).shortText
    }
}

private func inTwo(_ value: Int64, _ large: String, _ small: String, _ size: Int64) -> String {
    value % size == 0 ? "\(value / size) \(large)" : "\(value / size) \(large) \(value % size) \(small)"
}

extension Int64 {
    /// Rounded up.
    fileprivate func inUnits(of size: Int64) -> Int64 { self / size + (self % size > 0 ? 1 : 0) }
}
