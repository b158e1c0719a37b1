import Peers
import Testing

/// A path of which one link in the middle passes no more than IPv6 promises, and says nothing about what it doesn't pass.
///
///     host ── 1500 ── router ── 1280 ── near ── 1500 ── client        router: no "packet too big" gets out
///                                                                    near: no fragment gets in
private struct NarrowPath {
    let rig: Rig
    let near: Sandbox
    let client: Sandbox

    static let addresses = ["203.0.113.53", "2001:db8:113::53"]

    init(_ options: Rig.Options) async throws {
        (rig, near, client) = (try await Rig(options), try await Sandbox(), try await Sandbox())
        try await rig.router.connect(
            to: near, as: "narrow", ["198.51.100.1/24", "2001:db8:1::1/64"], otherwise: "far",
            ["198.51.100.2/24", "2001:db8:1::2/64"])
        try await near.connect(
            to: client, as: "wide", ["198.51.101.1/24", "2001:db8:2::1/64"], otherwise: "up",
            ["198.51.101.2/24", "2001:db8:2::2/64"])
        try await rig.router.ip("link set narrow mtu 1280")
        try await near.ip("link set far mtu 1280")
        for (sandbox, route) in [
            (client, "default via 198.51.101.1"), (client, "default via 2001:db8:2::1"),
            (near, "default via 198.51.100.1"), (near, "default via 2001:db8:1::1"),
            (rig.router, "198.51.101.0/24 via 198.51.100.2"), (rig.router, "2001:db8:2::/64 via 2001:db8:1::2"),
        ] { try await sandbox.ip("route add \(route)") }
        for sandbox in [rig.router, near] { try await Self.makeRouter(sandbox) }
        try await Self.filter(
            rig.router,
            """
            chain out {
                type filter hook output priority 0;
                icmp type destination-unreachable drop
                icmpv6 type packet-too-big drop
            }
            """)
        try await Self.filter(
            near,
            """
            chain in {
                type filter hook prerouting priority -450;
                ip frag-off & 0x3fff != 0 drop
                exthdr frag exists drop
            }
            """)
    }

    private static func makeRouter(_ sandbox: Sandbox) async throws {
        let script = "echo 1 >/proc/sys/net/ipv4/ip_forward && echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
        let (status, output) = try await sandbox.run("sh", ["-c", script])
        guard status == 0 else { throw PeerError("forwarding: \(output)") }
    }

    private static func filter(_ sandbox: Sandbox, _ chain: String) async throws {
        try writeFile(sandbox.folder + "/rules", "table inet path {\n\(chain)\n}\n")
        let (status, output) = try await sandbox.run("nft", ["-f", sandbox.folder + "/rules"])
        guard status == 0 else { throw PeerError("nft: \(output)") }
    }
}

@Suite("A path that passes 1280 bytes and says nothing", .enabled(if: lack == nil, "\(lack ?? "")"))
struct NarrowPathTests {
    /// An answer of 5 kB, and one of 1232 bytes: its 33 bytes of header and question, twelve before the data, eleven of EDNS.
    private static let zone: String = {
        let big = (0..<25).map { "big TXT \"\($0) \(String(repeating: "x", count: 190))\"\n" }.joined()
        let parts = [255, 255, 255, 255, 151].map { "\"\(String(repeating: "x", count: $0))\"" }
        return Rig.zone + "\n\(big)mid TXT \(parts.joined(separator: " "))\n"
    }()

    @Test("large answers arrive over TCP, and those of 1232 bytes over UDP, unfragmented, without a router's help")
    func clamped() async throws {
        var options = Rig.Options()
        options.zone = Self.zone
        let path = try await NarrowPath(options)
        let agent = try path.rig.startAgent()
        try await path.rig.answers()
        for address in NarrowPath.addresses {
            try await eventually("\(address) answers") {
                try await Dig.ask("www.example.org", at: address, in: path.client, ["+time=1"]).status == "NOERROR"
            }
            // dig would ask for small segments itself.
            let large = try await Dig.ask(
                "big.example.org TXT", at: address, in: path.client, with: "kdig", ["+tcp", "+time=3"])
            #expect(large.status == "NOERROR" && large.answer.count == 25, "\(address): \(large.text)")
            let whole = try await Dig.ask(
                "mid.example.org TXT", at: address, in: path.client, ["+nocookie", "+ignore", "+time=3"])
            #expect(whole.text.contains("MSG SIZE  rcvd: 1232"), "\(address): \(whole.text)")
        }
        await agent.stop()
    }

    @Test("who doesn't clamp gets no large answer through there", arguments: NarrowPath.addresses)
    func unclamped(_ address: String) async throws {
        let path = try await NarrowPath(Rig.Options())
        try await path.rig.host.ip("address add \(address)/\(address.contains(":") ? 128 : 32) dev lo")
        let server = try path.rig.host.start("python3", ["-c", Self.plainServer, address])
        func received(_ count: Int) async throws -> Int {
            let (_, output) = try await path.client.run("python3", ["-c", Self.plainClient, address, "\(count)"])
            return Int(output.split(separator: "\n").last ?? "") ?? -1
        }
        try await eventually("small ones come through") { try await received(1000) == 1000 }
        #expect(try await received(5000) < 5000)
        await server.stop()
    }

    /// Sends as many bytes as it is asked for.
    private static let plainServer = """
        import socket, sys
        at = sys.argv[1]
        s = socket.create_server((at, 5300), family=socket.AF_INET6 if ':' in at else socket.AF_INET)
        while True:
            c, _ = s.accept()
            c.sendall(b'x' * int(c.recv(100)))
        """

    private static let plainClient = """
        import socket, sys
        s = socket.create_connection((sys.argv[1], 5300), 2)
        s.sendall(sys.argv[2].encode())
        count = 0
        try:
            while count < int(sys.argv[2]): count += len(s.recv(65536)) or 1 << 20
        except TimeoutError: pass
        print(count)
        """
}

private let lack = Landfall.lack("dig", "kdig", "nft", "python3")
