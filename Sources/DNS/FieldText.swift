internal import Net

/// Fields of one word: from text to bytes.
extension Array where Element == UInt8 {
    /// Appends a field; false when the word isn't one.
    mutating func put(_ word: Span<UInt8>, as field: Field) -> Bool {
        switch field {
        case .ipv4: return put(ipv4(word)) { $0.put($1) }
        case .ipv6: return put(ipv6(word)) { $0.put($1) }
        case .u8: return put(decimal(word).flatMap { UInt8(exactly: $0) }) { $0.put($1) }
        case .u16: return put(decimal(word).flatMap { UInt16(exactly: $0) }) { $0.put($1) }
        case .u32: return put(decimal(word).flatMap { UInt32(exactly: $0) }) { $0.put($1) }
        case .u64: return put(decimal(word)) { $0.put($1) }
        case .mnemonic(_, let names):
            return put(names.value(word)) { names.most > 255 ? $0.put($1) : $0.put(UInt8(truncatingIfNeeded: $1)) }
        case .seconds: return put(seconds(word)) { $0.put($1) }
        case .moment: return put(moment(word)) { $0.put($1) }
        case .type: return put(RecordType(word)) { $0.put($1.rawValue) }
        case .tag: return putTag(word)
        case .salt: return putSalt(word)
        case .hash: return putHash(word)
        case .pairs(let count, _): return putPairs(word, count: count, digits: 2, separator: UInt8(ascii: "-"))
        case .groups: return putPairs(word, count: 4, digits: 4, separator: UInt8(ascii: ":"))
        case .nsap: return putNSAP(word)
        default: return false
        }
    }

    private mutating func put<Value>(_ value: Value?, _ append: (inout Self, Value) -> Void) -> Bool {
        guard let value else { return false }
        append(&self, value)
        return true
    }

    mutating func put(_ value: UInt128) {
        put(UInt64(truncatingIfNeeded: value >> 64))
        put(UInt64(truncatingIfNeeded: value))
    }

    private mutating func putTag(_ word: Span<UInt8>) -> Bool {
        guard !word.isEmpty, word.count <= 255, word.indices.allSatisfy({ isLetterOrDigit(word[$0]) }) else {
            return false
        }
        append(UInt8(word.count))
        put(word)
        return true
    }

    private mutating func putSalt(_ word: Span<UInt8>) -> Bool {
        if word.isWord("-") { return put(0) { $0.append($1) } }
        return putCounted(word) { word, data in
            var hex = HexReader()
            return hex.read(word, into: &data) && hex.isComplete
        }
    }

    private mutating func putHash(_ word: Span<UInt8>) -> Bool { putCounted(word, putBase32) }

    /// What `read` appends, behind its count.
    private mutating func putCounted(_ word: Span<UInt8>, _ read: (Span<UInt8>, inout [UInt8]) -> Bool) -> Bool {
        let start = count
        append(0)
        guard read(word, &self), let length = UInt8(exactly: count - start - 1), length > 0 else { return false }
        self[start] = length
        return true
    }

    /// `count` groups of hexadecimal digits.
    private mutating func putPairs(_ word: Span<UInt8>, count: Int, digits: Int, separator: UInt8) -> Bool {
        guard word.count == count * (digits + 1) - 1 else { return false }
        var hex = HexReader()
        for group in 0..<count {
            let start = group * (digits + 1)
            guard group == 0 || word[start - 1] == separator else { return false }
            guard hex.read(word.extracting(start..<start + digits), into: &self) else { return false }
        }
        return true
    }

    /// Digits after `0x`, dots anywhere between them (RFC 1706 §7).
    private mutating func putNSAP(_ word: Span<UInt8>) -> Bool {
        guard word.count > 2, word.extracting(..<2).isWord("0x") else { return false }
        let start = count
        var hex = HexReader()
        for index in 2..<word.count where word[index] != UInt8(ascii: ".") {
            guard hex.read(word.extracting(index...index), into: &self) else { return false }
        }
        return hex.isComplete && count > start
    }
}

func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || fold(byte) &- 0x61 < 26 }

