/// A text that may hold commands (what `sh -c` gets, what a shell with `-x` prints), split as a shell would (POSIX, Shell
/// Command Language §2.2 and §2.3), each word judged by ``CommandSecrets``. What is not hidden stays as it is written.
struct CommandText {
    private var rest: Substring.UnicodeScalarView
    private var result = ""
    private var command = CommandSecrets()
    private let depth: Int

    static func hidden(in text: String, depth: Int = 0) -> String {
        var text = CommandText(rest: Substring(text).unicodeScalars, depth: depth)
        return text.run()
    }

    private init(rest: Substring.UnicodeScalarView, depth: Int) { (self.rest, self.depth) = (rest, depth) }

    private mutating func run() -> String {
        while let scalar = rest.first {
            if isSpace(scalar) || isSeparator(scalar) {
                if !" \t".unicodeScalars.contains(scalar) { command.begin() }
                result.unicodeScalars.append(rest.removeFirst())
            } else {
                result += shown(takeWord())
            }
        }
        return result
    }

    private mutating func takeWord() -> String {
        var word = String.UnicodeScalarView()
        while let scalar = rest.first, !isSpace(scalar), !isSeparator(scalar) {
            if scalar == "\\" || !opensQuotation(scalar, after: word) {
                word += rest.prefix(scalar == "\\" ? 2 : 1)
                rest = rest.dropFirst(scalar == "\\" ? 2 : 1)
            } else {
                let end = endOfQuotation(after: word)
                word += rest[..<end]
                rest = rest[end...]
            }
        }
        return String(word)
    }

    /// Not in the middle of a word, where it is an apostrophe of somebody's prose.
    private func opensQuotation(_ scalar: Unicode.Scalar, after word: String.UnicodeScalarView) -> Bool {
        guard scalar == "\"" || scalar == "'" else { return false }
        guard word.isEmpty || word.first == "-" || word.last == "=" else { return false }
        return endOfQuotation(after: word) > rest.startIndex
    }

    /// Behind the other quote. Without one, a value has been cut, and goes to the end of its line.
    private func endOfQuotation(after word: String.UnicodeScalarView) -> Substring.UnicodeScalarView.Index {
        let inside = rest.dropFirst()
        var isEscaped = false
        let end = inside.firstIndex { scalar in
            defer { isEscaped = scalar == "\\" && !isEscaped && rest.first == "\"" }
            return scalar == rest.first && !isEscaped
        }
        if let end { return rest.index(after: end) }
        guard word.first == "-" || command.awaitsValue else { return rest.startIndex }
        return inside.firstIndex { "\r\n".unicodeScalars.contains($0) } ?? rest.endIndex
    }

    /// A word of several words may be a command itself.
    private mutating func shown(_ word: String) -> String {
        let shown = command.shown(word)
        guard shown == word, depth < 4, let quote = word.first, quote == "\"" || quote == "'", word.count > 2,
            word.last == quote, word.contains(where: \.isWhitespace)
        else { return shown }
        let escaped = String(word.dropFirst().dropLast())
        let inside = quote == "\"" ? escaped.replacing("\\\"", with: "\"") : escaped
        let hidden = Self.hidden(in: inside, depth: depth + 1)
        return hidden == inside ? word : "\(quote)\(hidden)\(quote)"
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool { " \t\r\n".unicodeScalars.contains(scalar) }

    /// What stands between two commands, or round some.
    private func isSeparator(_ scalar: Unicode.Scalar) -> Bool { ";|&()`".unicodeScalars.contains(scalar) }
}
