/// One question, asked with delv, which validates what comes itself.
public struct Delv: Sendable {
    /// What it says of each part of the answer; nothing where it found no way to the trust anchor.
    public var verdicts: Set<Verdict>
    public var text: String

    public static func ask(
        _ question: DNSQuestion, at server: String, port: UInt16, trusting zone: SignedZone, origin: String,
        in sandbox: Sandbox
    ) async throws(PeerError) -> Delv {
        let file = "\(sandbox.folder)/anchor-\(serial())"
        try writeFile(file, anchors(zone, origin))
        let words = question.description.split(separator: " ").map(String.init)
        let arguments = ["@" + server, "-p", "\(port)", "-a", file, "+root=" + origin] + words
        return Delv(try await sandbox.run("delv", arguments).output)
    }

    public enum Verdict: String, Sendable, CaseIterable {
        case validated = "fully validated"
        case unsigned = "unsigned answer"
        case deniedValidated = "negative response, fully validated"
        case deniedUnsigned = "negative response, unsigned answer"
    }

    init(_ text: String) {
        self.text = text
        let lines = Set(text.split(separator: "\n"))
        verdicts = Set(Verdict.allCases.filter { lines.contains("; \($0.rawValue)") })
    }

    /// In the syntax of named.conf.
    private static func anchors(_ zone: SignedZone, _ origin: String) -> String {
        let words = zone.anchor.split(whereSeparator: \.isWhitespace)
        guard let at = words.firstIndex(of: "DNSKEY"), at + 4 < words.count else { return "" }
        let key = words[(at + 4)...].prefix { !$0.hasPrefix(";") }.joined()
        let numbers = words[at + 1...at + 3].joined(separator: " ")
        return "trust-anchors { \(origin) static-key \(numbers) \"\(key)\"; };\n"
    }
}
