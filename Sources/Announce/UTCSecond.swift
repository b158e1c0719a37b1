/// A second of the calendar, as files have it: `2026-11-21T23:02:47Z` (RFC 3339, UTC, no fraction).
public struct UTCSecond: Hashable, Comparable, Sendable {
    /// Since the beginning of 1970, without leap seconds.
    public var seconds: Int

    public init(seconds: Int) { self.seconds = seconds }

    public static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }

    /// nil for what is no such time, or before 1970.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 else { return nil }
        var numbers: [Int] = []
        for (start, length, end) in [(0, 4, "-"), (5, 2, "-"), (8, 2, "T"), (11, 2, ":"), (14, 2, ":"), (17, 2, "Z")] {
            let digits = bytes[start..<start + length]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }), bytes[start + length] == end.utf8.first else {
                return nil
            }
            numbers.append(digits.reduce(0) { 10 * $0 + Int($1) - 0x30 })
        }
        let days = Self.days(numbers[0], numbers[1], numbers[2])
        guard numbers[0] >= 1970, 1...12 ~= numbers[1], numbers[2] >= 1, Self.date(days).day == numbers[2],
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        seconds = ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
    }

    /// Days since the beginning of 1970 (H. Hinnant, *chrono-compatible low-level date algorithms*, 2013): years begin in
    /// March, so that leap days come last, and 400 of them have 146,097 days.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, ofEra) = (year / 400, year % 400)
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let days = days + 719_468
        let (era, ofEra) = (days / 146_097, days % 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fromMarch + 2) / 5 + 1)
    }
}

extension UTCSecond: CustomStringConvertible {
    public var description: String {
        let date = Self.date(seconds / 86_400)
        let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }
        let day = [Self.padded(date.year, 4), Self.padded(date.month, 2), Self.padded(date.day, 2)]
        return day.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
