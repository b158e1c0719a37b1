import Glibc

/// `landfall serve` alone, with a UDP and a TCP socket handed over as systemd would: what is compared with other
/// nameservers.
public final class Served: Sendable {
    public let child: Child

    /// - Parameters:
    ///   - program: the path of landfall.
    ///   - sandbox: one that isn't fresh: the sockets are ours, and bound where we are.
    ///   - core: the only processor on which it runs.
    public init(
        _ program: String, zones: [String], port: UInt16, in sandbox: Sandbox, core: Int? = nil
    ) async throws(PeerError) {
        let file = "\(sandbox.folder)/serve-\(serial()).yaml"
        try writeFile(file, Self.configuration(zones))
        let sockets = [try Self.bound(SOCK_DGRAM, port), try Self.bound(SOCK_STREAM, port)]
        defer { sockets.forEach { close($0) } }
        let handover = "LISTEN_PID=$$ LISTEN_FDS=2 exec \"$@\""
        let child = try Child(
            try Sandbox.pinning(core) + ["sh", "-c", handover, "sh", program, "serve", file, "--site", "fra"],
            log: file + ".log",
            inherited: sockets)
        try await eventually("landfall serve answers", within: .seconds(60)) {
            try await Self.answers(child, port, sandbox)
        }
        self.child = child
    }

    public func stop() async { await child.stop() }

    /// A function, and not a closure that throws anything: Swift 6.3.1 crashes when it optimises that.
    private static func answers(_ child: Child, _ port: UInt16, _ sandbox: Sandbox) async throws(PeerError) -> Bool {
        guard child.isRunning else { throw PeerError("landfall serve ended: \(child.output)") }
        return try await Dig.ask("example.org SOA", at: "127.0.0.1", port: Int(port), in: sandbox).status != ""
    }

    /// Nothing of it but the zones counts for a server that is given its sockets.
    private static func configuration(_ zones: [String]) -> String {
        """
        network: {name: alone, asn: 65000, prefixes: [203.0.113.0/24]}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: 192.0.2.2}}
            neighbors: [{name: none, address: 192.0.2.1, asn: 64500, role: provider}]
        services:
          dns:
            addresses: [203.0.113.53]
            serve: {dns: {zones: [\(zones.joined(separator: ", "))]}}
            checks: [{dns: {name: example.org, type: SOA}, every: 1s, timeout: 500ms}]

        """
    }

    /// A socket at 127.0.0.1.
    private static func bound(_ type: __socket_type, _ port: UInt16) throws(PeerError) -> Int32 {
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, __CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, type == SOCK_DGRAM || listen(descriptor, 128) == 0 else {
            throw PeerError("cannot bind port \(port): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
