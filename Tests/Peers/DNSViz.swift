/// dnsviz: asks every server of a chain of zones whatever a validator might, and says what is wrong with the answers.
public struct DNSViz: Sendable {
    public var version: String
    /// How many signatures, delegations and denials it found in order.
    public var inOrder: Int
    /// Its errors and warnings, by their codes.
    public var objections: [String: Int]

    /// - Parameters:
    ///   - root: addresses of servers of the root.
    ///   - anchor: a file with the root's key.
    public init(_ zone: String, root: [String], anchor: String, in sandbox: Sandbox) async throws(PeerError) {
        let probe = "\(sandbox.folder)/probe-\(serial()).json"
        let servers = root.map { "a.root-servers.net=" + ($0.contains(":") ? "[\($0)]" : $0) }.joined(separator: ",")
        let asking = ["probe", "-A", "-E", "-a", ".", "-x", ".:" + servers, "-o", probe, zone]
        let (status, talk) = try await sandbox.run("dnsviz", asking, within: .seconds(300))
        guard status == 0 else { throw PeerError("dnsviz probe: \(talk)") }
        let judging = ["-t", anchor, "-r", probe]
        let all = try await sandbox.run("dnsviz", ["grok", "-l", "info"] + judging, within: .seconds(120))
        let wrong = try await sandbox.run("dnsviz", ["grok", "-l", "warning"] + judging, within: .seconds(120))
        guard all.status == 0, wrong.status == 0 else { throw PeerError("dnsviz grok: \(all.output) \(wrong.output)") }
        let marks = ["\"status\": \"VALID\"", "\"status\": \"SECURE\""]
        inOrder = all.output.split(separator: "\n").count { line in marks.contains { line.contains($0) } }
        let codes = wrong.output.split(separator: "\n").filter { $0.contains("\"code\": ") }
        objections = Dictionary(codes.map { (String($0.split(separator: "\"")[3]), 1) }, uniquingKeysWith: +)
        // It doesn't say its version; its package does.
        let packages = entries(of: Program.tree + "/usr/lib/python3/dist-packages")
        let package = packages.first { $0.hasPrefix("dnsviz-") } ?? "dnsviz-?"
        version = String(package.dropFirst("dnsviz-".count).prefix { $0.isNumber || $0 == "." }.dropLast())
    }
}
