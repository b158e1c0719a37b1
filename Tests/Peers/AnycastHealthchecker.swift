import Glibc

/// anycast-healthchecker, and the BIRD at the same host that it tells what to announce.
public final class AnycastHealthchecker: Sendable {
    public let child: Child
    public let bird: BIRD
    public let configuration: String
    public let birdConfiguration: String

    /// The service's address must be on `lo`, from where BIRD takes it.
    public init(in sandbox: Sandbox, session: HostSession, check: HealthCommand) async throws(PeerError) {
        let name = "\(sandbox.folder)/anycast-healthchecker-\(serial())"
        guard mkdir(name, 0o755) == 0 else { throw PeerError("cannot make \(name)") }
        try writeFile(name + "/prefixes.conf", "define ACAST_PS_ADVERTISE = [ 10.189.200.255/32 ];\n")
        birdConfiguration = Self.bird(session, prefixes: name + "/prefixes.conf")
        let bird = try await BIRD(in: sandbox, configuration: birdConfiguration)
        let (daemon, service) = Self.texts(session, check, folder: name, reconfigure: try bird.reconfigureCommand)
        configuration = daemon + service
        try writeFile(name + "/daemon.conf", daemon)
        try writeFile(name + "/service.conf", service)
        child = try sandbox.start(
            "anycast-healthchecker", ["-f", name + "/daemon.conf", "-F", name + "/service.conf"])
        self.bird = bird
    }

    public func stop() async {
        await child.stop()
        await bird.stop()
    }

    public static func bird(_ session: HostSession, prefixes: String) -> String {
        """
        router id \(session.host);
        log stderr all;
        include "\(prefixes)";
        protocol device { scan time 1; }
        protocol direct services { ipv4; interface "lo"; }
        protocol bgp edge {
          local \(session.host) as \(session.asn);
          neighbor \(session.router) as \(session.routerASN);
          hold time \(session.holdTime); error wait time 1, 2; connect delay time 1; connect retry time 1;
          ipv4 { import none; export where proto = "services" && net ~ ACAST_PS_ADVERTISE; };
        }

        """
    }

    /// It looks with /sbin/ip whether the address is there before it checks; where there is no such program that is left
    /// out.
    public static func texts(
        _ session: HostSession, _ check: HealthCommand, folder: String, reconfigure: String
    ) -> (daemon: String, service: String) {
        var service = ""
        if let interval = check.interval { service += "\ncheck_interval = \(interval)" }
        if let timeout = check.timeout { service += "\ncheck_timeout = \(timeout)" }
        if let rise = check.rise { service += "\ncheck_rise = \(rise)" }
        if let fall = check.fall { service += "\ncheck_fail = \(fall)" }
        if access("/sbin/ip", X_OK) != 0 { service += "\nip_check_disabled = true" }
        return (
            """
            [daemon]
            pidfile = \(folder)/pid
            bird_conf = \(folder)/prefixes.conf
            bird_reconfigure_cmd = \(reconfigure)
            log_file = \(folder)/log

            """,
            """
            [service]
            check_disabled = false
            ip_prefix = \(session.address)
            check_cmd = \(check.command)\(service)

            """
        )
    }
}
