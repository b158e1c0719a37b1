/// One question, asked with delv, which validates what comes itself.
public struct Delv: Sendable {
    /// `fully validated`; `negative response, fully validated`; `unsigned answer`; `negative response, unsigned answer`;
    /// or what failed: `resolution failed: broken trust chain`.
    public var verdict: String
    public var text: String

    public static func ask(
        _ question: DNSQuestion, at server: String, port: UInt16, trusting zone: SignedZone, origin: String,
        in sandbox: Sandbox
    ) async throws(PeerError) -> Delv {
        let file = "\(sandbox.folder)/anchor-\(serial())"
        try writeFile(file, anchors(zone, origin))
        let words = question.description.split(separator: " ").map(String.init)
        let arguments = ["@" + server, "-p", "\(port)", "-a", file, "+root=" + origin, "+noall", "+answer"] + words
        return Delv(try await sandbox.run("delv", arguments).output)
    }

    init(_ text: String) {
        self.text = text
        let line = text.split(separator: "\n").last { $0.hasPrefix("; ") || $0.hasPrefix(";; resolution failed") }
        verdict = String((line ?? "").drop { $0 == ";" || $0 == " " })
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
