/// Unbound as a resolver that asks one authoritative server, and validates.
public final class Unbound: Sendable {
    public let child: Child

    /// - Parameters:
    ///   - address: where it listens.
    ///   - zone: what it takes from `server`, at 127.0.0.1, and holds against the zone's anchor.
    public init(
        in sandbox: Sandbox, address: String, port: UInt16, zone: SignedZone, origin: String, server: UInt16
    ) async throws(PeerError) {
        let name = "\(sandbox.folder)/unbound-\(serial())"
        try writeFile(name + ".key", zone.anchor + "\n")
        try writeFile(
            name + ".conf",
            """
            server:
              interface: \(address)
              port: \(port)
              do-daemonize: no
              use-syslog: no
              username: ""
              chroot: ""
              directory: "\(sandbox.folder)"
              pidfile: "\(name).pid"
              do-not-query-localhost: no
              do-ip6: no
              num-threads: 1
              module-config: "validator iterator"
              trust-anchor-file: "\(name).key"
              trust-anchor-signaling: no
              root-key-sentinel: no
              val-log-level: 2
              qname-minimisation: no
              aggressive-nsec: no
              minimal-responses: no
              local-zone: "\(origin)" nodefault
            stub-zone:
              name: "\(origin)"
              stub-addr: 127.0.0.1@\(server)
            remote-control:
              control-enable: no

            """)
        let child = try sandbox.start("unbound", ["-d", "-c", name + ".conf"])
        try await eventually("Unbound answers") {
            guard child.isRunning else { throw PeerError("Unbound ended: \(child.output)") }
            return child.output.contains("start of service")
        }
        self.child = child
    }

    public func stop() async { await child.stop() }
}
