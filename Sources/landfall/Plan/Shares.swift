/// Parts of a whole, for people.
enum Shares {
    /// `42 %`; `0.4 %` below one; `<0.1 %` for what is hardly there.
    static func percent(_ share: Double) -> String {
        let value = max(0, share) * 100
        if value == 0 || value >= 0.95 { return "\(value.whole()) %" }
        let tenths = (value * 10).whole()
        return tenths == 0 ? "<0.1 %" : "0.\(tenths) %"
    }

    static func text(_ range: ClosedRange<Double>) -> String {
        let (least, most) = (percent(range.lowerBound), percent(range.upperBound))
        return least == most ? least : "\(least.dropLast(2))–\(most)"
    }

    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// The hours of a day, each as high as it is beside the highest.
    static func spark(_ hours: [Double]) -> String {
        let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        guard let most = hours.max(), most > 0 else { return "" }
        return String(hours.map { levels[min(7, max(0, ($0 / most * 8).whole(.down)))] })
    }

    /// A bar of at most ten characters, in eighths of one; as long as that for `most`.
    static func bar(_ share: Double, of most: Double) -> String {
        guard most > 0 else { return "" }
        let length = (max(0, min(1, share / most)) * 80).whole()
        return String(repeating: "█", count: length / 8) + eighths[length % 8]
    }
}
