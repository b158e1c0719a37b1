/// What BIRD answers on its control socket: lines of a code of four digits, then `-` when more follows or a space at the
/// end; lines without a code continue the one before ("Remote control" in BIRD's guide).
package struct BirdReply: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var code: Int
        package var text: Substring
    }

    package var lines: [Line] = []

    /// nil while the last line hasn't come yet.
    package init?(_ text: String) {
        var code = 0
        var complete = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let (own, isLast, rest) = Self.coded(line) {
                guard !complete else { break }
                code = own
                lines.append(Line(code: own, text: rest))
                complete = isLast
            } else if !complete {
                lines.append(Line(code: code, text: line.drop { $0 == " " || $0 == "+" }))
            }
        }
        guard complete else { return nil }
    }

    private static func coded(_ line: Substring) -> (code: Int, isLast: Bool, rest: Substring)? {
        guard line.utf8.count >= 5, line.utf8.prefix(4).allSatisfy({ (0x30...0x39).contains($0) }),
            let code = Int(line.prefix(4)), let mark = line.dropFirst(4).first, mark == "-" || mark == " "
        else { return nil }
        return (code, mark == " ", line.dropFirst(5))
    }

    /// Codes of 8000 and above are errors.
    package var error: Substring? { lines.last.flatMap { $0.code >= 8000 ? $0.text : nil } }
}

/// BGP sessions of a BIRD, out of `show protocols all`.
extension RouterSession {
    package static func all(in reply: BirdReply) -> [RouterSession] {
        var sessions: [RouterSession] = []
        var isBGP = false
        for line in reply.lines {
            let words = line.text.split(separator: " ")
            if line.code == 1002 {
                isBGP = words.count >= 4 && words[1] == "BGP"
                if isBGP { sessions.append(RouterSession(name: String(words[0]), isUp: words[3] == "up")) }
            } else if isBGP, words.count >= 2, words[0] == "Routes:", let count = Int(words[1]) {
                sessions[sessions.count - 1].routes += count
            } else if isBGP, words.count >= 3, words[0] == "Import", let count = Int(words[2]) {
                if words[1] == "updates:" { sessions[sessions.count - 1].updates += count }
                if words[1] == "withdraws:" { sessions[sessions.count - 1].withdrawals += count }
            }
        }
        return sessions
    }

    /// The AS path of the route that `show route … primary all` found; nil without one.
    package static func path(in reply: BirdReply) -> [UInt32]? {
        guard reply.error == nil else { return nil }
        let marker = "BGP.as_path:"
        guard let line = reply.lines.first(where: { $0.text.drop { $0 == "\t" }.hasPrefix(marker) }) else { return nil }
        return line.text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().compactMap { UInt32($0) }
    }
}
