import Glibc
import Peers

/// A BGP speaker between feeders and a listener: all that feeders say is accepted, and told to the listener alone.
enum SpeedContender: String, CaseIterable, Sendable {
    case landfall = "Landfall"
    case bird = "BIRD"
    case frr = "FRR"
    case gobgp = "GoBGP"
    case openbgpd = "OpenBGPD"

    /// Those that are measured for the record only.
    static let others: [Self] = [.frr, .gobgp, .openbgpd]

    /// What this machine lacks to run it.
    var lack: String? {
        switch self {
        case .landfall: nil
        case .bird: Program.lack("bird")
        case .frr: Program.lack("bgpd")
        case .gobgp: Program.lack("gobgpd")
        case .openbgpd: Program.lack("openbgpd")
        }
    }

    /// Up, or soon: the load tries to connect for a while.
    func start(in sandbox: Sandbox, _ cable: Cable) throws -> Child {
        switch self {
        case .landfall: try sandbox.start(try ownPath(), ["route"] + cable.pairs)
        case .bird:
            try sandbox.start(
                "bird", ["-f", "-c", try write(bird(cable), sandbox), "-s", sandbox.folder + "/bird.ctl"])
        case .frr: try startFRR(in: sandbox, cable)
        case .gobgp:
            try sandbox.start(
                "gobgpd",
                [
                    "-f", try write(gobgp(cable), sandbox), "--pprof-disable", "--api-hosts=127.0.0.1:50051", "-l",
                    "warn",
                ])
        case .openbgpd: try startOpenBGPD(in: sandbox, cable)
        }
    }

    private func write(_ text: String, _ sandbox: Sandbox) throws -> String {
        let path = "\(sandbox.folder)/\(rawValue).conf"
        try writeFile(path, text)
        chmod(path, 0o600)
        return path
    }

    private func ownPath() throws(PeerError) -> String {
        var path = [CChar](repeating: 0, count: 4096)
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { throw PeerError("where is this program?") }
        return path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    // MARK: Configurations

    func bird(_ cable: Cable) -> String {
        let channel = cable.isIPv6 ? "ipv6" : "ipv4"
        let feeders = cable.feeders.enumerated().map { number, address in
            """
            protocol bgp feeder\(number + 1) {
              local \(cable.ours[1]) as 64500; neighbor \(address) as \(64601 + number); passive;
              \(channel) { import all; export none; };
            }

            """
        }
        return """
            router id 10.9.0.1;
            log stderr { warning, error, fatal, bug };
            protocol device { scan time 60; }
            protocol bgp listener {
              local \(cable.ours[0]) as 64500; neighbor \(cable.listener) as 64600; passive;
              \(channel) { import none; export all; };
            }

            """ + feeders.joined()
    }

    private func frr(_ cable: Cable) -> String {
        let neighbors = cable.neighbors.map { address, asn in
            " neighbor \(address) remote-as \(asn)\n neighbor \(address) passive\n neighbor \(address) advertisement-interval 0\n"
        }
        let silent = cable.feeders.map { "  neighbor \($0) prefix-list none out\n" }
        return """
            router bgp 64500
             bgp router-id 10.9.0.1
             no bgp ebgp-requires-policy
             no bgp network import-check
            \(neighbors.joined()) address-family ipv4 unicast
            \(silent.joined())exit
            ip prefix-list none seq 5 deny any

            """
    }

    private func gobgp(_ cable: Cable) -> String {
        "[global.config]\nas = 64500\nrouter-id = \"10.9.0.1\"\n"
            + cable.neighbors.map { address, asn in
                """
                [[neighbors]]
                [neighbors.config]
                neighbor-address = "\(address)"
                peer-as = \(asn)
                [neighbors.transport.config]
                passive-mode = true

                """
            }.joined()
    }

    private func openbgpd(_ cable: Cable) -> String {
        let neighbors = cable.neighbors.map { "neighbor \($0) {\n remote-as \($1)\n passive\n}\n" }
        return """
            AS 64500
            router-id 10.9.0.1
            fib-update no
            listen on \(cable.ours[0])
            listen on \(cable.ours[1])
            \(neighbors.joined())allow from any
            allow to \(cable.listener)

            """
    }

    /// bgpd alone: without zebra, no route goes to the kernel.
    private func startFRR(in sandbox: Sandbox, _ cable: Cable) throws -> Child {
        let folder = sandbox.folder
        try writeFile(folder + "/group", "frrvty:x:65533:root\n" + (readFile("/etc/group") ?? ""))
        let script = "mount -t tmpfs tmpfs /var/tmp && mount --bind \"$0/group\" /etc/group && exec \"$@\""
        let command = [
            try Program.find("bgpd"), "-Z", "-n", "-S", "-u", "root", "-g", "root", "-A", "127.0.0.1", "--vty_socket",
            folder,
            "-i", folder + "/bgpd.pid", "-f", try write(frr(cable), sandbox), "--log", "stdout",
        ]
        return try sandbox.start("unshare", ["--mount", "--", "sh", "-c", script, folder] + command)
    }

    private func startOpenBGPD(in sandbox: Sandbox, _ cable: Cable) throws -> Child {
        let folder = sandbox.folder
        for (file, line) in [("passwd", "_openbgpd:x:65532:65532::/:/bin/false"), ("group", "_openbgpd:x:65532:")] {
            try writeFile("\(folder)/\(file)", (readFile("/etc/\(file)") ?? "") + line + "\n")
        }
        let script = "mount --bind \"$0/passwd\" /etc/passwd && mount --bind \"$0/group\" /etc/group && exec \"$@\""
        let configuration = "socket \"\(folder)/openbgpd.ctl\"\n" + openbgpd(cable)
        let command = [try Program.find("openbgpd"), "-d", "-f", try write(configuration, sandbox)]
        return try sandbox.start("unshare", ["--mount", "--", "sh", "-c", script, folder] + command)
    }
}

/// The addresses at both ends of two cables, one to the listener and one to the feeders: the router is nobody's third party.
struct Cable: Sendable {
    var isIPv6: Bool
    var feeders: [String]

    init(isIPv6: Bool, feeds: Int) {
        self.isIPv6 = isIPv6
        feeders = (0..<feeds).map { isIPv6 ? "fd09:1::\(String($0 + 2, radix: 16))" : "10.9.1.\($0 + 2)" }
    }

    /// Ours, to the listener and to the feeders.
    var ours: [String] { isIPv6 ? ["fd09::1", "fd09:1::1"] : ["10.9.0.1", "10.9.1.1"] }
    var listener: String { isIPv6 ? "fd09::2" : "10.9.0.2" }
    var pairs: [String] { [ours[0], listener, ours[1]] + feeders }

    var neighbors: [(String, Int)] {
        [(listener, 64600)] + feeders.enumerated().map { ($1, 64601 + $0) }
    }

    func connect(_ router: Sandbox, to load: Sandbox) async throws {
        let mask = isIPv6 ? "/64" : "/24"
        try await router.connect(to: load, as: "listener", [ours[0] + mask], otherwise: "router0", [listener + mask])
        try await router.connect(
            to: load, as: "feeders", [ours[1] + mask], otherwise: "router1", feeders.map { $0 + mask })
    }
}
