import Glibc
import Peers

/// A rig whose router was configured by what `landfall handoff` printed, in front of an upstream that hears of us only
/// through it.
///
///     host 192.0.2.2 ── router 192.0.2.1, AS 64500 ── 198.51.100.2, upstream, AS 64600
final class HandoffRig: Sendable {
    let rig: Rig
    let upstream: Sandbox
    let above: BIRD

    /// - Parameter options: what the file says that the hand-off is made of.
    init(_ options: Rig.Options = Rig.Options()) async throws {
        rig = try await Rig(options)
        upstream = try await Sandbox()
        try await rig.router.connect(
            to: upstream, as: "onward", ["198.51.100.1/24", "2001:db8:e::1/64"], otherwise: "back",
            ["198.51.100.2/24", "2001:db8:e::2/64"])
        above = try await BIRD(in: upstream, configuration: Self.aboveText)
    }

    /// What the neighbor's operators are sent.
    func handedOver(for platform: String) async throws -> String {
        let (status, text) = try await rig.host.run(
            Landfall.path, ["handoff", rig.file, "--site", "fra", "--for", platform, "--only", "router"])
        guard status == 0 else { throw PeerError(text) }
        return text
    }

    /// What they had before: a session with their upstream, to which they tell what customers tell them.
    func router(_ platform: String, _ handedOver: String, asn: Int = 64500) async throws -> any HandedRouter {
        let router: any HandedRouter =
            platform == "bird"
            ? try await BIRD(in: rig.router, configuration: Self.birdText.replacing("64500", with: "\(asn)"))
            : try await FRR(in: rig.router, configuration: Self.frrText.replacing("64500", with: "\(asn)"))
        try await router.add(handedOver, to: Self.birdText.replacing("64500", with: "\(asn)"))
        return router
    }

    /// What its operators do with another hand-off.
    func replace(_ handedOver: String, at router: any HandedRouter) async throws {
        // "!      no route-map …": what the comments ask to be said first.
        let first = handedOver.split(separator: "\n").filter { $0.hasPrefix("!      no ") }.map { $0.dropFirst() }
        try await router.add((first + [""]).joined(separator: "\n") + handedOver, to: Self.birdText)
    }

    /// A second host, 192.0.2.3, at the same router: the router's end of both cables becomes a bridge. The routes that a rig
    /// has without BGP go.
    func addHost() async throws -> Sandbox {
        let host = try await Sandbox()
        let router = rig.router
        try await router.connect(
            to: host, as: "down2", [], otherwise: "up", ["192.0.2.3/24", "2001:db8:f::3/64"])
        try await router.ip("route del 2001:db8:113::/48 via 2001:db8:f::2")
        try await router.ip("addr flush dev down")
        try await router.ip("link add name lan type bridge")
        for link in ["down", "down2"] { try await router.ip("link set dev \(link) master lan") }
        try await router.ip("link set dev lan up")
        try await router.ip("addr add 192.0.2.1/24 dev lan")
        try await router.ip("addr add 2001:db8:f::1/64 dev lan nodad")
        return host
    }

    /// Kernel protocols as the hand-off's comments ask for them.
    private static let birdText = """
        router id 192.0.2.1;
        log stderr all;
        protocol device { scan time 1; }
        protocol kernel { ipv4 { export all; }; merge paths on; }
        protocol kernel { ipv6 { export all; }; merge paths on; }
        protocol bgp onward4 {
          local 198.51.100.1 as 64500; neighbor 198.51.100.2 as 64600; connect delay time 1; error wait time 1, 2;
          ipv4 { import none; export where source = RTS_BGP; };
        }
        protocol bgp onward6 {
          local 2001:db8:e::1 as 64500; neighbor 2001:db8:e::2 as 64600; connect delay time 1; error wait time 1, 2;
          ipv6 { import none; export where source = RTS_BGP; };
        }

        """

    private static let frrText = """
        bgp route-map delay-timer 1
        router bgp 64500
         bgp router-id 192.0.2.1
         no bgp ebgp-requires-policy
         neighbor 198.51.100.2 remote-as 64600
         neighbor 198.51.100.2 timers connect 1
         neighbor 2001:db8:e::2 remote-as 64600
         neighbor 2001:db8:e::2 timers connect 1
         address-family ipv6 unicast
          neighbor 2001:db8:e::2 activate
         exit-address-family
        exit

        """

    private static let aboveText = """
        router id 198.51.100.2;
        protocol device { scan time 1; }
        protocol bgp below4 {
          local 198.51.100.2 as 64600; neighbor 198.51.100.1 as 64500; connect delay time 1; error wait time 1, 2;
          ipv4 { import all; export none; };
        }
        protocol bgp below6 {
          local 2001:db8:e::2 as 64600; neighbor 2001:db8:e::1 as 64500; connect delay time 1; error wait time 1, 2;
          ipv6 { import all; export none; };
        }
        """

    /// Waits until the upstream has every prefix, or none.
    func upstream(has isThere: Bool) async throws {
        for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
            try await eventually("\(prefix) \(isThere ? "at" : "gone from") the upstream") {
                try await (above.route(to: prefix) != nil) == isThere
            }
        }
    }
}

/// A neighbor's router, whatever it runs, in BIRD's words.
protocol HandedRouter: Sendable {
    /// - Parameter before: what BIRD has beside it, since its configuration is read as a whole.
    func add(_ handedOver: String, to before: String) async throws
    func learned(_ prefix: String) async throws -> LearnedRoute?
    /// The session with one of the hosts' addresses is up.
    func isUp(_ host: String) async throws -> Bool
    func stop() async
}

struct LearnedRoute: Equatable {
    var path: [UInt32]
    var localPreference: Int?
    var med: Int?
}

extension BIRD: HandedRouter {
    func add(_ handedOver: String, to before: String) async throws { try await become(before + handedOver) }

    func learned(_ prefix: String) async throws -> LearnedRoute? {
        try await route(to: prefix).map { route in
            LearnedRoute(
                path: route.path, localPreference: route.attributes["local_pref"].flatMap { Int($0) },
                med: route.attributes["med"].flatMap { Int($0) })
        }
    }

    func isUp(_ host: String) async throws -> Bool {
        let sessions = try await show("protocols all").split(separator: "BGP state:").dropFirst()
        return sessions.contains { $0.contains("Neighbor address: \(host)\n") && $0.contains("Established") }
    }
}

extension FRR: HandedRouter {
    func add(_ handedOver: String, to before: String) async throws {
        let (status, output) = try await load(handedOver)
        guard status == 0, !output.contains("%") else { throw PeerError("vtysh ended with \(status): \(output)") }
    }

    func learned(_ prefix: String) async throws -> LearnedRoute? {
        try await route(to: prefix).map {
            LearnedRoute(path: $0.path, localPreference: $0.localPreference, med: $0.med)
        }
    }

    func isUp(_ host: String) async throws -> Bool { try await isEstablished(host) }
}
