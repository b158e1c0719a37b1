import Glibc
import Peers
import Testing

/// What `landfall handoff` prints, in the routers that it is for.
@Suite(
    "A neighbor that was handed its configuration",
    .enabled(
        if: Landfall.lack("bird", "bgpd", "zebra", "vtysh") == nil,
        "\(Landfall.lack("bird", "bgpd", "zebra", "vtysh") ?? "")"))
struct HandoffTests {
    @Test(
        "takes our routes with their attributes, tells its upstream of them and of their end, and takes nothing else",
        arguments: ["bird", "frr"])
    func customer(platform: String) async throws {
        var options = Rig.Options()
        options.neighbor = ", med: 5, communities: [64500:100], large-communities: [64500:1:2]"
        let all = try await HandoffRig(options)
        let router = try await all.router(platform, try await all.handedOver(for: platform))
        // The agent announces a third prefix, of which its neighbor has not been told.
        try await all.rig.edit {
            $0.replacing("prefixes: [203.0.113.0/24,", with: "prefixes: [203.0.113.0/24, 198.18.5.0/24,")
                .replacing("addresses: [203.0.113.53,", with: "addresses: [203.0.113.53, 198.18.5.53,")
        }
        let agent = try all.rig.startAgent()
        try await all.upstream(has: true)
        try await takesOurs(all, router)
        try await takesNothingElse(all, router)
        try await corrects(all, router, platform)

        let service = try await all.rig.service()
        kill(service, SIGSTOP)
        try await all.upstream(has: false)
        kill(service, SIGCONT)
        try await all.upstream(has: true)

        try await drains(all, router)
        // A failure doesn't wait for the end of a drain.
        kill(service, SIGSTOP)
        try await all.upstream(has: false)
        #expect(try await router.isUp("192.0.2.2"))
        kill(service, SIGCONT)
        await agent.stop()
        await router.stop()
    }

