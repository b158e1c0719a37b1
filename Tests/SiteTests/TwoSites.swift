import Glibc
import Peers

/// Two sites of one network, each with a router; `sin2` is in the file and nowhere else.
///
///     fra1 192.0.2.2 ── 192.0.2.1        sin1 198.51.100.2 ── 198.51.100.1
final class TwoSites: Sendable {
    let fra: End
    let sin: End
    let file: String
    /// Runs `landfall` at a host, as `ssh {host}` would.
    let via: String

    struct End: Sendable {
        let host: Sandbox
        let router: Sandbox
        let site: String
        let network: String
        var socket: String { host.folder + "/control" }
        var state: String { host.folder + "/state" }

        init(_ site: String, _ network: String) async throws {
            (self.site, self.network) = (site, network)
            host = try await Sandbox()
            router = try await Sandbox()
            try await host.connect(
                to: router, as: "up", ["\(network).2/24"], otherwise: "down", ["\(network).1/24"])
            try await host.ip("route add default via \(network).1")
            chmod(host.folder, 0o777)
        }

        func startBIRD() async throws -> BIRD {
            try await BIRD(
                in: router,
                configuration: """
                    router id \(network).1;
                    protocol device { scan time 1; }
                    protocol bgp site {
                      local \(network).1 as 64500;
                      neighbor \(network).2 as 65000;
                      hold time 9; error wait time 1, 2; connect delay time 1; connect retry time 1;
                      ipv4 { import all; export none; };
                    }
                    """)
        }

        func startAgent(_ file: String) throws -> Child {
            try host.start(
                Landfall.path,
                ["run", file, "--site", site, "--host", site + "1", "--socket", socket, "--state", state])
        }
    }

    init() async throws {
        fra = try await End("fra", "192.0.2")
        sin = try await End("sin", "198.51.100")
        file = fra.host.folder + "/landfall.yaml"
        via = "sh \(fra.host.folder)/via {host}"
        try writeFile(file, Self.text)
        try writeFile(fra.host.folder + "/example.org.zone", Rig.zone)
        try writeFile(
            fra.host.folder + "/via",
            """
            case $1 in
            fra1) LANDFALL_SOCKET=\(fra.socket) ;;
            sin1) LANDFALL_SOCKET=\(sin.socket) ;;
            sin2) if [ -e \(fra.host.folder)/hang ]; then sleep 60 & wait; fi
                  echo "ssh: connect to host $1 port 22: No route to host" >&2; exit 255 ;;
            esac
            export LANDFALL_SOCKET; shift 2; exec \(Landfall.path) "$@"
            """)
    }

    private static let text = """
        network: {name: test, asn: 65000, prefixes: [203.0.113.0/24], hold-time: 9s}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: 192.0.2.2}}
            neighbors: [{name: rhine, address: 192.0.2.1, asn: 64500, role: provider}]
          sin:
            place: SIN
            hosts: {sin1: {unicast: 198.51.100.2}, sin2: {unicast: 198.51.100.3}}
            neighbors: [{name: strait, address: 198.51.100.1, asn: 64500, role: provider}]
        services:
          dns:
            addresses: [203.0.113.53]
            serve: {dns: {zones: [example.org.zone]}}
            checks: [{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 1, fall: 3}]
        announce: {hold-down: 300ms, withdraw-wait: 300ms, drain: {wait: 500ms, stop-wait: 0s}}
        """ + "\n"

    /// `landfall …` on the machine of somebody who is at none of the sites.
    func landfall(_ words: String...) async throws -> (status: Int32, output: String) {
        try await fra.host.run(Landfall.path, words)
    }

    func announced(at bird: BIRD) async throws {
        try await eventually("the prefix is at the router") {
            try await bird.route(to: "203.0.113.0/24") != nil
        }
    }

    func withdrawn(at bird: BIRD) async throws {
        try await eventually("the prefix is gone from the router") {
            try await bird.route(to: "203.0.113.0/24") == nil
        }
    }
}
