import Glibc

/// OpenBGPD: bgpd, which scripts/peers calls openbgpd, since FRR has a bgpd too.
///
/// It gives up rights as the user _openbgpd, which only an installed one would have: it gets an /etc/passwd and an
/// /etc/group of its own, in which that user lives in /. For that we have to be root, and not only in a user namespace,
/// where nobody else can be become.
public final class OpenBGPD: Sendable {
    public let child: Child
    private let sandbox: Sandbox
    private let socket: String

    /// What this machine lacks to run it; nil when nothing is.
    public static let lack: String? = {
        if let missing = Program.lack("openbgpd", "bgpctl") { return missing }
        let groups = readFile("/proc/self/setgroups") ?? ""
        return geteuid() == 0 && groups.hasPrefix("allow")
            ? nil : "needs root: OpenBGPD becomes another user, which a user namespace doesn't have"
    }()

    /// - Parameter configuration: the text of a bgpd.conf, without `socket`. OpenBGPD is up when its socket answers.
    public init(in sandbox: Sandbox, configuration: String) async throws(PeerError) {
        self.sandbox = sandbox
        let socket = "\(sandbox.folder)/openbgpd-\(serial()).ctl"
        self.socket = socket
        let file = try Self.write("socket \"\(socket)\"\n" + configuration, sandbox)
        let child = try sandbox.start("unshare", try Self.command(["-d", "-v", "-f", file], sandbox))
        self.child = child
        try await eventually("OpenBGPD answers") {
            guard child.isRunning else { throw PeerError("bgpd ended: \(child.output)") }
            return child.output.contains("RDE reconfigured")
        }
    }

    /// What bgpd says against a configuration; nil when it takes it.
    public static func objection(to configuration: String, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let file = try write(configuration, sandbox)
        let (status, output) = try await sandbox.run("unshare", try command(["-n", "-f", file], sandbox))
        return status == 0 ? nil : output
    }

    /// It refuses one that others may read.
    private static func write(_ configuration: String, _ sandbox: Sandbox) throws(PeerError) -> String {
        let file = "\(sandbox.folder)/openbgpd-\(serial()).conf"
        try writeFile(file, configuration)
        chmod(file, 0o600)
        return file
    }

    private static func command(_ arguments: [String], _ sandbox: Sandbox) throws(PeerError) -> [String] {
        let folder = sandbox.folder
        for (file, line) in [("passwd", "_openbgpd:x:65532:65532::/:/bin/false"), ("group", "_openbgpd:x:65532:")] {
            try writeFile("\(folder)/\(file)", (readFile("/etc/\(file)") ?? "") + line + "\n")
        }
        let script = "mount --bind \"$0/passwd\" /etc/passwd && mount --bind \"$0/group\" /etc/group && exec \"$@\""
        return ["--mount", "--", "sh", "-c", script, folder, try Program.find("openbgpd")] + arguments
    }

    /// What bgpctl prints.
    @discardableResult
    public func control(_ words: String) async throws(PeerError) -> String {
        try await control(words.split(separator: " ").map(String.init))
    }

    @discardableResult
    public func control(_ words: [String]) async throws(PeerError) -> String {
        try await sandbox.run("bgpctl", ["-s", socket] + words).output
    }

    public func stop() async { await child.stop() }
}
