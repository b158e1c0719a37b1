internal import Net

/// Where something is on Earth: `51 30 12.748 N 0 7 39.612 W 10m 1m 10000m 10m` (RFC 1876).
extension RecordParser {
    mutating func parseLocation(_ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        let latitude = try angle(most: 90, positive: "n", negative: "s", &words, text)
        let longitude = try angle(most: 180, positive: "e", negative: "w", &words, text)
        let altitude = try meters(&words, text, -10_000_000...4_284_967_295)
        guard let altitude else { throw .missing("an altitude in meters") }
        data.append(0)  // the version
        for centimeters in [100, 1_000_000, 1000] {  // what counts when they are left out
            let given = try meters(&words, text, 0...9_000_000_000)
            data.append(Location.packed(given ?? centimeters))
        }
        for value in [latitude, longitude] { data.put(UInt32(Location.zero + value)) }
        data.put(UInt32(altitude + Location.seaLevel))
    }

    /// Degrees, minutes, seconds, and the half of the globe: in thousandths of a second.
    private func angle(
        most: Int, positive: String, negative: String, _ words: inout Words, _ text: Span<UInt8>
    ) throws(DNSError) -> Int {
        var value = 0
        for (index, unit) in [3_600_000, 60_000, 1].enumerated() {
            let token = try take(.location, &words)
            let word = text.extracting(token.range)
            if index > 0, let sign = sign(word, positive, negative), value <= most * 3_600_000 { return sign * value }
            let limit = index == 0 ? most : index == 1 ? 59 : 59_999
            guard let number = Location.fixed(word, decimals: index == 2 ? 3 : 0), (0...limit).contains(number) else {
                throw .badValue(word.text, wanted: Field.location.wanted)
            }
            value += number * unit
        }
        let token = try take(.location, &words)
        guard let sign = sign(text.extracting(token.range), positive, negative), value <= most * 3_600_000 else {
            throw .badValue(token.text(in: text), wanted: Field.location.wanted)
        }
        return sign * value
    }

    private func sign(_ word: Span<UInt8>, _ positive: String, _ negative: String) -> Int? {
        word.isWord(positive) ? 1 : word.isWord(negative) ? -1 : nil
    }

    /// In centimeters; nil at the end of the words.
    private func meters(
        _ words: inout Words, _ text: Span<UInt8>, _ range: ClosedRange<Int>
    ) throws(DNSError) -> Int? {
        guard let token = words.take() else { return nil }
        var word = text.extracting(token.range)
        if !word.isEmpty, fold(word[word.count - 1]) == UInt8(ascii: "m") {
            word = word.extracting(..<(word.count - 1))
        }
        guard let value = Location.fixed(word, decimals: 2), range.contains(value) else {
            throw .badValue(token.text(in: text), wanted: "meters, like 10.5m,")
        }
        return value
    }
}

private enum Location {
    /// The equator and the prime meridian, and the bottom of the range of altitudes.
    static let zero = 1 << 31
    static let seaLevel = 10_000_000

    /// A number with so many decimals at most, in units of the last of them.
    static func fixed(_ word: Span<UInt8>, decimals: Int) -> Int? {
        var (value, digits, behind) = (0, 0, -1)
        for index in word.indices {
            let byte = word[index]
            if index == 0, byte == UInt8(ascii: "-") { continue }
            if byte == UInt8(ascii: "."), behind < 0, decimals > 0 {
                behind = 0
                continue
            }
            guard isDigit(byte), digits < 12, behind < decimals else { return nil }
            (value, digits) = (value * 10 + Int(byte - 0x30), digits + 1)
            if behind >= 0 { behind += 1 }
        }
        guard digits > 0 else { return nil }
        for _ in max(behind, 0)..<decimals { value *= 10 }
        return word[0] == UInt8(ascii: "-") ? -value : value
    }

    /// Centimeters as a digit and a power of ten (RFC 1876 §2).
    static func packed(_ centimeters: Int) -> UInt8 {
        var (digit, power) = (centimeters, 0)
        while digit > 9 { (digit, power) = (digit / 10, power + 1) }
        return UInt8(digit) << 4 | UInt8(power)
    }

    static func unpacked(_ byte: UInt8) throws(DNSError) -> Int {
        guard byte >> 4 <= 9, byte & 15 <= 9 else { throw .malformed("a bad size of a location") }
        return (0..<Int(byte & 15)).reduce(Int(byte >> 4)) { value, _ in value * 10 }
    }

    static func meters(_ centimeters: Int) -> String {
        let (sign, size) = (centimeters < 0 ? "-" : "", abs(centimeters))
        return sign + "\(size / 100).\(padded(size % 100, 2))m"
    }

    static func angle(_ wire: UInt32, most: Int, _ positive: String, _ negative: String) throws(DNSError) -> String {
        let value = Int(wire) - zero
        guard abs(value) <= most * 3_600_000 else { throw .malformed("a location that isn't on Earth") }
        let size = abs(value)
        let seconds = "\(size / 1000 % 60).\(padded(size % 1000, 3))"
        return "\(size / 3_600_000) \(size / 60_000 % 60) \(seconds) \(value < 0 ? negative : positive)"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension RecordData {
    static func describeLocation(_ rest: inout Span<UInt8>) throws -> [String] {
        guard try rest.u8() == 0 else { throw DNSError.malformed("a location of another version") }
        let sizes = [try rest.u8(), try rest.u8(), try rest.u8()]
        let latitude = try Location.angle(try rest.u32(), most: 90, "N", "S")
        let longitude = try Location.angle(try rest.u32(), most: 180, "E", "W")
        let altitude = Location.meters(Int(try rest.u32()) - Location.seaLevel)
        return [latitude, longitude, altitude] + (try sizes.map { Location.meters(try Location.unpacked($0)) })
    }
}
