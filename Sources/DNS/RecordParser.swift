internal import Net

/// Reads record data from the words of a zone file (RFC 1035 §5.1), field by field.
struct RecordParser {
    private var rest: ArraySlice<Token>
    private let origin: Name?
    /// The word that was read last: where an error is.
    private(set) var last: Token?

    init(_ tokens: ArraySlice<Token>, origin: Name?) { (rest, self.origin) = (tokens, origin) }

    mutating func parse(_ type: RecordType) throws(DNSError) -> [UInt8] {
        var data: [UInt8] = []
        if let first = rest.first, !first.isQuoted, first.bytes.elementsEqual("\\#".utf8) {
            data = try parseGeneric(type)
        } else {
            guard let fields = type.fields else { throw .missing("\\# length hex, the form for types unknown here,") }
            for field in fields { try parse(field, into: &data) }
        }
        if let surplus = rest.first {
            last = surplus
            throw .surplus(surplus.text)
        }
        guard data.count <= 65535 else { throw .tooLong(data.count) }
        return data
    }

    private mutating func take(_ wanted: String) throws(DNSError) -> Token {
        guard let token = rest.popFirst() else { throw .missing(wanted) }
        last = token
        return token
    }

    private mutating func parse(_ field: Field, into data: inout [UInt8]) throws(DNSError) {
        if field == .strings { return try parseStrings(into: &data) }
        let token = try take(field.wanted)
        if case .name = field {
            data += try Name(bytes: token.bytes, origin: origin).wire
        } else {
            guard let value = Self.encode(token, as: field) else {
                throw .badValue(token.text, wanted: field.wanted)
            }
            data += value
        }
    }

    private static func encode(_ token: Token, as field: Field) -> [UInt8]? {
        var bytes: [UInt8] = []
        switch field {
        case .ipv4: return Address(token.text).flatMap { $0.family == .ipv4 ? $0.bytes : nil }
        case .ipv6: return Address(token.text).flatMap { $0.family == .ipv6 ? $0.bytes : nil }
        case .u16:
            guard let value = decimal(token.bytes, as: UInt16.self) else { return nil }
            bytes.put(value)
        case .u32:
            guard let value = decimal(token.bytes, as: UInt32.self) else { return nil }
            bytes.put(value)
        case .seconds:
            guard let value = seconds(token.bytes) else { return nil }
            bytes.put(value)
        case .name, .strings: return nil
        }
        return bytes
    }

    /// Character strings of at most 255 bytes, with or without quotes.
    private mutating func parseStrings(into data: inout [UInt8]) throws(DNSError) {
        repeat {
            let token = try take(Field.strings.wanted)
            var string: [UInt8] = []
            var text = token.bytes
            while let byte = text.popFirst() {
                string.append(byte == UInt8(ascii: "\\") ? try unescape(&text) : byte)
            }
            guard let length = UInt8(exactly: string.count) else {
                throw .badValue("a string of \(string.count) bytes", wanted: "at most 255 bytes, or several strings,")
            }
            data.append(length)
            data += string
        } while !rest.isEmpty
    }

    /// `\# 4 c0000201`: any type's bytes as they are. Those of a known type must still be what the type says.
    private mutating func parseGeneric(_ type: RecordType) throws(DNSError) -> [UInt8] {
        _ = try take("\\#")
        let length = try take("a length")
        guard let count = decimal(length.bytes, as: UInt16.self) else {
            throw .badValue(length.text, wanted: "a length, 0 to 65535,")
        }
        var digits: [UInt8] = []
        while let token = rest.popFirst() {
            last = token
            digits += token.bytes
        }
        guard let data = bytes(hex: digits), data.count == count else {
            throw .badValue(String(decoding: digits, as: UTF8.self), wanted: "\(count) bytes in hexadecimal")
        }
        guard RecordData.isValid(data, type: type) else { throw .badData(type) }
        return data
    }
}

/// `3600`, or `1h`, `1d12h`, `2w` (as BIND and NSD read them); nil beyond what 31 bits hold (RFC 2181 §8).
func seconds(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard !text.isEmpty else { return nil }
    var total: UInt64 = 0
    var rest = text
    while !rest.isEmpty {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let number = decimal(digits, as: UInt32.self) else { return nil }
        rest = rest.dropFirst(digits.count)
        guard let scale = scale(of: rest.popFirst(), alone: digits.count == text.count) else { return nil }
        total += UInt64(number) * scale
        guard total <= UInt64(Int32.max) else { return nil }
    }
    return UInt32(total)
}

private func scale(of unit: UInt8?, alone: Bool) -> UInt64? {
    switch unit.map(fold) {
    case nil: alone ? 1 : nil
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "d"): 86400
    case UInt8(ascii: "w"): 604_800
    default: nil
    }
}

private func bytes(hex digits: [UInt8]) -> [UInt8]? {
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for pair in stride(from: 0, to: digits.count, by: 2) {
        guard let high = nibble(digits[pair]), let low = nibble(digits[pair + 1]) else { return nil }
        bytes.append(high << 4 | low)
    }
    return bytes
}

private func nibble(_ digit: UInt8) -> UInt8? {
    switch fold(digit) {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: fold(digit) - 0x61 + 10
    default: nil
    }
}
