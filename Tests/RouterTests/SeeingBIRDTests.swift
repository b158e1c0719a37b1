import Control
import HTTP
import Loop
import Net
import Peers
import Router
import Testing

@testable import landfall

/// The whole way: two BIRDs, a router between them, its socket, and the command line.
@Suite("What a router beside BIRDs is asked", .enabled(if: lack == nil, "\(lack ?? "")"))
struct SeeingBIRDTests {
    @Test("it tells where routes came from, why one lost, who was told, and what both sides can do")
    func wholeWay() async throws {
        let rig = try await Rig(port: 18591, [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502)])
        let left = try await bird(
            birdText(2, asn: 64501, port: 18591, statics: ["203.0.113.0/24", "2001:db8:113::/48"]))
        let right = try await bird(
            birdText(
                3, asn: 64502, port: 18591, statics: ["203.0.113.0/24"],
                exports: "filter { if source = RTS_STATIC then { bgp_path.prepend(64502); accept; } reject; }"))
        let router = rig.router
        let socket = try await StandIn(on: router.loop) { request in
            router.assumeIsolated { $0.answer(request)?.response } ?? Response(404)
        }
        try await eventually("both have told us") {
            try socket.landfall("routes", "--all", "--count").output == "3\n"
        }
        let paths = try socket.landfall("routes", "203.0.113.53").output
        #expect(paths.contains("lost at (a) to left: longer AS path"), "\(paths)")
        try await eventually("the right was told") { try await right.route(to: "2001:db8:113::/48") != nil }
        let sent = try socket.landfall("routes", "--sent", "right").output.split(separator: "\n").dropFirst()
        #expect(sent.count == 2 && sent.allSatisfy { $0.contains("65000 64501 i") }, "\(sent)")
        let neighbors = try socket.landfall("neighbors", "left").output
        #expect(neighbors.contains("left  198.18.0.2  AS64501: Established"), "\(neighbors)")
        #expect(
            neighbors.contains("both: ipv4 unicast, ipv6 unicast, route refresh")
                && neighbors.contains("only the neighbor: "))
        let story = try socket.landfall("explain", "203.0.113.0/24").output
        #expect(story.hasPrefix("203.0.113.0/24: by left, the best of 2 paths; told to 1 of 2 neighbors"), "\(story)")
        await socket.stop()
        await rig.stop()
        for bird in [left, right] { await bird.stop() }
    }
}
