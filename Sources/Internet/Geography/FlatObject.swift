import Net

/// A JSON object on one line whose values are strings, numbers, `true`, `false` or `null` (RFC 8259): what files of JSON lines
/// consist of. Members come one at a time. Objects and arrays inside are refused.
struct FlatObject {
    private let line: Int
    private let start: Int
    private var rest: ArraySlice<UInt8>
    private var state = State.before

    private enum State { case before, inside, after }

    init(_ text: ArraySlice<UInt8>, line: Int) { (self.line, start, rest) = (line, text.startIndex, text) }

    /// The next member, where its value stands; nil at the end.
    mutating func next() throws(TableError) -> (key: String, value: Field)? {
        skipSpace()
        switch state {
        case .before: try expect("{")
        case .inside where rest.first != UInt8(ascii: "}"): try expect(",")
        case .inside, .after: break
        }
        skipSpace()
        if state == .after || take("}") { return try end() }
        state = .inside
        let key = try string()
        skipSpace()
        try expect(":")
        skipSpace()
        let column = column
        return (key, Field(text: try value(), column: column))
    }

    private mutating func end() throws(TableError) -> (key: String, value: Field)? {
        skipSpace()
        guard rest.isEmpty else { throw fault("the end of the line") }
        state = .after
        return nil
    }

    private mutating func value() throws(TableError) -> String {
        if rest.first == UInt8(ascii: "\"") { return try string() }
        let word = rest.prefix { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || [0x2b, 0x2d, 0x2e, 0x45].contains(byte)
        }
        guard !word.isEmpty else { throw fault("a string or a number") }
        rest = rest.dropFirst(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func string() throws(TableError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case ..<0x20: throw fault("a character, not a control code,")
            default: text.append(byte)
            }
        }
        throw fault("a quote that ends the string")
    }

    /// What stands for one character after a backslash; half of a surrogate pair is U+FFFD.
    private mutating func escape() throws(TableError) -> [UInt8] {
        switch rest.popFirst() {
        case UInt8(ascii: "\""): return [0x22]
        case UInt8(ascii: "\\"): return [0x5c]
        case UInt8(ascii: "/"): return [0x2f]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw fault("an escape that JSON has")
        }
    }

    private mutating func scalar() throws(TableError) -> Character {
        let first = try unit()
        guard (0xd800..<0xdc00).contains(first), rest.starts(with: [0x5c, 0x75]) else {
            return Character(Unicode.Scalar(first) ?? "\u{fffd}")
        }
        rest = rest.dropFirst(2)
        let second = try unit()
        guard (0xdc00..<0xe000).contains(second) else { return "\u{fffd}" }
        return Character(Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}")
    }

    private mutating func unit() throws(TableError) -> UInt32 {
        let digits = String(decoding: rest.prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
            let unit = UInt32(digits, radix: 16)
        else { throw fault("four hexadecimal digits") }
        rest = rest.dropFirst(4)
        return unit
    }

    // MARK: Bytes

    private var column: Int { rest.startIndex - start + 1 }

    private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TableError) {
        guard take(character) else { throw fault("\"\(Character(character))\"") }
    }

    private func fault(_ wanted: String) -> TableError {
        let found = rest.first.map { _ in "\"\(String(decoding: rest.prefix(20), as: UTF8.self).printable())\"" }
        return TableError(
            .unreadable(found: found ?? "the end of the line", wanted: wanted), line: line, column: column)
    }
}
