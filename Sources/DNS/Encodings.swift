internal import Net

/// Hexadecimal digits, two a byte, in as many pieces as they come.
struct HexReader {
    private var high: UInt8?

    /// No digit waits for its second.
    var isComplete: Bool { high == nil }

    /// False when there is something else between them.
    mutating func read(_ text: Span<UInt8>, into bytes: inout [UInt8]) -> Bool {
        for index in text.indices {
            guard let digit = nibble(text[index]) else { return false }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return true
    }
}

@inline(__always)
func nibble(_ digit: UInt8) -> UInt8? {
    if isDigit(digit) { return digit - 0x30 }
    let letter = fold(digit) &- 0x61
    return letter < 6 ? letter + 10 : nil
}

/// Base 64 (RFC 4648 §4), in as many pieces as it comes.
struct Base64Reader {
    private var bits: UInt32 = 0
    /// Of the current group of four.
    private var digits = 0
    private var padding = 0

    /// No group is begun, and what padding replaces was zero.
    var isComplete: Bool { digits + padding == 0 || (digits + padding == 4 && bits == 0) }

    mutating func read(_ text: Span<UInt8>, into bytes: inout [UInt8]) -> Bool {
        for index in text.indices {
            if text[index] == UInt8(ascii: "=") {
                padding += 1
                guard digits >= 2, digits + padding <= 4 else { return false }
                continue
            }
            guard padding == 0, let digit = Self.value(text[index]) else { return false }
            (bits, digits) = (bits << 6 | UInt32(digit), digits + 1)
            guard digits > 1 else { continue }
            let left = 2 * (4 - digits)  // bits that belong to the next byte
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(left)))
            bits &= (1 << UInt32(left)) - 1
            if digits == 4 { digits = 0 }
        }
        return true
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// Base 32 with the extended hexadecimal alphabet, without padding and in either case (RFC 4648 §7, RFC 5155 §3.3).
func putBase32(_ text: Span<UInt8>, into bytes: inout [UInt8]) -> Bool {
    var (bits, count) = (UInt32(0), 0)
    for index in text.indices {
        let letter = fold(text[index]) &- UInt8(ascii: "a")
        guard isDigit(text[index]) || letter < 22 else { return false }
        bits = bits << 5 | UInt32(isDigit(text[index]) ? text[index] - 0x30 : letter + 10)
        count += 5
        guard count >= 8 else { continue }
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= (1 << UInt32(count)) - 1
    }
    return bits == 0 && count < 5
}

/// Bytes as text.
enum Encoded {
    static func hex(_ bytes: [UInt8]) -> String {
        text(bytes.flatMap { [$0 >> 4, $0 & 15] }, "0123456789ABCDEF")
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let padding = String(repeating: "=", count: (3 - bytes.count % 3) % 3)
        return text(digits(bytes, width: 6), alphabet) + padding
    }

    static func base32(_ bytes: [UInt8]) -> String {
        text(digits(bytes, width: 5), "0123456789ABCDEFGHIJKLMNOPQRSTUV")
    }

    private static func digits(_ bytes: [UInt8], width: UInt32) -> [UInt8] {
        var digits: [UInt8] = []
        var (bits, count) = (UInt32(0), UInt32(0))
        for byte in bytes {
            (bits, count) = (bits << 8 | UInt32(byte), count + 8)
            while count >= width {
                count -= width
                digits.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= 1 << count - 1
            }
        }
        if count > 0 { digits.append(UInt8(truncatingIfNeeded: bits << (width - count))) }
        return digits
    }

    private static func text(_ digits: [UInt8], _ alphabet: String) -> String {
        let alphabet = Array(alphabet.utf8)
        return String(decoding: digits.map { alphabet[Int($0)] }, as: UTF8.self)
    }
}
