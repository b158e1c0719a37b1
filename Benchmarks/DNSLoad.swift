import Peers

/// dnsperf sends queries to a server for a while, as fast as they are answered, 100 at a time.
struct DNSLoad {
    var sandbox: Sandbox
    var queries: [String]

    /// Processor microseconds that the server used for a query that it answered.
    func cpuPerQuery(of server: Child, at address: String, port: Int, seconds: Int) async throws -> Double {
        let file = sandbox.folder + "/queries"
        try writeFile(file, queries.joined(separator: "\n") + "\n")
        let before = cpuSeconds(of: server.id)
        let arguments = ["-s", address, "-p", "\(port)", "-d", file, "-l", "\(seconds)", "-c", "8", "-q", "100"]
        let (status, output) = try await sandbox.run("dnsperf", arguments, within: .seconds(seconds + 20))
        let used = cpuSeconds(of: server.id) - before
        guard status == 0, let sent = number("Queries sent:", output), let done = number("Queries completed:", output),
            done > 0, server.isRunning
        else { throw PeerError("dnsperf: \(output)") }
        guard done >= 0.99 * sent else { throw PeerError("\(server.name) answered \(done) of \(sent) queries only") }
        return used * 1e6 / done
    }

    private func number(_ label: String, _ text: String) -> Double? {
        let line = text.split(separator: "\n").first { $0.contains(label) }
        return line?.split(separator: ":").last?.split(separator: " ").first.flatMap { Double($0) }
    }
}
