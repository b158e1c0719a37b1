import Glibc
import Peers
import Testing

/// These tests are about our handling of other people's programs: each of them is started, asked and stopped for real.
@Suite("Other people's programs", .enabled(if: Sandbox.lack == nil, "\(Sandbox.lack ?? "")"), .timeLimit(.minutes(1)))
struct PeersTests {
    static let zone = """
        $ORIGIN example.org.
        @ 3600 IN SOA ns1 hostmaster 1 7200 3600 1209600 300
        @ 3600 IN NS ns1
        ns1 3600 IN A 192.0.2.53
        www 300 IN A 192.0.2.80

        """

    @Test("NSD answers dig and kdig, and is gone when it is stopped")
    func nsd() async throws {
        let sandbox = try await Sandbox()
        try writeFile(sandbox.folder + "/example.org.zone", Self.zone)
        let zones = [(name: "example.org", file: sandbox.folder + "/example.org.zone")]
        let nsd = try await NSD(in: sandbox, addresses: ["127.0.0.1", "::1"], zones: zones, more: ["nsid: ascii_fra"])
        for (program, server) in [("dig", "127.0.0.1"), ("kdig", "::1")] {
            let reply = try await Dig.ask("www.example.org A", at: server, in: sandbox, with: program, ["+nsid"])
            #expect(reply.status == "NOERROR", "\(reply.text)")
            #expect(reply.flags.contains("aa"))
            #expect(reply.answer.map { $0.lowercased() } == ["www.example.org. 300 in a 192.0.2.80"])
            #expect(reply.nsid == "fra")
        }
        await nsd.stop()
        #expect(!nsd.child.isRunning)
        #expect(try await Dig.ask("www.example.org A", at: "127.0.0.1", in: sandbox).status == "")
    }

    @Test("two BIRDs in namespaces of their own hold a session over a cable")
    func bird() async throws {
        let (left, right) = (try await Sandbox(), try await Sandbox())
        try await left.connect(to: right, as: "east", ["192.0.2.1/24"], otherwise: "west", ["192.0.2.2/24"])
        let one = try await BIRD(in: left, configuration: Self.router(id: 1, neighbor: 2, extra: Self.origin))
        let two = try await BIRD(in: right, configuration: Self.router(id: 2, neighbor: 1, extra: ""))
        try await eventually("the route arrives") { try await two.route(to: "203.0.113.0/24") != nil }
        #expect(try await one.isEstablished("peer"))
        let route = try #require(await two.route(to: "203.0.113.0/24"))
        #expect(route.path == [64501])
        #expect(route.attributes["next_hop"] == "192.0.2.1")
        one.child.signal(SIGKILL)
        try await eventually("the route goes") { try await two.route(to: "203.0.113.0/24") == nil }
    }

    static let lack: String? = Program.lack("exabgp", "anycast-healthchecker")

    /// Python takes a while to start, and longer on a busy machine: these wait, and measure nothing.
    @Test(
        "ExaBGP and anycast-healthchecker announce what their check finds well, and withdraw what it doesn't",
        .enabled(if: lack == nil, "\(lack ?? "") (scripts/peers says why it couldn't)"),
        arguments: [false, true])
    func announcers(isExaBGP: Bool) async throws {
        let (host, edge) = (try await Sandbox(), try await Sandbox())
        try await host.connect(to: edge, as: "up", ["192.0.2.2/24"], otherwise: "down", ["192.0.2.1/24"])
        try await host.ip("addr add 203.0.113.53/32 dev lo")
        let router = try await BIRD(in: edge, configuration: Self.router(id: 1, neighbor: 2, extra: ""))
        let mark = host.folder + "/well"
        try writeFile(mark, "")
        let session = HostSession(
            host: "192.0.2.2", asn: 64502, router: "192.0.2.1", routerASN: 64501, address: "203.0.113.53/32")
        let check = HealthCommand("test -e \(mark)", interval: 0.2, timeout: 0.2, rise: 2, fall: 2)
        let exabgp = isExaBGP ? try await ExaBGP(in: host, session: session, check: check) : nil
        let checker = isExaBGP ? nil : try await AnycastHealthchecker(in: host, session: session, check: check)
        try await eventually("announced") {
            try await router.route(to: "203.0.113.53/32")?.path == [64502]
        }
        unlink(mark)
        try await eventually("withdrawn") { try await router.route(to: "203.0.113.53/32") == nil }
        #expect(try await router.isEstablished("peer"))
        await exabgp?.stop()
        await checker?.stop()
    }

    @Test("a program ends when the test that started it lets go of it, and its namespace with it")
    func nothingIsLeft() async throws {
        var ids: [pid_t] = []
        do {
            let sandbox = try await Sandbox()
            let child = try sandbox.start("sleep", ["1000"])
            ids = [child.id]
            #expect(kill(child.id, 0) == 0)
        }
        #expect(ids.allSatisfy { kill($0, 0) == -1 })
    }

    @Test("sandboxes don't hear each other")
    func sandboxesAreApart() async throws {
        let (one, two) = (try await Sandbox(), try await Sandbox())
        try await one.ip("addr add 192.0.2.9/32 dev lo")
        #expect(try await one.run("ip", ["addr"]).output.contains("192.0.2.9"))
        #expect(try await !two.run("ip", ["addr"]).output.contains("192.0.2.9"))
    }

    @Test("a program that isn't there is named with the remedy")
    func missingProgram() {
        #expect(Program.lack("no-such-program") == "needs no-such-program: scripts/peers unpacks it")
        #expect(throws: PeerError.self) { try Program.find("no-such-program") }
    }

    private static let origin = "protocol static { ipv4; route 203.0.113.0/24 blackhole; }"

    private static func router(id: Int, neighbor: Int, extra: String) -> String {
        """
        router id 192.0.2.\(id);
        protocol device { }
        \(extra)
        protocol bgp peer {
          local 192.0.2.\(id) as \(64500 + id); neighbor 192.0.2.\(neighbor) as \(64500 + neighbor);
          connect delay time 1; error wait time 1, 2;
          ipv4 { import all; export all; };
        }

        """
    }
}
