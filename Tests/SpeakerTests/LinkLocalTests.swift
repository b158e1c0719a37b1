import BGP
import Glibc
import Net
import Peers
import Speaker
import Testing

private let linkLack: String? =
    Program.lack("bird", "birdc", "ip")
    ?? (getenv("LANDFALL_ISOLATED").map { String(cString: $0) } == "yes"
        ? nil : "needs a network namespace of its own: scripts/isolate makes one")

/// Neighbors that have link-local addresses only, over a cable of this test's own.
@Suite(
    "Link-local neighbors, with a BIRD", .serialized,
    .enabled(if: linkLack == nil, "\(linkLack ?? "")"))
struct LinkLocalTests {
    private static let configuration = """
        router id 10.0.0.1;
        log stderr all;
        protocol device { scan time 1; }
        protocol bgp uplink {
          local fe80::b port 18351 as 64500; neighbor fe80::a port 18352 as 65000; interface "linkb";
          connect delay time 1; connect retry time 1; error wait time 1, 2;
          ipv4 { import all; export where source = RTS_STATIC; extended next hop on; };
          ipv6 { import all; export none; };
        }
        protocol static { ipv4; route 198.51.100.0/24 blackhole; }
        """

    @Test(
        "a session over link-local addresses, whoever connects, with that address as next hop",
        arguments: [false, true])
    func session(passive: Bool) async throws {
        let sandbox = try await Sandbox(fresh: false)
        try await sandbox.ip("link add name linka type veth peer name linkb")
        for (link, address) in [("linka", "fe80::a/64"), ("linkb", "fe80::b/64")] {
            try await sandbox.ip("link set dev \(link) addrgenmode none")
            try await sandbox.ip("addr add \(address) dev \(link) nodad")
            try await sandbox.ip("link set dev \(link) up")
        }
        let bird = try await BIRD(in: sandbox, configuration: Self.configuration)
        var neighbor = Speaker.Neighbor(name: "bird", address: try #require(Address("fe80::b")), asn: ASN(64500))
        (neighbor.port, neighbor.interface, neighbor.passive) = (18351, "linka", passive)
        (neighbor.connectRetry, neighbor.families) = (.milliseconds(300), [.ipv4, .ipv6])
        let rig = try await Rig(listenPort: 18352, [neighbor])
        await rig.speaker.announce([Announcement("2001:db8:113::/48"), Announcement("203.0.113.0/24")], to: "bird")
        for prefix in ["2001:db8:113::/48", "203.0.113.0/24"] {
            try await eventually("BIRD has \(prefix)", within: .seconds(10)) {
                try await bird.route(to: prefix)?.attributes["next_hop"]?.contains("fe80::a") == true
            }
        }
        #expect(try await rig.status("bird").negotiated?.local == Address("fe80::a"))
        try await eventually("BIRD's IPv4 route over its IPv6 address") {
            try await rig.status("bird").receivedPrefixes == 1
        }
        #expect(try await rig.status("bird").counters.malformed == 0)
        await rig.stop()
        await bird.stop()
        try await sandbox.ip("link del dev linka")
    }

    @Test("an interface that isn't there is the error that is shown")
    func missing() async throws {
        var neighbor = Speaker.Neighbor(name: "bird", address: try #require(Address("fe80::b")), asn: ASN(64500))
        (neighbor.interface, neighbor.port) = ("nowhere7", 18353)
        let rig = try await Rig([neighbor])
        try await eventually("the error") {
            try await rig.status("bird").lastError == "if_nametoindex nowhere7: No such device"
        }
        await rig.stop()
    }
}
