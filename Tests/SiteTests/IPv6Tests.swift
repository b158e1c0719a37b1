import Glibc
import Peers
import Testing

@Suite(
    "A site without IPv4", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct IPv6Tests {
    @Test("serves, announces, fails and comes back over IPv6 alone, with the router ID that the file gives")
    func alone() async throws {
        var options = Rig.Options()
        options.hasIPv4 = false
        options.zone = Rig.zone.replacing("A   203.0.113.53", with: "AAAA 2001:db8:113::53")
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let route = try #require(try await bird.route(to: "2001:db8:113::/48"))
        #expect(route.path == [65000] && route.attributes["next_hop"]?.hasPrefix("2001:db8:f::2") == true)
        #expect(try await bird.show("protocols all fra6").contains("Neighbor ID:      10.0.0.1"))
        let answer = try await Dig.ask("www.example.org", at: "2001:db8:113::53", in: rig.router, ["+nsid"])
        #expect(answer.nsid == "fra" && answer.answer.first?.hasSuffix("192.0.2.80") == true)
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        kill(service, SIGCONT)
        try await rig.announced(at: bird)
        #expect(try await !rig.addresses().contains("203.0.113"))
        await agent.stop()
    }
}
