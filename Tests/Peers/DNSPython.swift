/// dnspython: reads a zone file and asks a server for each RRset in it.
public enum DNSPython {
    /// What was found: how many RRsets the answers had as the file has them, and a line for each other one.
    public struct Findings: Sendable {
        public var equal = 0
        public var differences: [String] = []
    }

    public static let lack = Program.lack("dnspython")

    /// - Parameter origin: with the final dot.
    public static func compare(
        _ file: String, origin: String, at server: String, port: UInt16, in sandbox: Sandbox
    ) async throws(PeerError) -> Findings {
        let script = Repository.root + "/Tests/Peers/dnspython_rrsets.py"
        let (status, output) = try await sandbox.run("dnspython", [script, file, origin, server, "\(port)"])
        let lines = output.split(separator: "\n").map(String.init)
        guard status == 0, let last = lines.last, let equal = Int(last.prefix { $0.isNumber }) else {
            throw PeerError("dnspython: \(output)")
        }
        return Findings(equal: equal, differences: lines.dropLast())
    }
}
