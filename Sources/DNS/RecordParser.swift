internal import Net

/// Reads record data from the words of a zone file (RFC 1035 §5.1), field by field, into memory that it uses again.
struct RecordParser: Sendable {
    /// What completes relative names, in wire form.
    var origin: [UInt8]?
    /// Of the record that was read last: as on the wire, names uncompressed.
    var data: [UInt8] = []
    /// The types of a bitmap, while it is read.
    var types: [UInt16] = []

    init(origin: [UInt8]?) { self.origin = origin }

    /// After an error, `words.last` is where it is.
    mutating func parse(_ type: RecordType, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        data.removeAll(keepingCapacity: true)
        if let next = words.next, !next.isQuoted, text.extracting(next.range).isWord("\\#") {
            try parseGeneric(type, &words, text)
        } else {
            guard let format = RecordFormat.of(type) else {
                throw .missing("\\# length hex, the form for types unknown here,")
            }
            for field in format.fields { try parse(field, &words, text) }
        }
        if let surplus = words.take() { throw .surplus(surplus.text(in: text)) }
        guard data.count <= 65535 else { throw .tooLong(data.count) }
        try RecordRules.check(data.span, type)
    }

    func take(_ wanted: Field, _ words: inout Words) throws(DNSError) -> Token {
        guard let token = words.take() else { throw .missing(wanted.wanted) }
        return token
    }

    mutating func parse(_ field: Field, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        switch field {
        case .names: while let token = words.take() { try parseName(token, text) }
        case .strings: try parseStrings(field, &words, text)
        case .optionalString: if !words.isEmpty { try parseString(field, &words, text) }
        case .string: try parseString(field, &words, text)
        case .base64, .hex, .optionalBase64: try parseBytes(field, &words, text)
        case .types: try parseTypes(&words, text)
        case .location: try parseLocation(&words, text)
        case .prefixes: try parsePrefixes(&words, text)
        case .parameters: try parseParameters(&words, text)
        case .gateway(let kind): try parseGateway(kind, &words, text)
        case .hostIdentity: try parseHostIdentity(&words, text)
        case .name: try parseName(try take(field, &words), text)
        default: try parseWord(field, try take(field, &words), text)
        }
    }

    private mutating func parseName(_ token: Token, _ text: Span<UInt8>) throws(DNSError) {
        try data.putName(text.extracting(token.range), origin: origin)
    }

    /// A field that is one word.
    mutating func parseWord(_ field: Field, _ token: Token, _ text: Span<UInt8>) throws(DNSError) {
        let isTaken =
            switch field {
            case .text: try putText(token, text)
            default: data.put(text.extracting(token.range), as: field)
            }
        guard isTaken else { throw .badValue(token.text(in: text), wanted: field.wanted) }
    }

    // MARK: Strings

    /// Bytes with their escapes undone.
    func unescaped(_ word: Span<UInt8>, into bytes: inout [UInt8]) throws(DNSError) {
        var at = 0
        while at < word.count {
            let byte = word[at]
            at += 1
            bytes.append(byte == UInt8(ascii: "\\") ? try unescape(word, &at) : byte)
        }
    }

    private mutating func putText(_ token: Token, _ text: Span<UInt8>) throws(DNSError) -> Bool {
        try unescaped(text.extracting(token.range), into: &data)
        return true
    }

    private mutating func parseStrings(_ field: Field, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        repeat { try parseString(field, &words, text) } while !words.isEmpty
    }

    /// A character string of at most 255 bytes, with or without quotes.
    private mutating func parseString(_ field: Field, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        let token = try take(field, &words)
        let start = data.count
        data.append(0)
        try unescaped(text.extracting(token.range), into: &data)
        let count = data.count - start - 1
        guard let length = UInt8(exactly: count) else {
            throw .badValue("a string of \(count) bytes", wanted: "at most 255 bytes, or several strings,")
        }
        data[start] = length
    }

    // MARK: Bytes

    /// All words that are left, together.
    mutating func parseBytes(_ field: Field, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        guard let first = words.next else { throw .missing(field.wanted) }
        if case .optionalBase64 = field, words.count == 1, text.extracting(first.range).isWord("-") {
            return words.skip()
        }
        var (hex, base64) = (HexReader(), Base64Reader())
        let before = data.count
        while let token = words.take() {
            let word = text.extracting(token.range)
            let isTaken =
                if case .hex = field { hex.read(word, into: &data) } else { base64.read(word, into: &data) }
            guard isTaken, !(words.isEmpty && !(hex.isComplete && base64.isComplete)) else {
                throw .badValue(word.text, wanted: field.wanted)
            }
        }
        guard data.count > before else { throw .badValue("", wanted: field.wanted) }
    }

    /// `\# 4 c0000201`: any type's bytes as they are. Those of a known type must still be what the type says.
    private mutating func parseGeneric(
        _ type: RecordType, _ words: inout Words, _ text: Span<UInt8>
    ) throws(DNSError) {
        words.skip()
        guard let length = words.take() else { throw .missing("a length") }
        let count = decimal(text.extracting(length.range)).flatMap { UInt16(exactly: $0) }
        guard let count else { throw .badValue(length.text(in: text), wanted: "a length, 0 to 65535,") }
        var hex = HexReader()
        var digits = ""
        var isTaken = true
        while let token = words.take() {
            if digits.utf8.count < 80 { digits += token.text(in: text) }
            isTaken = hex.read(text.extracting(token.range), into: &data) && isTaken
        }
        guard isTaken, hex.isComplete, data.count == count else {
            throw .badValue(digits, wanted: "\(count) bytes in hexadecimal")
        }
        guard RecordData.isValid(data, type: type) else { throw .badData(type) }
    }
}
