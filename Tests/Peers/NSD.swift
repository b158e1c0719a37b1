/// NSD: the nameserver beside which ours is measured, and which can serve in its place.
public final class NSD: Sendable {
    public let child: Child

    /// - Parameters:
    ///   - addresses: where it listens, v4 or v6.
    ///   - zones: names of zones and the paths of their files.
    ///   - more: further lines of the section `server:`.
    ///   - core: the only processor on which it runs.
    public init(
        in sandbox: Sandbox, addresses: [String], port: Int = 53, zones: [(name: String, file: String)],
        more: [String] = [], core: Int? = nil
    ) async throws(PeerError) {
        let name = "\(sandbox.folder)/nsd-\(serial())"
        try writeFile(name + ".conf", Self.configuration(addresses, port, zones, more, name))
        let child = try sandbox.start("nsd", ["-d", "-c", name + ".conf"], core: core)
        try await eventually("NSD answers", within: .seconds(60)) {
            guard child.isRunning else { throw PeerError("NSD ended: \(child.output)") }
            return child.output.contains("nsd started")
        }
        self.child = child
    }

    public func stop() async { await child.stop() }

    /// Rate limiting is off: in tests and benchmarks all queries come from one place.
    private static func configuration(
        _ addresses: [String], _ port: Int, _ zones: [(name: String, file: String)], _ more: [String], _ name: String
    ) -> String {
        var lines = ["server:", "  port: \(port)", "  username: \"\"", "  chroot: \"\"", "  zonesdir: \"\""]
        lines += addresses.map { "  ip-address: \($0)" }
        lines += ["pidfile", "xfrdfile", "zonelistfile"].map { "  \($0): \"\(name).\($0)\"" }
        lines += ["  xfrdir: \"\(name.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 })\""]
        lines += [
            "  database: \"\"", "  rrl-ratelimit: 0", "  server-count: 1", "  verbosity: 1", "  identity: \"nsd\"",
        ]
        lines += more.map { "  " + $0 } + ["remote-control:", "  control-enable: no"]
        for zone in zones { lines += ["zone:", "  name: \"\(zone.name)\"", "  zonefile: \"\(zone.file)\""] }
        return lines.joined(separator: "\n") + "\n"
    }
}
