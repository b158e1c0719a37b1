import FoundationEssentials
import Glibc
import Peers
import Testing

/// A host and a router beside it, each in a network namespace of its own, and `landfall doctor` on the host.
///
///     host 192.0.2.2, 2001:db8:f::2 ── router 192.0.2.1, 2001:db8:f::1
final class Machine: Sendable {
    let host: Sandbox
    let router: Sandbox
    let file: String
    let socket: String
    let state: String

    static let lack = Landfall.lack("bird", "nft", "ip", "dig", "unbound", "python3")

    /// What this kernel and its clock bring along, whatever a test does.
    static let inherent: Set = [
        "LF-D105", "LF-D406", "LF-D407", "LF-D701", "LF-D901", "LF-D902",
    ]

    init(_ file: String = Machine.file()) async throws {
        (host, router) = (try await Sandbox(), try await Sandbox())
        try await host.connect(
            to: router, as: "eth0", ["192.0.2.2/24", "2001:db8:f::2/64"], otherwise: "down",
            ["192.0.2.1/24", "2001:db8:f::1/64"])
        try await host.ip("route add default via 192.0.2.1")
        try await host.ip("route add default via 2001:db8:f::1")
        chmod(host.folder, 0o777)  // the agent runs as nobody
        (self.file, socket, state) = (host.folder + "/landfall.yaml", host.folder + "/control", host.folder + "/state")
        try writeFile(self.file, file)
        try writeFile(host.folder + "/example.org.zone", Self.zone)
    }

    /// - Parameter waits: neighbors connect to us, and are not looked at.
    static func file(
        serve: String = "serve: {dns: {zones: [example.org.zone]}}",
        check: String = "{dns: {name: www.example.org, type: A}, every: 1s, timeout: 1s, fall: 3}",
        neighbors: String = "",
        more: String = "", waits: Bool = true
    ) -> String {
        let passive = waits ? ", passive: true" : ""
        return """
            network: {name: test, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: 3s}
            sites:
              fra:
                place: FRA
                hosts: {fra1: {unicast: [192.0.2.2, 2001:db8:f::2]}}
                neighbors:
                  - {name: r4, address: 192.0.2.1, asn: 64500, role: provider\(passive)}
                  - {name: r6, address: "2001:db8:f::1", asn: 64500, role: provider\(passive)}
            \(neighbors)
            \(more)
            services:
              dns:
                addresses: [203.0.113.53, "2001:db8:113::53"]
                \(serve)
                checks:
                  - \(check)
            announce: {withdraw-wait: 100ms, drain: {stop-wait: 0s}}

            """
    }

    static let zone = """
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns hostmaster 7 3600 600 86400 60
             NS  ns
        ns   A   203.0.113.53
        www  A   192.0.2.80

        """

    /// A router that has sessions for us, and waits or connects.
    ///
    /// - Parameter errorWait: how long it rests after an error, in seconds, at least and at most.
    func startBIRD(
        hosts: [String] = ["192.0.2.2", "2001:db8:f::2"], errorWait: String = "1, 2"
    ) async throws -> BIRD {
        let sessions = hosts.enumerated().map { number, host in
            """
            protocol bgp host\(number) {
              local as 64500; neighbor \(host) as 65000; passive;
              hold time 3; error wait time \(errorWait); connect delay time 1;
              \(host.contains(":") ? "ipv6" : "ipv4") { import all; export none; };
            }
            """
        }
        let text = (["router id 192.0.2.1;", "protocol device { }"] + sessions).joined(separator: "\n")
        return try await BIRD(in: router, configuration: text)
    }

    // MARK: Asking

    struct Told: Decodable {
        struct Check: Decodable {
            var check: String
            var result: String
            var seen: String?
            var hidden: String?
        }
        struct Finding: Decodable {
            var code: String
            var severity: String
            var subject: String
            var found: [String]
            var why: String
            var remedy: [String]
        }
        var ok: Bool
        var agent: Int?
        var agentTrouble: String?
        var otherAgents: [String]
        var checks: [Check]
        var findings: [Finding]
        var exit: Int32?

        /// Codes, without those that this machine has anyway.
        var codes: Set<String> { Set(findings.map(\.code)).subtracting(Machine.inherent) }
        subscript(code: String) -> Finding? { findings.first { $0.code == code } }
        func check(_ name: String) -> Check? { checks.first { $0.check == name } }
    }

    /// - Parameter wrapper: what the program is started through: `setpriv …`.
    func doctor(_ wrapper: [String] = [], _ words: [String] = []) async throws -> Told {
        let command =
            ["env", Self.path] + wrapper + [Landfall.path, "doctor", file, "--site", "fra", "--json"] + places(words)
        let (status, output) = try await host.run(command[0], Array(command.dropFirst()) + words)
        guard var told = try? JSONDecoder().decode(Told.self, from: Data(output.utf8)) else {
            throw PeerError("doctor exits with \(status): \(output)")
        }
        told.exit = status
        return told
    }

    /// With nft in it.
    private static let path = "PATH=\(Program.tree)/bin:\(getenv("PATH").map { String(cString: $0) } ?? "")"

    private func places(_ words: [String]) -> [String] {
        (words.contains("--socket") ? [] : ["--socket", socket])
            + (words.contains("--state") ? [] : ["--state", state])
    }

    /// The same, as a person sees it.
    func screen() async throws -> String {
        try await host.run("env", [Self.path, Landfall.path, "doctor", file, "--site", "fra"] + places([])).output
    }

    /// Without one of root's rights.
    static func without(_ right: String) -> [String] { ["setpriv", "--bounding-set=-\(right)"] }

    func sysctl(_ name: String, _ value: String) async throws {
        let (status, output) = try await host.run("sh", ["-c", "echo \(value) > /proc/sys/\(name)"])
        guard status == 0 else { throw PeerError("sysctl \(name): \(output)") }
    }

    /// What the doctor told to do, done.
    func follow(_ commands: some Sequence<String>) async throws {
        for command in commands {
            let (status, output) = try await host.run("sh", ["-c", "PATH=\(Program.tree)/bin:$PATH; \(command)"])
            guard status == 0 else { throw PeerError("\(command): \(output)") }
        }
    }

    /// A program that holds sockets, until it is let go: `udp 0.0.0.0 53`.
    func listener(_ sockets: String..., in sandbox: Sandbox? = nil, buffer: Int = 0) async throws -> Child {
        let script = """
            import socket, sys, time
            held = []
            for kind, address, port in (each.split() for each in sys.argv[2:]):
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if int(sys.argv[1]): s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(sys.argv[1]))
                if kind == "connect": s = socket.create_connection((address, int(port)))
                else: s.bind((address, int(port)))
                if kind == "tcp": s.listen()
                held.append(s)
            print("up", flush=True)
            time.sleep(60)
            """
        let child = try (sandbox ?? host).start("python3", ["-c", script, "\(buffer)"] + sockets)
        try await eventually("sockets are open") {
            guard child.isRunning else { throw PeerError("python3: \(child.output)") }
            return child.output.contains("up\n")
        }
        return child
    }
}
