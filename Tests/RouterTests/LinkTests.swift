import Glibc
import Peers
import Testing

/// `landfall router` and a BIRD, with a cable to a neighbor on the link and one to a neighbor that may be further away.
private final class LinkScene: Sendable {
    let sandbox: Sandbox
    let far: Sandbox
    let folder: String

    init() async throws {
        (folder, sandbox, far) = (try makeFolder(), try await Sandbox(), try await Sandbox())
        chmod(folder, 0o777)
        try await sandbox.connect(to: far, as: "left", ["192.0.2.1/24"], otherwise: "l", ["192.0.2.9/24"])
        try await sandbox.connect(to: far, as: "right", ["192.0.3.1/24"], otherwise: "r", ["192.0.3.9/24"])
        try writeFile(
            folder + "/edge.yaml",
            """
            routers:
              edge:
                asn: 64500
                router-id: 192.0.2.1
                policy: gao-rexford
                networks: [203.0.113.0/24]
                neighbors:
                  - {name: direct, address: 192.0.2.9, asn: 64501, role: provider, connect-retry: 1s}
                  - {name: distant, address: 192.0.3.9, asn: 64501, role: provider, connect-retry: 1s, multihop: 2}

            """)
        chmod(folder + "/edge.yaml", 0o644)
    }

    deinit { removeFolder(folder) }

    static let bird = """
        router id 192.0.2.9;
        protocol device {}
        template bgp edge {
          local as 64501; connect delay time 1; connect retry time 1; error wait time 1, 2;
          ipv4 { import all; export none; };
        }
        protocol bgp near from edge { neighbor 192.0.2.1 as 64500; direct; }
        protocol bgp wide from edge { neighbor 192.0.3.1 as 64500; multihop 2; }
        """

    /// Events of this kind about a neighbor.
    func events(_ kind: String, _ neighbor: String) -> [String] {
        (readFile(folder + "/edge.events") ?? "").split(separator: "\n").map(String.init)
            .filter { $0.contains("\"\(kind)\"") && $0.contains("\"\(neighbor)\"") }
    }
}

@Suite("A router whose link fails", .enabled(if: ProcessTests.lack == nil, "\(ProcessTests.lack ?? "")"))
struct LinkTests {
    @Test("a session over a link that fails ends at once, and comes back with it; one over several hops goes on")
    func carrier() async throws {
        let scene = try await LinkScene()
        let bird = try await BIRD(in: scene.far, configuration: LinkScene.bird)
        let router = try scene.sandbox.start(
            Landfall.path,
            [
                "router", scene.folder + "/edge.yaml", "--socket", scene.folder + "/edge.sock", "--events",
                scene.folder + "/edge.events",
            ])
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
