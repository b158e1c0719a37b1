import FoundationEssentials
import Glibc
import Peers

/// Two sites of one address, and a client that prefers the first. Namespaces and routers stay from run to run; what
/// announces and serves at the first site is started anew for each.
///
///     client ── transit ──┬── edge ── host      announced by whom is measured
///              AS 64500   │ 64501    65000
///                         └── survivor          BIRD and NSD, the same for all
///                             64502
final class Field: Sendable {
    static let address = "203.0.113.53"
    static let session = HostSession(
        host: "192.0.2.2", asn: 65000, router: "192.0.2.1", routerASN: 64501, address: address + "/32")

    let host: Sandbox
    private let client, transit, edge, survivor: Sandbox
    private let zone: String
    private let transitBIRD, survivorBIRD: BIRD
    private let survivorNSD: NSD

    init() async throws {
        (client, transit, edge) = (try await Sandbox(), try await Sandbox(), try await Sandbox())
        (host, survivor) = (try await Sandbox(), try await Sandbox())
        try await transit.connect(to: client, as: "client", ["198.51.100.1/29"], otherwise: "up", ["198.51.100.2/29"])
        try await transit.connect(to: edge, as: "edge", ["198.51.100.9/30"], otherwise: "up", ["198.51.100.10/30"])
        try await transit.connect(
            to: survivor, as: "survivor", ["198.51.100.13/30"], otherwise: "up", ["198.51.100.14/30"])
        try await edge.connect(to: host, as: "host", ["192.0.2.1/24"], otherwise: "up", ["192.0.2.2/24"])
        for (sandbox, gateway) in [
            (client, "198.51.100.1"), (edge, "198.51.100.9"), (survivor, "198.51.100.13"), (host, "192.0.2.1"),
        ] { try await sandbox.ip("route add default via \(gateway)") }
        for site in [host, survivor] { try await site.ip("addr add \(Self.address)/32 dev lo") }
        for router in [transit, edge] {
            let (status, output) = try await router.run("sh", ["-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])
            guard status == 0 else { throw PeerError("no forwarding: \(output)") }
        }
        chmod(host.folder, 0o777)  // landfall becomes nobody, and makes its socket and its state here
        zone = try Self.writeZone(in: host, address: Client.siteAddress.map(String.init).joined(separator: "."))
        let other = try Self.writeZone(in: survivor, address: "198.51.100.80")
        survivorNSD = try await Self.startNSD(in: survivor, zone: other)
        transitBIRD = try await BIRD(in: transit, configuration: Routers.transit)
        survivorBIRD = try await BIRD(in: survivor, configuration: Routers.survivor)
    }

    /// The router of the site, new for each run: its log holds that run only.
    func startEdge() async throws -> (bird: BIRD, log: String) {
        let log = edge.folder + "/edge.log"
        unlink(log)
        return (try await BIRD(in: edge, configuration: Routers.edge(log: log)), log)
    }

    func startNSD() async throws -> NSD { try await Self.startNSD(in: host, zone: zone) }

    func startClient() throws -> Child {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try client.start(own, ["ask", Self.address])
    }

    func stop() async {
        await transitBIRD.stop()
        await survivorBIRD.stop()
        await survivorNSD.stop()
    }

    private static func startNSD(in sandbox: Sandbox, zone: String) async throws -> NSD {
        try await NSD(
            in: sandbox, addresses: [address], zones: [(name: "example.org", file: zone)],
            more: ["minimal-responses: yes", "rrl-ratelimit: 0"])
    }

    private static func writeZone(in sandbox: Sandbox, address: String) throws -> String {
        let path = sandbox.folder + "/example.org.zone"
        try writeFile(
            path,
            """
            $ORIGIN example.org.
            @ 300 IN SOA ns hostmaster 1 7200 3600 1209600 300
            @ 300 IN NS ns
            ns 300 IN A \(Self.address)
            www 300 IN A \(address)

            """)
        return path
    }
}

/// What the routers say, whoever announces.
enum Routers {
    static func edge(log: String) -> String {
        """
        router id 192.0.2.1;
        timeformat log iso long us;
        log "\(log)" all;
        protocol device { scan time 1; }
        protocol kernel { ipv4 { export all; }; }
        protocol bgp host {
          debug { states, routes };
          local 192.0.2.1 as 64501; neighbor 192.0.2.2 as 65000;
          \(timers)
          ipv4 { import all; export none; };
        }
        protocol bgp transit {
          local 198.51.100.10 as 64501; neighbor 198.51.100.9 as 64500;
          \(timers)
          ipv4 { import none; export all; };
        }

        """
    }

    static let transit = """
        router id 198.51.100.1;
        log stderr all;
        protocol device { scan time 1; }
        protocol kernel { ipv4 { export all; }; }
        protocol bgp edge {
          local 198.51.100.9 as 64500; neighbor 198.51.100.10 as 64501;
          \(timers)
          ipv4 { import filter { bgp_local_pref = 200; accept; }; export none; };
        }
        protocol bgp survivor {
          local 198.51.100.13 as 64500; neighbor 198.51.100.14 as 64502;
          \(timers)
          ipv4 { import all; export none; };
        }

        """

    static let survivor = """
        router id 198.51.100.14;
        log stderr all;
        protocol device { scan time 1; }
        protocol static { ipv4; route 203.0.113.53/32 blackhole; }
        protocol bgp transit {
          local 198.51.100.14 as 64502; neighbor 198.51.100.13 as 64500;
          \(timers)
          ipv4 { import none; export all; };
        }

        """

    static let timers = "hold time 3; error wait time 1, 2; connect delay time 1; connect retry time 1;"
}
