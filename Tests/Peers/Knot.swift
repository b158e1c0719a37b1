import Glibc

/// Knot DNS with one worker for datagrams and one for streams: the other nameserver beside which ours is judged and
/// measured.
public final class Knot: Sendable {
    public let child: Child

    /// - Parameters:
    ///   - addresses: where it listens, v4 or v6.
    ///   - zones: names of zones and the paths of their files, which are served as they are.
    ///   - more: further lines of the section `server:`.
    ///   - core: the only processor on which it runs.
    public init(
        in sandbox: Sandbox, addresses: [String], port: Int = 53, zones: [(name: String, file: String)],
        more: [String] = [], core: Int? = nil
    ) async throws(PeerError) {
        let name = "\(sandbox.folder)/knot-\(serial())"
        mkdir(name, 0o700)
        try writeFile(name + ".conf", Self.configuration(addresses, port, zones, more, name))
        let child = try sandbox.start("knotd", ["-c", name + ".conf"], core: core)
        try await eventually("Knot answers", within: .seconds(60)) {
            guard child.isRunning else { throw PeerError("Knot ended: \(child.output)") }
            return child.output.contains("server started")
        }
        guard !child.output.contains("error: [") else { throw PeerError("Knot: \(child.output)") }
        self.child = child
    }

    public func stop() async { await child.stop() }

    /// `folder` is its own: the socket of `knotc`, and databases that stay empty.
    private static func configuration(
        _ addresses: [String], _ port: Int, _ zones: [(name: String, file: String)], _ more: [String], _ folder: String
    ) -> String {
        var lines = ["server:", "    rundir: \"\(folder)\"", "    identity: \"knot\""]
        lines += addresses.map { "    listen: \($0)@\(port)" }
        lines += ["udp", "tcp", "background"].map { "    \($0)-workers: 1" } + more.map { "    " + $0 }
        lines += ["log:", "  - target: stderr", "    any: info", "database:", "    storage: \"\(folder)\""]
        lines += ["template:", "  - id: default", "    zonefile-sync: -1", "    journal-content: none", "zone:"]
        for zone in zones { lines += ["  - domain: \"\(zone.name)\"", "    file: \"\(zone.file)\""] }
        return lines.joined(separator: "\n") + "\n"
    }
}
