import Glibc

/// `landfall serve` alone, with a UDP and a TCP socket an address, handed over as systemd would: what is compared with
/// other nameservers.
public final class Served: Sendable {
    public let child: Child

    /// - Parameters:
    ///   - program: the path of landfall.
    ///   - addresses: where it is asked, v4 or v6, once it answers at the first.
    ///   - sandbox: one that isn't fresh: the sockets are ours, and bound where we are.
    ///   - core: the only processor on which it runs.
    public init(
        _ program: String, zones: [String], addresses: [String] = ["127.0.0.1"], port: UInt16, in sandbox: Sandbox,
        core: Int? = nil
    ) async throws(PeerError) {
        let file = "\(sandbox.folder)/serve-\(serial()).yaml"
        try writeFile(file, Self.configuration(zones))
        var sockets: [Int32] = []
        defer { sockets.forEach { close($0) } }
        for address in addresses {
            for type in [SOCK_DGRAM, SOCK_STREAM] { sockets.append(try Self.bound(type, address, port)) }
        }
        let handover = "LISTEN_PID=$$ LISTEN_FDS=\(sockets.count) exec \"$@\""
        let child = try Child(
            try Sandbox.pinning(core) + ["sh", "-c", handover, "sh", program, "serve", file, "--site", "fra"],
            log: file + ".log",
            inherited: sockets)
        try await eventually("landfall serve answers", within: .seconds(60)) {
            try await Self.answers(child, addresses[0], port, sandbox)
        }
        self.child = child
    }

    public func stop() async { await child.stop() }

    /// A function, and not a closure that throws anything: Swift 6.3.1 crashes when it optimises that.
    private static func answers(
        _ child: Child, _ address: String, _ port: UInt16, _ sandbox: Sandbox
    ) async throws(PeerError) -> Bool {
        guard child.isRunning else { throw PeerError("landfall serve ended: \(child.output)") }
        return try await Dig.ask("example.org SOA", at: address, port: Int(port), in: sandbox).status != ""
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

    private static func bound(_ type: __socket_type, _ address: String, _ port: UInt16) throws(PeerError) -> Int32 {
        let isIPv6 = address.contains(":")
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var (four, six) = (sockaddr_in(), sockaddr_in6())
        (four.sin_family, four.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        (six.sin6_family, six.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
        inet_pton(AF_INET, address, &four.sin_addr)
        inet_pton(AF_INET6, address, &six.sin6_addr)
        let result = isIPv6 ? bind(descriptor, to: &six) : bind(descriptor, to: &four)
        guard result == 0, type == SOCK_DGRAM || listen(descriptor, 128) == 0 else {
            throw PeerError("cannot bind \(address), port \(port): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func bind<Place>(_ descriptor: Int32, to place: inout Place) -> Int32 {
        let size = socklen_t(MemoryLayout<Place>.size)
        return withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, __CONST_SOCKADDR_ARG(__sockaddr__: $0), size)
            }
        }
    }
}
