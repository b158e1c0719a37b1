/// Numbers that a monitoring plugin prints for machines, behind a bar on its first line, as its guidelines have it:
///
///     NSD OK, 1 zone | queries=412.5;800;1000;0; errors=0
///     ╰ for people     ╰ label=value, with a unit, marks and bounds behind it
public enum PerformanceData {
    /// The first value, if it is a number without a unit, and not negative.
    public static func first(in output: String) -> Double? {
        let line = output.split(whereSeparator: \.isNewline).first ?? ""
        guard let bar = line.firstIndex(of: "|"), let value = value(in: line[line.index(after: bar)...]) else {
            return nil
        }
        // `Double` would take hexadecimal digits, infinity and the like.
        guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }), let number = Double(value),
            number.isFinite
        else { return nil }
        return number
    }

    /// Labels with blanks are in single quotes, and a quote in them is doubled.
    private static func value(in data: Substring) -> Substring? {
        var isQuoted = false
        for index in data.indices {
            if data[index] == "'" { isQuoted.toggle() }
            guard data[index] == "=", !isQuoted else { continue }
            return data[data.index(after: index)...].prefix { $0 != ";" && !$0.isWhitespace }
        }
        return nil
    }
}
