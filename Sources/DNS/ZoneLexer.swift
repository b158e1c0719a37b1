internal import Net

/// A word of a zone file: where its bytes are, escapes still in it, and where people find it (lines and columns count
/// from 1, columns in bytes).
struct Token: Sendable {
    /// Between the quotes, if it has them.
    var start: Int
    var end: Int
    var line: UInt32
    var column: UInt16
    var isQuoted = false

    var range: Range<Int> { start..<end }

    func text(in text: Span<UInt8>) -> String { text.extracting(range).text }
}

extension Span where Element == UInt8 {
    /// For messages: bytes that aren't UTF-8 are replaced.
    var text: String { String(decoding: array, as: UTF8.self) }

    /// Without regard to letter case; `word` is lower case.
    func isWord(_ word: String) -> Bool {
        guard count == word.utf8.count else { return false }
        var index = 0
        for byte in word.utf8 {
            guard fold(self[index]) == byte else { return false }
            index += 1
        }
        return true
    }
}

/// The words of one entry, taken from the front. The memory is used again for every entry.
struct Words: Sendable {
    private var tokens: [Token] = []
    private var taken = 0

    var first: Token? { tokens.first }
    /// The one that was taken last: where an error is.
    var last: Token? { taken > 0 ? tokens[taken - 1] : nil }
    /// The one that comes next.
    var next: Token? { taken < tokens.count ? tokens[taken] : nil }
    var isEmpty: Bool { taken == tokens.count }
    var count: Int { tokens.count - taken }

    mutating func take() -> Token? {
        guard taken < tokens.count else { return nil }
        taken += 1
        return tokens[taken - 1]
    }

    mutating func skip() { taken = min(taken + 1, tokens.count) }

    fileprivate mutating func begin() {
        tokens.removeAll(keepingCapacity: true)
        taken = 0
    }

    fileprivate mutating func append(_ token: Token) { tokens.append(token) }
}

/// A place in a zone file and what is wrong there.
struct LexicalError: Error {
    var line: UInt32
    var column: UInt16
    var reason: String
}

/// Splits the text of a zone file into entries: white space, comments from `;`, quoted strings, parentheses. An entry is
/// a line, or the several lines that parentheses join (RFC 1035 §5.1).
///
/// The text isn't kept: whoever asks for the next entry lends it, the same each time.
struct ZoneLexer: Sendable {
    /// Of the entry that was read last.
    var words = Words()
    /// Its line begins with white space: the owner is that of the entry before.
    private(set) var startsBlank = false
    private var at: Int
    private var line: UInt32 = 1
    private var lineStart: Int

    init(_ text: Span<UInt8>) {
        let hasMark = text.count >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf
        at = hasMark ? 3 : 0  // a byte order mark
        lineStart = at
    }

    private var column: UInt16 { UInt16(clamping: at - lineStart + 1) }

    /// Reads the next entry that isn't empty; false at the end. After an error the next call goes on behind it.
    mutating func next(_ text: Span<UInt8>) throws(LexicalError) -> Bool {
        while at < text.count {
            try readEntry(text)
            if words.first != nil { return true }
        }
        return false
    }

    private mutating func readEntry(_ text: Span<UInt8>) throws(LexicalError) {
        words.begin()
        startsBlank = Self.isBlank(text[at])
        var open: (line: UInt32, column: UInt16)?
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\n"):
                endLine()
                if open == nil { return }
            case _ where Self.isBlank(byte): at += 1
            case UInt8(ascii: ";"): skipComment(text)
            case UInt8(ascii: "("):
                if let open { throw fail("a second '(' within the one of line \(open.line)", text) }
                open = (line, column)
                at += 1
            case UInt8(ascii: ")"):
                guard open != nil else { throw fail("a ')' without its '('", text) }
                open = nil
                at += 1
            case UInt8(ascii: "\""): try readQuoted(text)
            default: readWord(text)
            }
        }
        guard let open else { return }
        throw LexicalError(line: open.line, column: open.column, reason: "a '(' without its ')'")
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

    /// Whether a word ends before this byte.
    @inline(__always)
    private static func isEnd(_ byte: UInt8) -> Bool {
        guard byte <= 0x3b else { return false }
        switch byte {
        case 0x20, 0x09, 0x0d, 0x0a, UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""):
            return true
        default: return false
        }
    }

    private mutating func endLine() {
        at += 1
        line += 1
        lineStart = at
    }

    private mutating func skipComment(_ text: Span<UInt8>) {
        while at < text.count, text[at] != UInt8(ascii: "\n") { at += 1 }
    }

    /// An error here, and on to the next line.
    private mutating func fail(_ reason: String, _ text: Span<UInt8>) -> LexicalError {
        let error = LexicalError(line: line, column: column, reason: reason)
        skipComment(text)
        if at < text.count { endLine() }
        return error
    }

    private mutating func readWord(_ text: Span<UInt8>) {
        var token = Token(start: at, end: at, line: line, column: column)
        while at < text.count, !Self.isEnd(text[at]) { step(text) }
        token.end = at
        words.append(token)
    }

    /// Deviates: RFC 1035 §5.1 lets a quoted string go on over line ends. As with BIND it doesn't here: a quote that was
    /// forgotten is told where it is, and not where the next string begins. `\\010` is a line's end.
    private mutating func readQuoted(_ text: Span<UInt8>) throws(LexicalError) {
        let quote = at
        var token = Token(start: at + 1, end: at, line: line, column: column, isQuoted: true)
        at += 1
        while at < text.count, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\n") { step(text) }
        guard at < text.count, text[at] == UInt8(ascii: "\"") else {
            at = quote
            throw fail("a quoted string without its end on the same line", text)
        }
        token.end = at
        at += 1
        words.append(token)
    }

    /// Past one byte, or past a backslash and the byte that it protects; never past the end of a line.
    @inline(__always)
    private mutating func step(_ text: Span<UInt8>) {
        at += 1
        guard text[at - 1] == UInt8(ascii: "\\"), at < text.count, text[at] != UInt8(ascii: "\n") else { return }
        at += 1
    }
}
