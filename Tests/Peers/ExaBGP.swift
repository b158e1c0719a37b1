/// ExaBGP with its own healthcheck, which it runs as a process below itself.
public final class ExaBGP: Sendable {
    public let child: Child
    public let configuration: String

    public init(in sandbox: Sandbox, session: HostSession, check: HealthCommand) async throws(PeerError) {
        let name = "\(sandbox.folder)/exabgp-\(serial())"
        configuration = try Self.text(session, check)
        try writeFile(name + ".conf", configuration)
        let child = try sandbox.start("env", Self.environment + [try Program.find("exabgp"), name + ".conf"])
        self.child = child
        try await eventually("ExaBGP runs its healthcheck") {
            guard child.isRunning else { throw PeerError("ExaBGP ended: \(child.output)") }
            return !healthcheck.isEmpty
        }
    }

    /// No named pipes for its command line; it stays who it is, since a namespace may have no other user; it says no
    /// line for each check.
    public static let environment = [
        "exabgp_api_cli=false", "exabgp_daemon_user=root", "exabgp_daemon_drop=false", "exabgp_log_level=WARNING",
    ]

    /// The process that checks.
    public var healthcheck: [ProcessRecord] {
        family(of: child.id).filter { $0.id != child.id && $0.command.contains("exabgp healthcheck") }
    }

    public func stop() async { await child.stop() }

    /// The healthcheck's own timeout takes whole seconds, so the command gets one that doesn't. Its fast interval, which
    /// lies between checks once one has turned out differently, is the interval unless that is left at its default.
    public static func text(
        _ session: HostSession, _ check: HealthCommand, program: String? = nil
    ) throws(PeerError) -> String {
        let program = if let program { program } else { try Program.find("exabgp") }
        var options = "--no-syslog --no-ip-setup --ip \(session.address) --withdraw-on-down"
        if let interval = check.interval { options += " --interval \(interval) --fast-interval \(interval)" }
        if let rise = check.rise { options += " --rise \(rise)" }
        if let fall = check.fall { options += " --fall \(fall)" }
        let limit = check.timeout.map { "timeout \($0) " } ?? ""
        return """
            process check {
              run \(program) healthcheck \(options) --cmd "\(limit)\(check.command)";
              encoder text;
            }
            neighbor \(session.router) {
              router-id \(session.host);
              local-address \(session.host);
              local-as \(session.asn);
              peer-as \(session.routerASN);
              hold-time \(session.holdTime);
              family { ipv4 unicast; }
              api { processes [ check ]; }
            }

            """
    }
}