/// `3600`, or `1h`, `1d12h`, `2w` (as BIND and NSD read them); nil beyond what 31 bits hold (RFC 2181 §8).
func seconds(_ word: Span<UInt8>) -> UInt32? {
    var (total, number, digits) = (UInt64(0), UInt64(0), 0)
    for index in word.indices {
        if isDigit(word[index]) {
            (number, digits) = (number * 10 + UInt64(word[index] - 0x30), digits + 1)
            guard number <= UInt64(UInt32.max) else { return nil }
        } else {
            guard digits > 0, let scale = scale(of: word[index]) else { return nil }
            total += number * scale
            (number, digits) = (0, 0)
            guard total <= UInt64(Int32.max) else { return nil }
        }
    }
    // The last number may do without a unit only when it is all there is.
    guard digits == 0 ? !word.isEmpty : digits == word.count else { return nil }
    total += number
    return total <= UInt64(Int32.max) ? UInt32(total) : nil
}

private func scale(of unit: UInt8) -> UInt64? {
    switch fold(unit) {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "d"): 86400
    case UInt8(ascii: "w"): 604_800
    default: nil
    }
}

// MARK: Addresses

/// Strict dotted decimal: four parts, no leading zeros.
func ipv4(_ word: Span<UInt8>) -> UInt32? {
    var (bits, part, digits, dots) = (UInt32(0), UInt32(0), 0, 0)
    for index in word.indices {
        let byte = word[index]
        if byte == UInt8(ascii: ".") {
            guard digits > 0, dots < 3 else { return nil }
            (bits, part, digits, dots) = (bits << 8 | part, 0, 0, dots + 1)
        } else {
            guard isDigit(byte), digits == 0 || part > 0 else { return nil }
            (part, digits) = (part * 10 + UInt32(byte - 0x30), digits + 1)
            guard part <= 255 else { return nil }
        }
    }
    return dots == 3 && digits > 0 ? bits << 8 | part : nil
}

/// RFC 4291 §2.2.
func ipv6(_ word: Span<UInt8>) -> UInt128? {
    var (bits, groups, at) = (UInt128(0), 0, 0)
    var gap: Int?  // how many groups stand before the ::
    if word.count >= 2, word[0] == UInt8(ascii: ":"), word[1] == UInt8(ascii: ":") { (gap, at) = (0, 2) }
    while at < word.count {
        var (value, digits) = (UInt128(0), 0)
        let start = at
        while at < word.count, digits < 5, let nibble = nibble(word[at]) {
            (value, digits, at) = (value << 4 | UInt128(nibble), digits + 1, at + 1)
        }
        if at < word.count, word[at] == UInt8(ascii: ".") {
            guard let v4 = ipv4(word.extracting(start...)) else { return nil }
            (bits, groups, at) = (bits << 32 | UInt128(v4), groups + 2, word.count)
            break
        }
        guard (1...4).contains(digits), groups < 8 else { return nil }
        (bits, groups) = (bits << 16 | value, groups + 1)
        guard at < word.count else { break }
        guard word[at] == UInt8(ascii: ":"), at + 1 < word.count else { return nil }
        at += 1
        guard word[at] == UInt8(ascii: ":") else { continue }
        guard gap == nil else { return nil }
        (gap, at) = (groups, at + 1)
    }
    guard let gap else { return groups == 8 ? bits : nil }
    guard groups <= 7 else { return nil }
    let tail = 16 * (groups - gap)
    return (bits >> tail) << (16 * (8 - gap)) | bits & (UInt128(1) << tail - 1)
}

// MARK: Moments

/// Fourteen digits are year, month, day, hour, minute and second; fewer are seconds since 1970 (RFC 4034 §3.2). Both
/// count around at 2³².
func moment(_ word: Span<UInt8>) -> UInt32? {
    guard let number = decimal(word) else { return nil }
    guard word.count == 14 else { return UInt32(exactly: number) }
    let (date, time) = (Int(number / 1_000_000), Int(number % 1_000_000))
    let (year, month, day) = (date / 10000, date / 100 % 100, date % 100)
    let (hour, minute, second) = (time / 10000, time / 100 % 100, time % 100)
    guard year >= 1970, (1...12).contains(month), day >= 1, day <= Calendar.days(in: month, of: year), hour < 24,
        minute < 60, second < 60
    else { return nil }
    let seconds = Calendar.day(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    return UInt32(truncatingIfNeeded: seconds)
}

/// `20261122084500`.
func describe(moment: UInt32) -> String {
    let (year, month, day) = Calendar.date(ofDay: Int(moment) / 86400)
    let time = Int(moment) % 86400
    let number = ((year * 100 + month) * 100 + day) * 1_000_000
    return String(number + (time / 3600 * 100 + time / 60 % 60) * 100 + time % 60)
}

/// The Gregorian calendar, in days since 1970, by eras of 400 years that begin in March.
private enum Calendar {
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (year / 400, year % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = ((day + 719_468) / 146_097, (day + 719_468) % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
