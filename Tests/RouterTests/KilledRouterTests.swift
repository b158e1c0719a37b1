import Glibc
import Peers
import Testing

/// The routes are in the main table.
extension RouterScene {
    fileprivate static func killed() async throws -> RouterScene {
        try await RouterScene(
            [("left", "192.0.2.1/24", "right", "192.0.2.9/24")],
            """
            kernel: {}
            neighbors: [{name: up, address: 192.0.2.9, asn: 64501, role: provider, connect-retry: 1s}]
            """)
    }

    fileprivate static func bird(_ statics: [String]) -> String {
        """
        router id 192.0.2.9;
        log stderr all;
        timeformat log iso long us;
        protocol device {}
        protocol static { ipv4; \(statics.map { "route \($0) blackhole;" }.joined(separator: " ")) }
        protocol bgp edge {
          local 192.0.2.9 as 64501; neighbor 192.0.2.1 as 64500;
          connect delay time 1; connect retry time 1; error wait time 1, 2;
          ipv4 { import all; export where source = RTS_STATIC; next hop self; };
        }
        """
    }

    fileprivate func routes() async throws -> [String] {
        try await sandbox.run("ip", ["route", "show", "proto", "bgp"]).output.split(separator: "\n")
            .map { $0.split(separator: " ").joined(separator: " ") }.sorted()
    }

    /// Waits until the monitor sees what happens.
    fileprivate func seen(by monitor: Child) async throws {
        try await eventually("the monitor sees what happens") {
            try await sandbox.ip("route add blackhole 203.0.113.255")
            try await sandbox.ip("route del blackhole 203.0.113.255")
            return monitor.output.contains("203.0.113.255")
        }
    }

    fileprivate func see(_ what: String, _ prefixes: [String]) async throws {
        let expected = prefixes.map { "\($0) via 192.0.2.9 dev left metric 20" }
        var seen: [String] = []
        do {
            try await eventually(what, within: .seconds(30)) {
                seen = try await routes()
                return seen == expected
            }
        } catch {
            Issue.record("\(what): \(seen)")
            throw error
        }
    }
}

@Suite("A router that is killed", .enabled(if: ProcessTests.lack == nil, "\(ProcessTests.lack ?? "")"))
struct KilledRouterTests {
    @Test("its routes stay in the kernel; the next one keeps those that are still announced, and removes the others")
    func killed() async throws {
        let scene = try await RouterScene.killed()
        let bird = try await BIRD(
            in: scene.far, configuration: RouterScene.bird(["198.51.100.0/24", "198.51.101.0/24"]))
        let first = try scene.router()
        try await scene.see("both are there", ["198.51.100.0/24", "198.51.101.0/24"])
        first.signal(SIGKILL)
        try await first.wait()
        try await bird.become(RouterScene.bird(["198.51.100.0/24", "198.51.102.0/24"]))
        try await scene.see("they outlive the router", ["198.51.100.0/24", "198.51.101.0/24"])
        let watcher = try scene.sandbox.start("ip", ["monitor", "route"])
        try await scene.seen(by: watcher)
        let second = try scene.router()
        try await scene.see("one was kept, one came, one went", ["198.51.100.0/24", "198.51.102.0/24"])
        try await eventually("somebody else has seen it") {
            watcher.output.contains("198.51.102.0/24") && watcher.output.contains("Deleted 198.51.101.0/24")
        }
        #expect(!watcher.output.contains("198.51.100.0/24"), "\(watcher.output)")
        second.signal(SIGTERM)
        #expect(try await second.wait().status == 0)
        #expect(try await scene.routes().isEmpty)
        await bird.stop()
    }

    @Test("a router that stops tells its neighbors first, and takes its routes out of the kernel when they know")
    func order() async throws {
        let scene = try await RouterScene.killed()
        let bird = try await BIRD(in: scene.far, configuration: RouterScene.bird(["198.51.100.0/24"]))
        let router = try scene.router()
        try await scene.see("the route is there", ["198.51.100.0/24"])
        let watcher = try scene.sandbox.start("ip", ["-ts", "monitor", "route"])
        try await scene.seen(by: watcher)
        router.signal(SIGTERM)
        #expect(try await router.wait().status == 0)
        #expect(try await scene.routes().isEmpty)
        try await eventually("both have written it down") {
            Self.time(of: "Deleted 198.51.100.0/24", watcher) != nil
                && Self.time(of: "administrative shutdown", bird.child) != nil
        }
        let told = try #require(Self.time(of: "administrative shutdown", bird.child))
        let removed = try #require(Self.time(of: "Deleted 198.51.100.0/24", watcher))
        #expect(told < removed)
        await bird.stop()
    }

    /// Of the first line that has the word: both programs write local time, down to microseconds.
    private static func time(of word: String, _ child: Child) -> String? {
        let line = child.output.split(separator: "\n").first { $0.lowercased().contains(word.lowercased()) }
        let text = line?.drop { !$0.isNumber }.prefix(26).replacing("T", with: " ")
        return text.flatMap { $0.count == 26 ? String($0) : nil }
    }
}
