import BGP
import Glibc
import Kernel
import Loop
import Net
import Peers
import RIB
import Speaker
import Testing

@testable import Router

@Suite("Where neighbors are")
struct ConnectedNetworksTests {
    private static let connected = ConnectedNetworks(
        [Interface(index: 1, name: "lo"), Interface(index: 2, name: "left"), Interface(index: 3, name: "right")],
        [
            host(1, "127.0.0.1", 8), host(1, "203.0.113.53", 32), host(2, "192.0.2.1", 24), host(2, "2001:db8::1", 64),
            host(2, "fe80::1", 64), host(3, "192.0.2.129", 25), host(3, "198.51.100.1", 24),
        ])

    private static func host(_ interface: Int32, _ address: String, _ length: Int) -> HostAddress {
        HostAddress(interface: interface, address: Address(address) ?? Address(v4: 0), length: length)
    }

    @Test("on the link with the smallest network around their address, or the one that is configured")
    func links() throws {
        func name(_ address: String, _ interface: String? = nil) throws -> String? {
            Self.connected.link(to: try #require(Address(address)), interface)?.name
        }
        #expect(try name("192.0.2.9") == "left" && name("192.0.2.200") == "right" && name("2001:db8::9") == "left")
        #expect(try name("10.0.0.1") == nil && name("fe80::9") == nil && name("fe80::9", "right") == "right")
        #expect(try name("fe80::9", "nowhere") == nil)
        #expect(try name("203.0.113.53") == nil && name("127.0.0.7") == nil, "on this machine")
        let networks = Self.connected.link(to: try #require(Address("192.0.2.9")), nil)?.networks.map(\.description)
        #expect(networks == ["192.0.2.0/24", "2001:db8::/64"])
    }

    private static let bird = """
        router id 198.19.2.9;
        log stderr all;
        protocol device {}
        protocol static {
          ipv4;
          route 203.0.1.0/24 blackhole; route 203.0.2.0/24 blackhole; route 203.0.3.0/24 blackhole;
          route 198.19.2.1/32 blackhole;
        }
        protocol bgp landfall {
          local 198.19.2.9 port 18997 as 64503; neighbor 198.19.2.1 port 18997 as 65000;
          connect delay time 1; connect retry time 1; error wait time 1, 2;
          ipv4 { import all; export filter {
            if net = 203.0.2.0/24 then bgp_next_hop = 198.19.2.77;
            if net = 203.0.3.0/24 then bgp_next_hop = 10.99.0.9;
            accept;
          }; };
        }
        """

    @Test(
        "of a BIRD on our link, a next hop elsewhere isn't used until an address makes it ours; nor is our address a prefix",
        .enabled(if: Sandbox.lack == nil && lack == nil, "\(Sandbox.lack ?? lack ?? "")"))
    func onLink() async throws {
        let (here, far) = (try await Sandbox(fresh: false), try await Sandbox())
        try await here.connect(to: far, as: "links0", ["198.19.2.1/24"], otherwise: "links1", ["198.19.2.9/24"])
        let bird = try await BIRD(in: far, configuration: Self.bird)
        var session = Speaker.Neighbor(
            name: "bird", address: try #require(Address("198.19.2.9")), asn: ASN(64503))
        (session.port, session.passive, session.localAddress) = (18997, true, Address("198.19.2.1"))
        var routes = RIB.Neighbor(asn: ASN(64503), address: session.address)
        routes.importing = .acceptAll
        let rig = try await Rig(port: 18997, [Router.Neighbor(session: session, routes: routes)])
        try await eventually("all four routes") { try await rig.received("bird") == 4 }
        let hop = try #require(Address("10.99.0.9"))
        #expect(await rig.standing("203.0.1.0/24") == .best)
        #expect(await rig.standing("203.0.2.0/24") == .best)
        #expect(await rig.standing("203.0.3.0/24") == .dropped(.distantNextHop(hop)))
        #expect(await rig.standing("198.19.2.1/32") == .dropped(.ownAddress))
        try await here.ip("addr add 10.99.0.1/24 dev links0")
        try await eventually("the link has that network too") { await rig.standing("203.0.3.0/24") == .best }
        try await here.ip("addr del 10.99.0.1/24 dev links0")
        try await eventually("and lost it") { await rig.standing("203.0.3.0/24") != .best }
        try await rig.change { $0.neighbors[0].checksNextHop = false }
        try await eventually("allowed by the file") { await rig.standing("203.0.3.0/24") == .best }
        await rig.stop()
        await bird.stop()
        try await here.ip("link del links0")
    }

    @Test(
        "over iBGP with a global and a link-local next hop, packets go to the global one, unless both are on our link",
        .enabled(if: lack == nil && getuid() == 0, "\(lack ?? "needs root")"))
    func kernel() async throws {
        let sandbox = try await Sandbox(fresh: false)
        try await sandbox.ip("link add name inside0 type veth peer name inside1")
        for words in [
            "addr add 198.19.3.1/24 dev inside0", "addr add 2001:db8:19::1/64 dev inside0 nodad",
            "addr add 198.19.3.9/32 dev inside1", "link set inside0 up", "link set inside1 up",
            "-6 route add 2001:db8:f::/48 via 2001:db8:19::7 dev inside0",
        ] { try await sandbox.ip(words) }
        let here = try #require(Address("198.19.3.1"))
        var session = Speaker.Neighbor(
            name: "inside", address: try #require(Address("198.19.3.9")), asn: ASN(Rig.asn))
        (session.passive, session.localAddress, session.families) = (true, here, [.ipv4, .ipv6])
        let routes = RIB.Neighbor(asn: ASN(Rig.asn), address: session.address)
        let rig = try await Rig(port: 18998, [Router.Neighbor(session: session, routes: routes)]) {
            var options = Router.KernelOptions()
            options.table = 1005
            $0.kernel = options
        }
        let crowd = try Crowd()
        let number = try await crowd.connect(session.address, to: here, asn: Rig.asn, port: 18998)
        try await eventually("the session") { try await rig.isUp("inside") }
        for (prefix, hops) in [
            ("2001:db8:71::/48", ["2001:db8:f::1", "fe80::bad"]), ("2001:db8:72::/48", ["2001:db8:19::5", "fe80::5"]),
            ("2001:db8:73::/48", ["fe80::6"]),
        ] {
            var update = Update()
            update.reach = Reach(
                family: .ipv6, nextHops: hops.compactMap { Address($0) }, prefixes: [try #require(Prefix(prefix))])
            (update.attributes.origin, update.attributes.asPath) = (.igp, ASPath(sequence: [ASN(64999)]))
            update.attributes.localPref = 100
            await crowd.send(Message.update(update).encoded(Codec(isInternal: true)), number)
        }
        let expected = [("71", "2001:db8:19::7"), ("72", "fe80::5"), ("73", "fe80::6")].map {
            "2001:db8:\($0)::/48 via \($1) dev inside0 proto bgp metric 20"
        }
        var seen: [String] = []
        do {
            try await eventually("the kernel's routes") {
                let output = try await sandbox.run("ip", ["-6", "route", "show", "table", "1005"]).output
                seen = output.split(separator: "\n").map { $0.replacing(" pref medium", with: "") }
                    .map { $0.split(separator: " ").joined(separator: " ") }.sorted()
                return seen == expected
            }
        } catch { Issue.record("\(error): \(seen)") }
        await rig.stop()
        await crowd.closeAll()
        try await sandbox.ip("link del inside0")
    }
}

extension Rig {
    /// Of the only route to a prefix.
    fileprivate func standing(_ text: String) async -> RouteView.Standing? {
        await router.withRIB { $0.paths(to: prefix(text)).first?.standing }
    }
}
