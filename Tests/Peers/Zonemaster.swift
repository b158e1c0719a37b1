/// zonemaster-cli: what it finds in a delegation, from a root that a test has set up.
public struct Zonemaster: Sendable {
    /// One thing that was found.
    public struct Message: Sendable {
        /// `INFO`, `NOTICE`, `WARNING`, `ERROR`, `CRITICAL`.
        public var level: String
        /// `DNSSEC10`, or `UNSPECIFIED`.
        public var test: String
        /// `DS10_HAS_NSEC3`.
        public var tag: String
        public var details: String
    }

    public var version: String
    public var messages: [Message]

    /// - Parameters:
    ///   - hints: a file that says where the root's servers are.
    ///   - sandbox: where they are reached.
    public init(_ zone: String, hints: String, in sandbox: Sandbox) async throws(PeerError) {
        let version = try await sandbox.run("zonemaster-cli", ["--version"]).output
        self.version = version.split(separator: "\n").prefix(2).map { $0.split(separator: " ").joined(separator: " ") }
            .joined(separator: ", ")
        let options = ["--raw", "--no-progress", "--show-testcase", "--level", "INFO", "--hints", hints]
        let (_, output) = try await sandbox.run("zonemaster-cli", options + [zone], within: .seconds(300))
        messages = output.split(separator: "\n").compactMap { line in
            // The first is the time, whatever the options say.
            let words = line.split(separator: " ", maxSplits: 4).map(String.init)
            guard words.count > 3, Self.levels.contains(words[1]) else { return nil }
            let details = words.count > 4 ? String(words[4].drop { $0 == " " }) : ""
            return Message(level: words[1], test: words[2], tag: words[3], details: details)
        }
        guard messages.count > 20 else { throw PeerError("zonemaster-cli: \(output)") }
    }

    private static let levels: Set = ["INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL"]
}
