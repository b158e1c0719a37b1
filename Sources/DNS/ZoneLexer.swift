/// A word of a zone file, escapes still in it, and where it stands (line and column count from 1, columns in bytes).
struct Token: Sendable {
    var bytes: ArraySlice<UInt8>
    var isQuoted = false
    var line: Int
    var column: Int

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// One entry of a zone file: a line, or the several lines that parentheses join (RFC 1035 §5.1).
struct Entry: Sendable {
    var tokens: [Token] = []
    /// The line begins with white space: the owner is that of the entry before.
    var startsBlank = false
    var line: Int
}

/// A place in a zone file and what is wrong there.
struct LexicalError: Error {
    var line: Int
    var column: Int
    var reason: String
}

/// Splits the text of a zone file into entries: white space, comments from `;`, quoted strings, parentheses.
struct ZoneLexer {
    private let text: [UInt8]
    private var at: Int
    private var line = 1
    private var lineStart = 0

    init(_ text: [UInt8]) {
        self.text = text
        at = text.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0  // a byte order mark
        lineStart = at
    }

    private var column: Int { at - lineStart + 1 }

    /// The next entry that isn't empty; nil at the end. After an error the next call goes on behind it.
    mutating func next() throws(LexicalError) -> Entry? {
        while at < text.count {
            let entry = try readEntry()
            if !entry.tokens.isEmpty { return entry }
        }
        return nil
    }

    private mutating func readEntry() throws(LexicalError) -> Entry {
        var entry = Entry(startsBlank: isBlank(text[at]), line: line)
        var open: (line: Int, column: Int)?
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\n"):
                endLine()
                if open == nil { return entry }
            case _ where isBlank(byte): at += 1
            case UInt8(ascii: ";"): skipComment()
            case UInt8(ascii: "("):
                if let open { throw fail("a second '(' within the one of line \(open.line)") }
                open = (line, column)
                at += 1
            case UInt8(ascii: ")"):
                guard open != nil else { throw fail("a ')' without its '('") }
                open = nil
                at += 1
            case UInt8(ascii: "\""): entry.tokens.append(try readQuoted())
            default: entry.tokens.append(readWord())
            }
        }
        guard let open else { return entry }
        throw LexicalError(line: open.line, column: open.column, reason: "a '(' without its ')'")
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

    private mutating func endLine() {
        at += 1
        line += 1
        lineStart = at
    }

    private mutating func skipComment() {
        while at < text.count, text[at] != UInt8(ascii: "\n") { at += 1 }
    }

    /// An error here, and on to the next line.
    private mutating func fail(_ reason: String) -> LexicalError {
        defer {
            skipComment()
            if at < text.count { endLine() }
        }
        return LexicalError(line: line, column: column, reason: reason)
    }

    private mutating func readWord() -> Token {
        var token = Token(bytes: [], line: line, column: column)
        let start = at
        while at < text.count, !isBlank(text[at]), !"\n;()\"".utf8.contains(text[at]) { step() }
        token.bytes = text[start..<at]
        return token
    }

    private mutating func readQuoted() throws(LexicalError) -> Token {
        var token = Token(bytes: [], isQuoted: true, line: line, column: column)
        let start = at + 1
        var end = start
        swap(&at, &end)
        while at < text.count, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\n") { step() }
        guard at < text.count, text[at] == UInt8(ascii: "\"") else {
            at = end
            throw fail("a quoted string without its end on the same line")
        }
        token.bytes = text[start..<at]
        at += 1
        return token
    }

    /// Past one byte, or past a backslash and the byte that it protects; never past the end of a line.
    private mutating func step() {
        at += 1
        guard text[at - 1] == UInt8(ascii: "\\"), at < text.count, text[at] != UInt8(ascii: "\n") else { return }
        at += 1
    }
}