    private func takesOurs(_ all: HandoffRig, _ router: any HandedRouter) async throws {
        for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
            #expect(try await router.learned(prefix) == LearnedRoute(path: [65000], localPreference: 300, med: 5))
            let route = try #require(try await all.above.route(to: prefix))
            #expect(route.path == [64500, 65000])
            #expect(route.attributes["community"] == "(64500,100)")
            #expect(route.attributes["large_community"] == "(64500, 1, 2)")
        }
    }

    private func takesNothingElse(_ all: HandoffRig, _ router: any HandedRouter) async throws {
        try await eventually("the third prefix is told to the router") {
            (readFile(all.rig.events) ?? "").split(separator: "\n").contains {
                $0.contains("\"event\":\"advertised\"") && $0.contains("198.18.5.0")
            }
        }
        #expect(try await router.learned("198.18.5.0/24") == nil)
        #expect(try await all.above.route(to: "198.18.5.0/24") == nil)
    }

    private func drains(_ all: HandoffRig, _ router: any HandedRouter) async throws {
        try await drain(all)
        try await eventually("the drain at the upstream") {
            guard let route = try await all.above.route(to: "203.0.113.0/24") else { return false }
            let communities = route.attributes["community", default: ""]
            return route.path == [64500, 65000, 65000, 65000, 65000]
                && communities.contains("(64500,100)") && communities.contains("(65535,0)")
        }
        try await eventually("the drain at the router") {
            try await router.learned("203.0.113.0/24")?.localPreference == 0
        }
    }

    /// Another hand-off lets the third prefix in, and no session ends for it; the same once more changes nothing.
    private func corrects(_ all: HandoffRig, _ router: any HandedRouter, _ platform: String) async throws {
        let seen = try await Self.runbook(router)
        #expect(seen.received.contains("198.18.5.0/24") && !seen.accepted.contains("198.18.5.0/24"))
        #expect(seen.accepted.contains("203.0.113.0/24") && seen.told.contains("203.0.113.0/24"))
        let text = try await all.handedOver(for: platform)
        try await all.replace(text, at: router)
        try await eventually("the third prefix at the upstream") {
            try await all.above.route(to: "198.18.5.0/24") != nil
        }
        if let router = router as? FRR {
            let configuration = try await router.show("running-config")
            #expect(configuration.contains("soft-reconfiguration inbound"))
            let (status, output) = try await router.load(text)
            #expect(status == 0 && !output.contains("%"), "\(output)")
            #expect(try await router.show("running-config") == configuration)
        }
        for host in ["192.0.2.2", "2001:db8:f::2"] { #expect(try await router.isUp(host)) }
        let events = readFile(all.rig.events) ?? ""
        #expect(events.split(separator: "\n").count { $0.contains("\"event\":\"session-up\"") } == 2)
        #expect(!events.contains("session-down"))
    }

    /// What docs/operations.md has people look at when a prefix is announced and nobody lands there.
    private static func runbook(
        _ router: any HandedRouter
    ) async throws -> (received: String, accepted: String, told: String) {
        if let bird = router as? BIRD {
            return (
                try await bird.show("route all import table landfall_fra1_r4.ipv4"),
                try await bird.show("route protocol landfall_fra1_r4"), try await bird.show("route export onward4")
            )
        }
        let frr = try #require(router as? FRR)
        let neighbors = "bgp ipv4 neighbors"
        return (
            try await frr.show("\(neighbors) 192.0.2.2 received-routes"),
            try await frr.show("\(neighbors) 192.0.2.2 routes"),
            try await frr.show("\(neighbors) 198.51.100.2 advertised-routes")
        )
    }

    /// It begins, and lasts for longer than this test.
    private func drain(_ all: HandoffRig) async throws {
        let (status, text) = try await all.rig.landfall("drain", "--host", "--force", "--wait", "5m", "--no-wait")
        #expect(status == 0, "\(text)")
    }

    @Test("takes our prefixes only with our AS from end to end, at most 17 times", arguments: ["bird", "frr"])
    func hostile(platform: String) async throws {
        var options = Rig.Options()
        options.announce = ", anchor: true, cover: [203.0.112.0/23]"
        let all = try await HandoffRig(options)
        let router = try await all.router(platform, try await all.handedOver(for: platform))
        let paths: [([Int], isTaken: Bool)] = [
            ([65001], false), ([Int](repeating: 65000, count: 17), false), ([Int](repeating: 65000, count: 16), true),
        ]
        for (path, isTaken) in paths {
            let speaker = try await BIRD(in: all.rig.host, configuration: Self.speaker(specific: path))
            try await eventually("all but the cover is told to the router") {
                try await speaker.show("protocols all up").contains("2 exported")
            }
            // It comes after the others in the same session: when it is there, they have been decided.
            try await speaker.control("enable late")
            try await eventually("the cover at the router") {
                try await router.learned("203.0.112.0/23") != nil
            }
            #expect(try await (router.learned("203.0.113.0/24") != nil) == isTaken, "\(path)")
            #expect(try await router.learned("203.0.113.0/25") == nil, "more specific than ours")
            speaker.child.signal(SIGKILL)
            try await eventually("nothing stays of a dead speaker") {
                try await router.learned("203.0.112.0/23") == nil
            }
        }
        await router.stop()
    }

    /// Somebody with our AS who announces the cover as he should, and the rest with more in its path.
    static func speaker(specific path: [Int]) -> String {
        let prepend = path.map { "bgp_path.prepend(\($0));" }.joined(separator: " ")
        return """
            router id 192.0.2.2;
            protocol device { scan time 1; }
            protocol static { ipv4; route 203.0.113.0/24 blackhole; route 203.0.113.0/25 blackhole; }
            protocol static late { disabled; ipv4; route 203.0.112.0/23 blackhole { bgp_med = 1; }; }
            protocol bgp up {
              local 192.0.2.2 as 65000; neighbor 192.0.2.1 as 64500; hold time 3;
              connect delay time 1; error wait time 1, 2;
              ipv4 { import none; export filter { if net = 203.0.113.0/24 then { \(prepend) } accept; }; };
            }
            """
    }

    @Test("in our own AS keeps the preference that we tell it, and makes it 0 in a drain", arguments: ["bird", "frr"])
    func inside(platform: String) async throws {
        let all = try await HandoffRig()
        try await all.rig.edit {
            $0.replacing("asn: 64500, role: provider", with: "asn: 65000, local-pref: 250, drain: {local-pref: 90}")
                .replacing(
                    "[203.0.113.0/24, 2001:db8:113::/48]", with: "[203.0.113.53/32, \"2001:db8:113::53/128\"]")
        }
        let router = try await all.router(platform, try await all.handedOver(for: platform), asn: 65000)
        let agent = try all.rig.startAgent()
        for (prefix, host) in [("203.0.113.53/32", "192.0.2.2"), ("2001:db8:113::53/128", "2001:db8:f::2")] {
            try await eventually("\(prefix) at the router") {
                try await router.learned(prefix) == LearnedRoute(path: [], localPreference: 250)
            }
            #expect(try await router.isUp(host))
        }
        // Whatever preference the file gives a drained route: the community decides.
        try await drain(all)
        try await eventually("the drain at the router") {
            try await router.learned("203.0.113.53/32")?.localPreference == 0
        }
        await agent.stop()
        await router.stop()
    }

    @Test(
        "takes the part for all routers and those of its own addresses, and leaves the others out",
        arguments: ["bird", "frr"])
    func severalRouters(platform: String) async throws {
        let all = try await HandoffRig()
        try await all.rig.edit {
            $0.replacing(
                "role: provider}\n      - {name: r6",
                with: "role: provider}\n      - {name: other, address: 192.0.2.9, asn: 64500, role: provider}\n"
                    + "      - {name: r6")
        }
        let parts = try await all.handedOver(for: platform).parts
        #expect(parts.count == 5, "comments, all, and three addresses")
        let own = parts.filter { !$0.contains("192.0.2.9") }
        #expect(own.count == 4)
        let router = try await all.router(platform, own.joined(separator: "\n"))
        let agent = try all.rig.startAgent()
        try await all.upstream(has: true)
        for host in ["192.0.2.2", "2001:db8:f::2"] { #expect(try await router.isUp(host)) }
        await agent.stop()
        await router.stop()
    }

    @Test("spreads flows over two hosts in both families, in the kernel", arguments: ["bird", "frr"])
    func twoHosts(platform: String) async throws {
        let all = try await HandoffRig()
        try await all.rig.edit {
            $0.replacing(
                "{fra1: {unicast: [192.0.2.2, 2001:db8:f::2]}}",
                with: "{fra1: {unicast: [192.0.2.2, 2001:db8:f::2]}, fra2: {unicast: [192.0.2.3, \"2001:db8:f::3\"]}}")
        }
        let second = try await all.addHost()
        let text = try await all.handedOver(for: platform)
        let router = try await all.router(platform, text)
        let hosts = [
            try await BIRD(in: all.rig.host, configuration: Self.host(2)),
            try await BIRD(in: second, configuration: Self.host(3)),
        ]
        for (family, prefix) in [("-4", "203.0.113.0/24"), ("-6", "2001:db8:113::/48")] {
            try await eventually("two ways to \(prefix) in the kernel") {
                let routes = try await all.rig.router.run("ip", [family, "route", "show", prefix]).output
                return routes.split(separator: "via ").count == 3
            }
        }
        // The settings that the comments ask for exist.
        for line in text.split(separator: "\n") where line.contains("fib_multipath_hash_policy") {
            let setting = line.drop { "!# ".contains($0) }.prefix { $0 != " " }
            #expect(readFile("/proc/sys/" + setting.replacing(".", with: "/")) != nil, "\(setting)")
        }
        for host in hosts { await host.stop() }
        await router.stop()
    }

    /// One of two hosts, for which a BIRD stands.
    static func host(_ number: Int) -> String {
        func session(_ name: String, _ local: String, _ neighbor: String, _ family: String) -> String {
            """
            protocol bgp \(name) {
              local \(local) as 65000; neighbor \(neighbor) as 64500; hold time 3;
              connect delay time 1; error wait time 1, 2;
              \(family) { import none; export all; };
            }
            """
        }
        return """
            router id 192.0.2.\(number);
            protocol device { scan time 1; }
            protocol static { ipv4; route 203.0.113.0/24 blackhole; }
            protocol static { ipv6; route 2001:db8:113::/48 blackhole; }
            \(session("up4", "192.0.2.\(number)", "192.0.2.1", "ipv4"))
            \(session("up6", "2001:db8:f::\(number)", "2001:db8:f::1", "ipv6"))
            """
    }

    @Test("has a session again soon after the agent was killed, and not a minute later", arguments: ["bird", "frr"])
    func restarts(platform: String) async throws {
        let all = try await HandoffRig()
        let router = try await all.router(platform, try await all.handedOver(for: platform))
        for _ in 0..<2 {
            let agent = try all.rig.startAgent()
            try await all.upstream(has: true)
            agent.signal(SIGKILL)
            try await all.upstream(has: false)
        }
        await router.stop()
    }
}

extension String {
    /// What stands between its headings, each with the one above it.
    fileprivate var parts: [String] {
        split(separator: "\n", omittingEmptySubsequences: false).reduce(into: [""]) { parts, line in
            if line.contains(" ---- ") { parts.append("") }
            parts[parts.count - 1] += line + "\n"
        }
    }
}
