import Glibc
import Peers
import Testing

@Suite(
    "A neighbor that was handed a session that is secured",
    .enabled(
        if: Landfall.lack("bird", "bgpd", "zebra", "vtysh") == nil,
        "\(Landfall.lack("bird", "bgpd", "zebra", "vtysh") ?? "")"))
struct SecuredHandoffTests {
    private static let password = "correct-horse-battery"

    /// IPv4 with TTL security, IPv6 over up to three hops, both signed.
    @Test("has it as soon as its operators put the password in, which is in no text", arguments: ["bird", "frr"])
    func secured(platform: String) async throws {
        var options = Rig.Options()
        options.neighbor = ", ttl-security: true, password-file: bgp.key"
        let all = try await HandoffRig(options)
        try writeFile(all.rig.host.folder + "/bgp.key", Self.password + "\n")
        chmod(all.rig.host.folder + "/bgp.key", 0o644)
        try await all.rig.edit {
            $0.replacing(
                "\"2001:db8:f::1\", asn: 64500, role: provider, ttl-security: true",
                with: "\"2001:db8:f::1\", asn: 64500, role: provider, multihop: 3")
        }
        let text = try await all.handedOver(for: platform)
        #expect(!text.contains(Self.password) && text.contains("<PASSWORD-OF-R4>"))
        let filled = text.replacing("<PASSWORD-OF-R4>", with: Self.password)
            .replacing("<PASSWORD-OF-R6>", with: Self.password)
        let router = try await all.router(platform, filled)
        let agent = try all.rig.startAgent()
        for host in ["192.0.2.2", "2001:db8:f::2"] {
            try await eventually("the session with \(host)", within: .seconds(30)) { try await router.isUp(host) }
        }
        try await eventually("our prefix at the router") { try await router.learned("203.0.113.0/24") != nil }
        await agent.stop()
        await router.stop()
    }
}
