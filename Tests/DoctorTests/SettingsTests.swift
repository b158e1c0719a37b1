import Glibc
import Peers
import Testing

@Suite("doctor: settings of the kernel", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
struct SettingsTests {
    @Test("each setting is found when it is wrong, its remedy is a command that works, and then it is gone")
    func settings() async throws {
        let machine = try await Machine()
        // Answers leave by another interface than r4 is at.
        try await machine.host.ip("link add eth1 type veth peer name end")
        try await machine.host.ip("addr add 198.51.100.2/24 dev eth1")
        for end in ["eth1", "end"] { try await machine.host.ip("link set \(end) up") }
        try await machine.host.ip("route replace default via 198.51.100.1")
        #expect(try await machine.doctor().codes == [])
        try await machine.sysctl("net/ipv4/conf/eth0/rp_filter", "1")
        let strict = try await heal(machine, "LF-D401")
        #expect(strict.found.first == "/proc/sys/net/ipv4/conf/eth0/rp_filter is 1")
        #expect(strict.found.last == "clients far away are answered by eth1")

        try await machine.sysctl("net/ipv4/ip_forward", "1")
        #expect(
            try await heal(machine, "LF-D404").found.last == "what nobody here has of 203.0.113.0/24 leaves by eth1")
        try await machine.sysctl("net/ipv4/ip_forward", "1")
        try await machine.host.ip("route add blackhole 203.0.113.0/24")
        #expect(try await machine.doctor().codes == [])

        try await machine.sysctl("net/ipv6/conf/lo/disable_ipv6", "1")
        #expect(try await heal(machine, "LF-D405").severity == "error")
        try await machine.sysctl("net/ipv4/ip_nonlocal_bind", "1")
        #expect(try await heal(machine, "LF-D408").severity == "note")
    }

    @Test("strict rp_filter where answers leave by the same interface is no finding")
    func symmetric() async throws {
        let machine = try await Machine()
        try await machine.sysctl("net/ipv4/conf/all/rp_filter", "1")
        #expect(try await machine.doctor()["LF-D401"] == nil)
        try await machine.host.ip("route del default")
        #expect(try await machine.doctor()["LF-D401"]?.found.last == "there is no route to clients far away")
    }

    @Test("ARP matters where the network of a link holds a service address")
    func arp() async throws {
        let machine = try await Machine()
        try await machine.host.ip("addr add 203.0.113.7/24 dev eth0")
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D402", "LF-D403"], "\(told.findings)")
        try await machine.follow([told["LF-D402"]?.remedy.first, told["LF-D403"]?.remedy.first].compactMap(\.self))
        #expect(try await machine.doctor().codes == [])
    }

    @Test("connection tracking on the service's port is found, and the rules that are told take it away")
    func tracking() async throws {
        let machine = try await Machine(Machine.file(serve: ""))
        for address in ["203.0.113.53/32", "2001:db8:113::53/128"] {
            try await machine.host.ip("addr add \(address) dev lo")
        }
        let server = try await machine.listener("udp 203.0.113.53 53", "udp 2001:db8:113::53 53")
        #expect(try await machine.doctor().codes == [])
        for rule in [
            "add table inet fw", "add chain inet fw input { type filter hook input priority 0; }",
            "add rule inet fw input ct state invalid drop",
        ] {
            _ = try await machine.host.run("nft", [rule])
        }
        let tracked = try await machine.doctor()
        #expect(tracked.codes == ["LF-D601"], "\(tracked.findings)")
        #expect(tracked["LF-D601"]?.found.first?.contains("nft: inet fw input handle") == true)
        try await machine.router.ip("route add 203.0.113.0/24 via 192.0.2.2")
        let query = ["+tries=1", "+time=1", "@203.0.113.53", "example.org"]
        _ = try await machine.router.run("dig", query)
        let flowing = try await machine.doctor()
        #expect(flowing["LF-D601"]?.found.contains("/proc/net/nf_conntrack: 1 flows to port udp 53") == true)

        try await machine.follow(flowing["LF-D601"]?.remedy ?? [])
        // The entry of before ends by itself, half a minute later.
        let exempt = try await machine.doctor()
        #expect(exempt["LF-D601"]?.found.allSatisfy { $0.hasPrefix("/proc/net/nf_conntrack") } != false)
        _ = try await machine.router.run("dig", query)
        let later = try await machine.doctor()
        #expect(later["LF-D601"]?.found.contains { $0.contains(": 2 flows") } != true, "no other entry is made")
        await server.stop()
    }

    /// Finds it and nothing else, does what was told first, and finds nothing.
    private func heal(_ machine: Machine, _ code: String) async throws -> Machine.Told.Finding {
        let told = try await machine.doctor()
        #expect(told.codes == [code], "\(told.findings)")
        let finding = try #require(told[code])
        try await machine.follow(finding.remedy.prefix(1))
        #expect(try await machine.doctor().codes == [])
        return finding
    }
}
