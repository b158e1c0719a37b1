import BGP
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

private let frrLack = lack ?? Program.lack("bgpd", "zebra", "vtysh")

/// Routes between a BIRD and an FRR, which know nothing of each other. FRR is at the other end of a cable: it takes no next
/// hop that is an address of its own host.
@Suite("Between a BIRD and an FRR", .enabled(if: frrLack == nil, "\(frrLack ?? "")"))
struct FRRTests {
    private static let port: UInt16 = 18571

    private static let text = """
        router bgp 64505
         bgp router-id 198.18.1.5
         no bgp ebgp-requires-policy
         no bgp network import-check
         neighbor 198.18.1.1 remote-as 65000
         neighbor 198.18.1.1 port \(port)
         neighbor 198.18.1.1 update-source 198.18.1.5
         neighbor 198.18.1.1 ebgp-multihop 255
         neighbor 198.18.1.1 timers connect 1
         address-family ipv4 unicast
          network 198.51.100.0/24
         exit-address-family
         address-family ipv6 unicast
          network 2001:db8:51::/48
          neighbor 198.18.1.1 activate
         exit-address-family
        exit

        """

    private var neighbor: Router.Neighbor {
        .at(0x105, "frr", asn: 64505) {
            $0.session.localAddress = Address(v4: 0xc612_0101)
            $0.session.nextHops = [Address(v6: 0x2001_0db8_0019 << 80 | 1)]
        }
    }

    @Test(
        "routes go both ways with our AS in the path, FRR asks for its table again, and a BIRD that is killed is flushed"
    )
    func relay() async throws {
        let far = try await Sandbox()
        let here = try await Sandbox(fresh: false)
        try await here.connect(
            to: far, as: "tofrr", ["198.18.1.1/24", "2001:db8:19::1/64"], otherwise: "up",
            ["198.18.1.5/24", "2001:db8:19::5/64"])
        let rig = try await Rig(port: Self.port, [.at(2, "bird", asn: 64501), neighbor])
        let frr = try await FRR(in: far, configuration: Self.text)
        let bird = try await bird(
            birdText(2, asn: 64501, port: Self.port, statics: ["203.0.113.0/24", "192.0.2.0/24", "2001:db8:113::/48"]))
        for prefix in ["203.0.113.0/24", "192.0.2.0/24", "2001:db8:113::/48"] {
            try await eventually("\(prefix) at FRR") { try await frr.route(to: prefix)?.path == [65000, 64501] }
        }
        try await eventually("FRR's route at BIRD") {
            try await bird.route(to: "198.51.100.0/24")?.path == [65000, 64505]
        }

        let before = try await rig.neighbor("frr").session.counters
        try await frr.clear("bgp ipv4 unicast 198.18.1.1 soft in")
        try await eventually("FRR has asked and is answered", within: .seconds(10)) {
            let now = try await rig.neighbor("frr").session.counters
            return now.received.refreshes > before.received.refreshes && now.sent.updates > before.sent.updates
        }
        #expect(try await frr.route(to: "192.0.2.0/24") != nil)
        #expect(try await rig.neighbor("frr").session.counters.malformed == 0)

        bird.child.signal(9)
        for prefix in ["203.0.113.0/24", "192.0.2.0/24", "2001:db8:113::/48"] {
            try await eventually("\(prefix) is gone at FRR") { try await frr.route(to: prefix) == nil }
        }
        #expect(try await rig.isUp("frr"))
        await rig.stop()
        await frr.stop()
    }
}
