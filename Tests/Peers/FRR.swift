import FoundationEssentials

/// FRR: the other router that hears our announcements, bgpd with zebra, so that its routes are in the kernel.
public final class FRR: Sendable {
    private let bgpd: Child
    private let zebra: Child
    private let sandbox: Sandbox
    /// Where its sockets and files are.
    private let folder: String

    /// - Parameter configuration: what bgpd.conf says. FRR is up when bgpd answers; what it doesn't understand of that is
    ///   an error.
    public init(in sandbox: Sandbox, configuration: String) async throws(PeerError) {
        self.sandbox = sandbox
        let folder = try makeFolder()
        self.folder = folder
        try writeFile(folder + "/zebra.conf", "hostname router\n")
        try writeFile(folder + "/bgpd.conf", configuration)
        try writeFile(folder + "/vtysh.conf", "username root nopassword\n")
        try writeFile(folder + "/group", "frrvty:x:65533:root\n" + (readFile("/etc/group") ?? ""))
        zebra = try Self.start("zebra", ["-u", "root", "-g", "root"], in: sandbox, folder)
        bgpd = try await Self.startBGPD(beside: zebra, in: sandbox, folder)
        try await eventually("FRR answers") { [bgpd, zebra] in
            guard bgpd.isRunning else { throw PeerError("bgpd ended: \(bgpd.output)") }
            return zebra.output.contains("announce only bgp routes")
                ? try await show("version").contains("FRRouting") : false
        }
        let refused = bgpd.output.split(separator: "\n").filter { $0.contains("config line") }
        guard refused.isEmpty else { throw PeerError(refused.joined(separator: "\n")) }
    }

    /// bgpd looks for zebra when it starts, and then only every 10 s; and it ends a session whose neighbor's network zebra
    /// doesn't know yet.
    private static func startBGPD(
        beside zebra: Child, in sandbox: Sandbox, _ folder: String
    ) async throws(PeerError) -> Child {
        let arguments = ["--config_dir", folder, "--vty_socket", folder, "-d", "zebra"]
        try await eventually("zebra knows the networks that are connected") {
            guard zebra.isRunning else { throw PeerError("zebra ended: \(zebra.output)") }
            guard exists(folder + "/zserv.api") else { return false }
            let known = try await sandbox.run(
                "vtysh", arguments + ["-c", "show ip route connected", "-c", "show ipv6 route connected"]
            ).output
            return try await connected(sandbox).allSatisfy { known.contains("C>* \($0) ") }
        }
        return try start("bgpd", ["-S"], in: sandbox, folder)
    }

    /// The networks that the kernel routes to by itself, those of link-local addresses left out.
    private static func connected(_ sandbox: Sandbox) async throws(PeerError) -> [Substring] {
        var routes: [Substring] = []
        for family in ["-4", "-6"] {
            let text = try await sandbox.run("ip", [family, "-o", "route", "show", "proto", "kernel"]).output
            routes += text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        }
        return routes.filter { $0.contains("/") && !$0.hasPrefix("fe80") }
    }

    /// What bgpd says against a file; nil when it takes it.
    public static func objection(to file: String, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let places = ["-A", "127.0.0.1", "--vty_socket", sandbox.folder, "-f", file]
        let output = try await sandbox.run("bgpd", ["-C", "-S", "-n", "-u", "root", "-g", "root"] + places).output
        return output.contains("config line") ? output : nil
    }

    deinit { removeFolder(folder) }

    /// What vtysh prints for `show …`.
    public func show(_ what: String) async throws(PeerError) -> String { try await run("show " + what) }

    /// `clear …`.
    public func clear(_ what: String) async throws(PeerError) { _ = try await run("clear " + what) }

    private func run(_ command: String) async throws(PeerError) -> String {
        let places = ["--config_dir", folder, "--vty_socket", folder]
        return try await sandbox.run("vtysh", places + ["-d", "bgpd", "-c", command]).output
    }

    /// What somebody adds to what it runs with: `vtysh -f`.
    public func load(_ configuration: String) async throws(PeerError) -> (status: Int32, output: String) {
        let file = folder + "/load-\(serial()).conf"
        try writeFile(file, configuration)
        return try await sandbox.run(
            "vtysh", ["--config_dir", folder, "--vty_socket", folder, "-d", "bgpd", "-f", file])
    }

    /// The session with a neighbor's address is up.
    public func isEstablished(_ neighbor: String) async throws(PeerError) -> Bool {
        try await show("bgp neighbors \(neighbor)").contains("BGP state = Established")
    }

    /// The best route to a prefix with all its attributes, or nil.
    public func route(to prefix: String) async throws(PeerError) -> FRRRoute? {
        let family = prefix.contains(":") ? "ipv6" : "ipv4"
        let text = try await show("bgp \(family) unicast \(prefix) json")
        guard let start = text.firstIndex(of: "{") else { return nil }
        let answer = try? JSONDecoder().decode(FRRRoute.Answer.self, from: Data(text[start...].utf8))
        return answer?.paths?.first { $0.bestpath?.overall == true }.map(FRRRoute.init)
    }

    public var isRunning: Bool { bgpd.isRunning && zebra.isRunning }

    /// What bgpd has logged.
    public var output: String { bgpd.output }

    public func stop() async {
        await bgpd.stop()
        await zebra.stop()
    }

    /// Both want files in /var/tmp, and a group that an installed FRR would have: they get a /var/tmp and an /etc/group of
    /// their own.
    private static func start(
        _ program: String, _ user: [String], in sandbox: Sandbox, _ folder: String
    ) throws(PeerError) -> Child {
        let script = "mount -t tmpfs tmpfs /var/tmp && mount --bind \"$0/group\" /etc/group && exec \"$@\""
        let places = [
            "-A", "127.0.0.1", "--vty_socket", folder, "-z", "\(folder)/zserv.api", "-i", "\(folder)/\(program).pid",
            "-f", "\(folder)/\(program).conf", "--log", "stdout",
        ]
        let command = [try Program.find(program)] + user + places
        return try sandbox.start("unshare", ["--mount", "--", "sh", "-c", script, folder] + command)
    }
}

/// A route as `show bgp … json` has it.
public struct FRRRoute: Sendable, Equatable {
    public var path: [UInt32]
    public var localPreference: Int?
    public var med: Int?
    /// `64500:100 graceful-shutdown`
    public var communities: String
    public var largeCommunities: String

    init(_ path: Answer.Path) {
        self.path = (path.aspath?.string ?? "").split(separator: " ").compactMap { UInt32($0) }
        (localPreference, med) = (path.locPrf, path.metric)
        (communities, largeCommunities) = (path.community?.string ?? "", path.largeCommunity?.string ?? "")
    }

    struct Answer: Decodable {
        var paths: [Path]?

        struct Path: Decodable {
            var aspath: Text?
            var locPrf: Int?
            var metric: Int?
            var community: Text?
            var largeCommunity: Text?
            var bestpath: Best?
        }

        struct Text: Decodable { var string: String? }
        struct Best: Decodable { var overall: Bool? }
    }
}
