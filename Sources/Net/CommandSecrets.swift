/// The words of a command, one after the other: which of them, or which part of one, is a secret because of the program or
/// the option before it.
///
///     --user=scott:tiger   --user scott:tiger   -u scott:tiger     any program: a name and a password
///     --password x         -password x                             any program: an option that is called like a secret
///     curl -uscott:tiger   mysql -px   redis-cli -a x              ``SecretOptions``: letters that only that program means so
struct CommandSecrets {
    /// What the program that was named last means by its letters; the last, since `sudo -u backup mysql -px` names two.
    private var options: SecretOptions?
    private var expected = Expected.anything

    /// A pair is a name and a password, or a name alone; a login the same where it might be something else with a colon.
    private enum Expected { case anything, secret, secretOrOption, pair, login }

    /// The word as it may be shown.
    mutating func shown(_ word: String) -> String {
        defer { if !Self.isOption(word) { options = SecretOptions.of(program: word) ?? options } }
        let awaited = expected
        expected = .anything
        switch awaited {
        case .secret: return Secrets.mask
        case .secretOrOption where !Self.isOption(word): return Secrets.mask
        case .pair where word.contains(":"): return Secrets.mask
        case .login where Self.isLogin(word): return Secrets.mask
        case .pair, .login, .secretOrOption, .anything: return Self.isOption(word) ? option(word) : word
        }
    }

    /// Another command begins: after a `;`, a `|`, the end of a line.
    mutating func begin() { self = CommandSecrets() }

    /// Whether the next word is a secret, whatever it looks like.
    var awaitsValue: Bool { expected != .anything }

    private mutating func option(_ word: String) -> String {
        if let shown = letters(word) { return shown }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if Self.isUser(parts[0]) {
            if parts.count == 1 { expected = .login } else if Self.isLogin(String(parts[1])) { return masked(parts[0]) }
        } else if Secrets.isSecret(parts[0]) {
            if parts.count == 1 { expected = .secret } else if !parts[1].isEmpty { return masked(parts[0]) }
        }
        return word
    }

    private func masked(_ name: Substring) -> String { "\(name)=\(Secrets.mask)" }

    /// `-px`, `-sSu x`: what follows the letter of a secret, in the same word or as the next one; nil when there is none.
    private mutating func letters(_ word: String) -> String? {
        guard let options, !word.hasPrefix("--") else { return nil }
        let rest = word.dropFirst().drop { options.flags.contains($0) }
        guard let letter = rest.first else { return nil }
        let isPair = options.pairs.contains(letter)
        guard isPair || options.secrets.contains(letter) else { return nil }
        if rest.count == 1 {
            expected = isPair ? .pair : options.isOptional ? .secretOrOption : .secret
            return word
        }
        return isPair && !rest.contains(":") ? word : word.dropLast(rest.count - 1) + Secrets.mask
    }

    static func isOption(_ word: String) -> Bool { word.hasPrefix("-") && word.utf8.count > 1 }

    /// Options of many programs that take `name:password`, and of others that take something else.
    private static func isUser(_ option: Substring) -> Bool { ["-u", "-U", "--user", "--proxy-user"].contains(option) }

    /// A name and a password, and not an address and a port, a user's number and a group's, a URL, or a path.
    private static func isLogin(_ word: String) -> Bool {
        let text = word.filter { $0 != "\"" && $0 != "'" }
        guard let colon = text.firstIndex(of: ":"), !text.contains("://"), text.first != "/", text.first != "["
        else { return false }
        let (name, rest) = (text[..<colon], text[text.index(after: colon)...])
        let isNumber = !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber }
        let isPlace = name == "localhost" || name.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
        return !(isNumber && isPlace) && Address(text) == nil
    }
}
