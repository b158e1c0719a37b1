/// Spans of time as the file writes them and as we print them.
extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// `200ms`, `3s`, `1.5s`, `5m`, `1h`: whole milliseconds, at most a year.
    package init?(text: some StringProtocol) {
        guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }),
            let value = scaled(text.dropLast(unit.name.count), by: UInt64(unit.milliseconds)),
            value <= 365 * 24 * 3_600_000
        else { return nil }
        self = .milliseconds(value)
    }

    /// The way `init(text:)` takes it, in the largest unit that leaves no fraction: `90s`, `5m`, `1500ms`.
    package var text: String {
        let milliseconds = wholeMilliseconds
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        guard let unit else { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        return milliseconds == 90_000 ? "90s" : "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    /// Rounded down.
    package var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// `20`, `1.5`: digits with at most nine behind a point, times `unit`; nil unless that is a whole number of 64 bits.
func scaled(_ text: some StringProtocol, by unit: UInt64) -> UInt64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.joined()
    let decimals = parts.count == 2 ? parts[1].utf8.count : 0
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), digits.utf8.count <= 19, decimals <= 9,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(digits)
    else { return nil }
    let divisor = (0..<decimals).reduce(UInt64(1)) { power, _ in power * 10 }
    let product = value.multipliedReportingOverflow(by: unit)
    guard !product.overflow, product.partialValue % divisor == 0 else { return nil }
    return product.partialValue / divisor
}
