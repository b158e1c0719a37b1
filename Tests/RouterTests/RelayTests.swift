import BGP
import Net
import Peers
import RIB
import Router
import Testing

/// Routes from one router through us to another.
@Suite("Between two BIRDs", .enabled(if: lack == nil, "\(lack ?? "")"))
struct RelayTests {
    @Test("routes of one reach the other with our AS and our addresses, and go when they are withdrawn")
    func relay() async throws {
        let rig = try await Rig(port: 18501, [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502)])
        let left = try await bird(
            birdText(2, asn: 64501, port: 18501, statics: ["203.0.113.0/24", "2001:db8:113::/48"]))
        let right = try await bird(birdText(3, asn: 64502, port: 18501))
        for (prefix, hop) in [("203.0.113.0/24", "198.18.0.1"), ("2001:db8:113::/48", "2001:db8:18::1")] {
            try await eventually("\(prefix) at the right") { try await right.route(to: prefix) != nil }
            let route = try #require(await right.route(to: prefix))
            #expect(route.path == [65000, 64501] && route.attributes["next_hop"]?.hasPrefix(hop) == true, "\(route)")
        }
        #expect(try await rig.received("left") == 1)
        let told = try await rig.neighbor("right").tables
        #expect(told.map(\.told) == [1, 1] && told.map(\.received) == [0, 0])

        try await left.control("disable sipv4")
        try await eventually("withdrawn") { try await right.route(to: "203.0.113.0/24") == nil }
        #expect(try await right.route(to: "2001:db8:113::/48") != nil)
        try await left.control("enable sipv4")
        try await eventually("back") { try await right.route(to: "203.0.113.0/24") != nil }

        left.child.signal(9)
        for prefix in ["203.0.113.0/24", "2001:db8:113::/48"] {
            try await eventually("\(prefix) is gone with its router") { try await right.route(to: prefix) == nil }
        }
        #expect(try await rig.isUp("right"))
        await rig.stop()
        await right.stop()
    }
}
