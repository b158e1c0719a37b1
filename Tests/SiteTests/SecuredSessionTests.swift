import Glibc
import Peers
import Testing

/// Sessions as their keys in the file make them, with routers that ask for the same.
@Suite(
    "A session that is secured",
    .enabled(
        if: Landfall.lack("bird", "bgpd", "zebra", "vtysh") == nil,
        "\(Landfall.lack("bird", "bgpd", "zebra", "vtysh") ?? "")"))
struct SecuredSessionTests {
    private static let password = "correct-horse-battery"

    private func rig() async throws -> Rig {
        var options = Rig.Options()
        options.neighbor = ", ttl-security: true, password-file: bgp.key, strict-role: true, max-prefixes: 10"
        let rig = try await Rig(options)
        try writeFile(rig.host.folder + "/bgp.key", Self.password + "\n")
        chmod(rig.host.folder + "/bgp.key", 0o644)
        return rig
    }

    private static func bird(password: String) -> String {
        func session(_ name: String, _ neighbor: String, _ local: String, _ family: String) -> String {
            """
            protocol bgp \(name) {
              local \(local) as 64500; neighbor \(neighbor) as 65000; local role provider; require roles;
              password "\(password)"; ttl security on;
              hold time 3; error wait time 1, 2; connect delay time 1; connect retry time 1;
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

    private static let frr: String = {
        let neighbors = ["192.0.2.2", "2001:db8:f::2"].map { address in
            [
                "remote-as 65000", "timers 3 9", "timers connect 1", "password \(password)", "ttl-security hops 1",
                "local-role provider strict-mode",
            ].map { " neighbor \(address) \($0)" }.joined(separator: "\n")
        }
        return """
            debug bgp neighbor-events
            router bgp 64500
             bgp router-id 192.0.2.1
             no bgp ebgp-requires-policy
            \(neighbors.joined(separator: "\n"))
             address-family ipv6 unicast
              neighbor 2001:db8:f::2 activate
             exit-address-family
            exit

            """
    }()

    @Test("TTL security, a password and roles, over IPv4 and IPv6, with BIRD; the password shows nowhere")
    func bird() async throws {
        let rig = try await rig()
        let bird = try await BIRD(in: rig.router, configuration: Self.bird(password: Self.password))
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let status = try await rig.status()
        let check = try await rig.host.run(Landfall.path, ["check", rig.file, "--json"]).output
        for text in [status, check, readFile(rig.events) ?? "", agent.output] {
            #expect(!text.isEmpty && !text.contains("correct-horse"))
        }
        // The file's password changes: a reload takes it, and the router doesn't know it yet.
        try writeFile(rig.host.folder + "/bgp.key", "another\n")
        let (code, text) = try await rig.landfall("reload")
        #expect(code == 0, "\(text)")
        try await eventually("the session is opened again, in vain") {
            try await rig.routes(at: bird) == 0
        }
        await agent.stop()
        await bird.stop()
    }

    @Test("the same with FRR, which offers and takes what we do")
    func frr() async throws {
        let rig = try await rig()
        let frr = try await FRR(in: rig.router, configuration: Self.frr)
        let agent = try rig.startAgent()
        do {
            for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
                try await eventually("FRR has \(prefix)") { try await frr.route(to: prefix) != nil }
            }
        } catch {
            Issue.record("\(error)\n\(readFile(rig.events) ?? "")\n\(agent.output)\n\(frr.output)")
        }
        let seen = try await frr.show("bgp neighbors 192.0.2.2")
        for capability in ["Extended Message", "Enhanced Route Refresh", "Role"] {
            #expect(seen.contains("\(capability): advertised and received"), "\(seen)")
        }
        #expect(seen.contains("Route refresh: advertised and received"))
        try await frr.clear("bgp ipv4 unicast 192.0.2.2 soft in")
        try await eventually("our routes are told again") {
            let text = try await frr.show("bgp neighbors 192.0.2.2")
            return text.split(separator: "\n").contains { $0.contains("Route Refresh:") && !$0.contains(" 0 ") }
        }
        #expect(try await frr.route(to: "203.0.113.0/24") != nil)
        await agent.stop()
        await frr.stop()
    }

    @Test("a password file that can't be read, or says nothing, keeps the agent from starting, with its name")
    func unreadable() async throws {
        let rig = try await rig()
        let key = rig.host.folder + "/bgp.key"
        for (content, complaint) in [(nil, "No such file"), ("\n", "empty line")] as [(String?, String)] {
            unlink(key)
            if let content { try writeFile(key, content) }
            let agent = try rig.startAgent()
            let ending = try await agent.wait(.seconds(10))
            #expect(
                ending.status != 0 && agent.output.contains(key) && agent.output.contains(complaint), "\(agent.output)")
        }
    }
}
