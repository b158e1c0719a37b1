import Glibc
import Peers
import Testing

@Suite(
    "The agent and a router of its own AS",
    .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct InternalTests {
    /// A router that expects sessions within AS 65000, and reaches what it hears of over the link.
    static func bird() -> String {
        func session(_ name: String, _ neighbor: String, _ local: String, _ family: String) -> String {
            """
            protocol bgp \(name) {
              local \(local) as 65000; neighbor \(neighbor) as 65000; direct; hold time 3;
              error wait time 1, 2; connect delay time 1; connect retry time 1;
              \(family) { import all; export none; };
            }
            """
        }
        return """
            router id 192.0.2.1;
            log stderr all;
            protocol device { scan time 1; }
            \(session("fra4", "192.0.2.2", "192.0.2.1", "ipv4"))
            \(session("fra6", "2001:db8:f::2", "2001:db8:f::1", "ipv6"))
            """
    }

    /// A rig whose neighbors are in the site's AS, and whose prefixes are single addresses.
    func rig(_ more: String = "") async throws -> Rig {
        let rig = try await Rig()
        let text = (readFile(rig.file) ?? "")
            .replacing("asn: 64500, role: provider", with: "asn: 65000\(more)")
            .replacing("[203.0.113.0/24, 2001:db8:113::/48]", with: "[203.0.113.53/32, \"2001:db8:113::53/128\"]")
        try writeFile(rig.file, text)
        return rig
    }

    @Test("is told a /32 and a /128 with LOCAL_PREF, an empty path and NO_EXPORT; a drain lowers the preference")
    func hostRoutes() async throws {
        let rig = try await rig()
        let bird = try await BIRD(in: rig.router, configuration: Self.bird())
        let agent = try rig.startAgent()
        for (prefix, address) in [("203.0.113.53/32", "192.0.2.2"), ("2001:db8:113::53/128", "2001:db8:f::2")] {
            try await eventually("\(prefix) at the router") {
                try await bird.route(to: prefix) != nil
            }
            let route = try #require(try await bird.route(to: prefix))
            #expect(route.path == [] && route.attributes["local_pref"] == "100")
            #expect(route.attributes["next_hop"]?.hasPrefix(address) == true)
            #expect(route.attributes["community"] == "(65535,65281)", "NO_EXPORT")
        }
        let client = try rig.startClient()  // so that the drain lasts
        #expect(try await rig.landfall("drain", "--host", "--force", "--no-wait", "--wait", "10m").status == 0)
        try await eventually("the drain at the router") {
            let route = try await bird.route(to: "203.0.113.53/32")
            return route?.attributes["local_pref"] == "0" && route?.path == []
                && route?.attributes["community"] == "(65535,0) (65535,65281)"
        }
        await client.stop()
        await agent.stop()
        await bird.stop()
    }

    @Test("is told what the file says instead: another preference, and routes that may go on")
    func asTheFileSays() async throws {
        let rig = try await rig(", role: internal, scope: global, local-pref: 250, communities: [65000:9]")
        let bird = try await BIRD(in: rig.router, configuration: Self.bird())
        let agent = try rig.startAgent()
        try await eventually("the route at the router") {
            let route = try await bird.route(to: "203.0.113.53/32")
            return route?.attributes["local_pref"] == "250" && route?.attributes["community"] == "(65000,9)"
        }
        let status = try await rig.status()
        #expect(status.contains("\"localPref\":250") && status.contains("\"prepend\":0"))
        await agent.stop()
        await bird.stop()
    }
}
