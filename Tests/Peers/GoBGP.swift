/// GoBGP: gobgpd with its control port at loopback, so each needs a namespace of its own.
public final class GoBGP: Sendable {
    public let child: Child
    private let sandbox: Sandbox

    /// - Parameter configuration: the text of a gobgpd.toml. GoBGP is up when gobgp gets an answer.
    public init(in sandbox: Sandbox, configuration: String) async throws(PeerError) {
        self.sandbox = sandbox
        let file = "\(sandbox.folder)/gobgp-\(serial()).toml"
        try writeFile(file, configuration)
        let child = try sandbox.start("gobgpd", ["-f", file, "--pprof-disable", "--api-hosts=127.0.0.1:50051"])
        self.child = child
        try await eventually("GoBGP answers") {
            guard child.isRunning else { throw PeerError("gobgpd ended: \(child.output)") }
            return try await self.isAnswering()
        }
    }

    private func isAnswering() async throws(PeerError) -> Bool {
        let neighbors = try await sandbox.run("gobgp", ["neighbor"])
        return neighbors.status == 0 && neighbors.output.contains("Peer")
    }

    /// What gobgpd says against a configuration; nil when it takes it.
    public static func objection(to configuration: String, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let file = "\(sandbox.folder)/gobgp-\(serial()).toml"
        try writeFile(file, configuration)
        let (status, output) = try await sandbox.run("gobgpd", ["-d", "-f", file])
        return status == 0 ? nil : output
    }

    /// What gobgp prints, whether it likes the question or not.
    public func ask(_ words: String) async throws(PeerError) -> String {
        try await sandbox.run("gobgp", words.split(separator: " ").map(String.init)).output
    }

    /// A command that has to succeed.
    public func control(_ words: String) async throws(PeerError) {
        try await control(words.split(separator: " ").map(String.init))
    }

    public func control(_ words: [String]) async throws(PeerError) {
        let (status, output) = try await sandbox.run("gobgp", words)
        guard status == 0, !output.contains("Error") else {
            throw PeerError("gobgp \(words.joined(separator: " ")): \(output)")
        }
    }

    public func stop() async { await child.stop() }
}
