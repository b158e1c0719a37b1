import Glibc
import Peers
import Testing

@Suite("A router whose link fails", .enabled(if: ProcessTests.lack == nil, "\(ProcessTests.lack ?? "")"))
struct LinkTests {
    private static let bird = """
        router id 192.0.2.9;
        protocol device {}
        template bgp edge {
          local as 64501; connect delay time 1; connect retry time 1; error wait time 1, 2;
          ipv4 { import all; export none; };
        }
        protocol bgp near from edge { neighbor 192.0.2.1 as 64500; direct; }
        protocol bgp wide from edge { neighbor 192.0.3.1 as 64500; multihop 2; }
        """

    @Test("a session over a link that fails ends at once, and comes back with it; one over several hops goes on")
    func carrier() async throws {
        let scene = try await RouterScene(
            [("left", "192.0.2.1/24", "l", "192.0.2.9/24"), ("right", "192.0.3.1/24", "r", "192.0.3.9/24")],
            """
            neighbors:
              - {name: direct, address: 192.0.2.9, asn: 64501, role: provider, connect-retry: 1s}
              - {name: distant, address: 192.0.3.9, asn: 64501, role: provider, connect-retry: 1s, multihop: 2}
            """)
        let bird = try await BIRD(in: scene.far, configuration: Self.bird)
        let router = try scene.router()
        try await eventually("both are up") {
            !scene.events("session-up", "direct").isEmpty && !scene.events("session-up", "distant").isEmpty
        }
        // Interfaces that nobody's session needs any more come first: what happens to them has been seen by then.
        try await scene.far.ip("link set dev r down")
        try await scene.far.ip("link set dev l down")
        try await eventually("its hold time of 90 s has not passed") {
            scene.events("session-down", "direct").contains { $0.contains("its interface left has no carrier") }
        }
        #expect(scene.events("session-down", "distant").isEmpty)
        try await scene.far.ip("link set dev r up")
        try await scene.far.ip("link set dev l up")
        try await eventually("it is back") { scene.events("session-up", "direct").count >= 2 }
        try await scene.sandbox.ip("link del left")
        try await eventually("without its interface it ends too") {
            scene.events("session-down", "direct").filter { $0.contains("its interface") }.count >= 2
        }
        #expect(scene.events("session-down", "distant").isEmpty)
        router.signal(SIGTERM)
        #expect(try await router.wait().status == 0)
        await bird.stop()
    }
}
