/// What nobody should read in a log, an event or a status: passwords and keys that stand in commands, URLs and what programs
/// print. Found by how they are written, since nobody marks them:
///
///     --password=x, --token x         an option that is called like a secret
///     ?token=x&…, api_key=x           a parameter
///     "password": "x"                 a member of JSON
///     Authorization: Bearer x         a header field, to the end of its line
///     https://user:x@host             in a URL
///     curl -u user:x, mysql -px       in a command, also in one inside another (`sh -c "…"`)
///
/// A secret on its own, without such a name, is not found: it belongs into a file or the environment of a program, where
/// `ps` doesn't show it either.
public enum Secrets {
    public static let mask = "***"

    /// The same text with what looks like a secret replaced. Again, as long as what was replaced makes something else look
    /// like one: so what is hidden twice, here and by whoever passes it on, is as if it was hidden once.
    public static func hidden(in text: String) -> String {
        var text = text
        for _ in 0..<8 {
            var scanner = SecretScanner(CommandText.hidden(in: text))
            let hidden = scanner.run()
            if hidden == text { break }
            text = hidden
        }
        return text
    }

    /// A command: an option and its value are two words, and a word may hold several, as after `sh -c`.
    public static func hidden(in command: [String]) -> [String] {
        var words = CommandSecrets()
        return command.map { word in
            let shown = words.shown(word)
            return shown == word ? hidden(in: word) : shown
        }
    }

    /// By the parts of a name, such as `X-Api-Key`, `db_password`, `--auth-token`; but `--no-auth-warning` takes no value,
    /// and a `--password-file` is no password.
    static func isSecret(_ name: Substring) -> Bool {
        let lowered = name.lowercased()
        if lowered.hasPrefix("--no-") || ["-file", "_file", "-path", "_path"].contains(where: lowered.hasSuffix) {
            return false
        }
        if words.contains(where: { $0.utf8.count > 5 && lowered.contains($0) }) { return true }
        return lowered.split(whereSeparator: { "-_.".contains($0) }).contains {
            words.contains(String($0)) || openssl.contains(String($0))
        }
    }

    /// Not in the middle of a word, as in "passing".
    private static let openssl: Set<String> = ["passin", "passout"]

    private static let words: Set<String> = [
        "password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "apikey", "key", "auth", "authorization",
        "credential", "credentials", "cookie", "psk", "sig", "signature", "bearer",
    ]
}

/// One pass over a text, left to right: a name, what follows it, and what is hidden for it.
private struct SecretScanner {
    private var rest: Substring.UnicodeScalarView
    private var result = String.UnicodeScalarView()

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    mutating func run() -> String {
        while let scalar = rest.first {
            if isName(scalar) { takeName() } else { take(1) }
        }
        return String(result)
    }

    private mutating func take(_ count: Int) {
        result += rest.prefix(count)
        rest = rest.dropFirst(count)
    }

    private mutating func takeName() {
        let name = rest.prefix(while: isName)
        take(name.count)
        if starts(with: "://") { return hideUser() }
        guard Secrets.isSecret(Substring(name)) else { return }
        if rest.first == "\"", rest.dropFirst().first == ":" { take(1) }
        switch rest.first {
        case "=":
            take(1)
            hideValue()
        case ":" where rest.dropFirst().first.map { " \"\t".unicodeScalars.contains($0) } ?? false: hideField()
        case " " where name.first == "-":
            take(1)
            hideValue()
        default: break
        }
    }

    private func starts(with text: String) -> Bool { rest.starts(with: text.unicodeScalars) }

    /// `user:password@`, up to the end of the authority (RFC 3986 §3.2).
    private mutating func hideUser() {
        take(3)
        let authority = rest.prefix { !"/?#\"' \n".unicodeScalars.contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return }
        hide(upTo: at)
    }

    private mutating func hideValue() {
        if let quote = rest.first, quote == "\"" || quote == "'" {
            take(1)
            return hide { $0 == quote || $0 == "\n" }
        }
        hide { "&;, \t\r\n\"')]}".unicodeScalars.contains($0) }
    }

    /// In quotes up to the other quote, else to the end of the line: a scheme and its credentials are two words.
    private mutating func hideField() {
        take(1)
        while let scalar = rest.first, scalar == " " || scalar == "\t" { take(1) }
        if rest.first == "\"" { hideValue() } else { hide { "\r\n\"'".unicodeScalars.contains($0) } }
    }

    private mutating func hide(until isEnd: (Unicode.Scalar) -> Bool) {
        hide(upTo: rest.firstIndex(where: isEnd) ?? rest.endIndex)
    }

    private mutating func hide(upTo end: Substring.UnicodeScalarView.Index) {
        guard end > rest.startIndex else { return }
        result += Secrets.mask.unicodeScalars
        rest = rest[end...]
    }
}

private func isName(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar))
}
