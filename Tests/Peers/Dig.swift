/// One question, asked with dig or kdig: clients that we did not write.
public struct Dig: Sendable {
    /// `NOERROR`, `NXDOMAIN`, …; empty when no answer came.
    public var status: String
    /// `aa`, `tc`, `ra`, …
    public var flags: [String]
    /// The lines of the sections, fields separated by one space.
    public var answer: [String]
    public var authority: [String]
    public var additional: [String]
    /// The server's identifier (RFC 5001), if it was asked for and sent.
    public var nsid: String?
    /// All that was printed.
    public var text: String

    /// - Parameters:
    ///   - program: `dig` or `kdig`.
    ///   - options: `+nsid`, `+tcp`, `+norecurse`, `-x`, … as on the command line.
    public static func ask(
        _ question: String..., at server: String, port: Int = 53, in sandbox: Sandbox, with program: String = "dig",
        _ options: [String] = []
    ) async throws(PeerError) -> Dig {
        let words = question.flatMap { $0.split(separator: " ").map(String.init) }
        let limits = program == "kdig" ? ["+time=10", "+retry=0"] : ["+time=10", "+tries=1"]
        let arguments = ["@" + server, "-p", "\(port)"] + words + limits + options
        return Dig(try await sandbox.run(program, arguments).output)
    }

    /// One dig for all questions, which asks them one after the other.
    ///
    /// - Parameter questions: each as it would stand on the command line: `www.example.org A`.
    public static func askAll(
        _ questions: [String], at server: String, port: Int, in sandbox: Sandbox, _ options: [String] = []
    ) async throws(PeerError) -> [Dig] {
        let file = "\(sandbox.folder)/questions-\(serial())"
        try writeFile(file, questions.joined(separator: "\n") + "\n")
        let arguments = ["@" + server, "-p", "\(port)", "+time=2", "+tries=1"] + options + ["-f", file]
        let (_, output) = try await sandbox.run("dig", arguments, within: .seconds(300))
        let replies = output.split(separator: "; <<>> DiG").filter { $0.contains(";; ") }.map { Dig(String($0)) }
        guard replies.count == questions.count else {
            throw PeerError("\(questions.count) questions, \(replies.count) replies: \(output.suffix(500))")
        }
        return replies
    }

    /// From what dig or kdig printed.
    public init(_ text: String) {
        self.text = text
        status = text.word(after: "status: ")
        flags = text.line(after: "lags: ").prefix { $0 != ";" }.split(separator: " ").map(String.init)
        answer = text.section("ANSWER SECTION")
        authority = text.section("AUTHORITY SECTION")
        additional = text.section("ADDITIONAL SECTION")
        nsid = text.nsid
    }
}

extension String {
    fileprivate func line(after mark: String) -> Substring {
        guard let at = firstRange(of: mark) else { return "" }
        return self[at.upperBound...].prefix { $0 != "\n" }
    }

    fileprivate func word(after mark: String) -> String {
        String(line(after: mark).prefix { $0.isLetter || $0.isNumber })
    }

    fileprivate func section(_ name: String) -> [String] {
        guard let at = firstRange(of: ";; \(name):\n") else { return [] }
        return self[at.upperBound...].split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }

    /// dig prints `NSID: 66 72 61 ("fra")`, kdig `NSID: 667261 "fra"`.
    fileprivate var nsid: String? {
        let quoted = line(after: "NSID:").split(separator: "\"", omittingEmptySubsequences: false)
        return quoted.count == 3 ? String(quoted[1]) : nil
    }
}
