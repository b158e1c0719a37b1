import BGP
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

/// Tables told again, and what a change of the configuration comes to, seen at a BIRD.
@Suite("Routes told again", .enabled(if: lack == nil, "\(lack ?? "")"))
struct RefreshTests {
    @Test(
        "a BIRD that asks gets the table between marks; one that we ask repeats its own, and what it leaves out is gone"
    )
    func refresh() async throws {
        let rig = try await Rig(port: 18511, [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502)])
        let left = try await bird(
            birdText(2, asn: 64501, port: 18511, statics: ["203.0.113.0/24", "198.51.100.0/24"]))
        let right = try await bird(birdText(3, asn: 64502, port: 18511))
        try await eventually("relayed") { try await right.route(to: "203.0.113.0/24") != nil }

        let before = try await rig.neighbor("right").session.counters
        try await right.control("reload in landfall")
        try await eventually("asked, and answered between marks", within: .seconds(10)) {
            let now = try await rig.neighbor("right").session.counters
            return now.received.refreshes > before.received.refreshes && now.sent.updates > before.sent.updates
                && now.sent.refreshes >= before.sent.refreshes + 4
        }
        #expect(try await right.route(to: "203.0.113.0/24") != nil)

        let marks = try await rig.neighbor("left").session.counters.received.refreshes
        await rig.router.refresh(.ipv4, of: "left")
        try await eventually("the left's marks", within: .seconds(10)) {
            try await rig.neighbor("left").session.counters.received.refreshes == marks + 2
        }
        #expect(try await rig.received("left") == 2)
        #expect(try await right.route(to: "203.0.113.0/24") != nil)
        await rig.stop()
        await left.stop()
        await right.stop()
    }

    @Test("policies, networks and neighbors change by the difference; the sessions of the others notice nothing")
    func configure() async throws {
        let rig = try await Rig(port: 18521, [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502)]) {
            $0.networks = [Router.Originated(prefix: prefix("192.0.2.0/24"))]
        }
        let left = try await bird(
            birdText(2, asn: 64501, port: 18521, statics: ["203.0.113.0/24", "198.51.100.0/24"]))
        let right = try await bird(birdText(3, asn: 64502, port: 18521))
        for prefix in ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"] {
            try await eventually("\(prefix) at the right") { try await right.route(to: prefix) != nil }
        }
        #expect(try await right.route(to: "192.0.2.0/24")?.path == [65000])

        try await rig.change { new in
            let own = PrefixSet([.init(prefix("203.0.113.0/24"))])
            new.neighbors[1].routes.exporting = Policy(
                "without", [.init("not this one", when: [.prefixes(own)], .reject)], otherwise: .accept)
            new.networks = [Router.Originated(prefix: prefix("192.0.2.0/25"))]
        }
        try await eventually("told what is different") {
            let old = [try await right.route(to: "203.0.113.0/24"), try await right.route(to: "192.0.2.0/24")]
            let new = try await right.route(to: "192.0.2.0/25")
            return old == [nil, nil] && new != nil
        }
        #expect(try await right.route(to: "198.51.100.0/24") != nil)

        try await rig.change { new in
            new.neighbors[0].routes.importing = Policy("none")
        }
        try await eventually("nothing comes from the left") { try await right.route(to: "198.51.100.0/24") == nil }
        try await rig.change { new in new.neighbors[0].routes.importing = .acceptAll }
        try await eventually("and it comes back, without being sent again") {
            try await right.route(to: "198.51.100.0/24") != nil
        }
        let ups = rig.record.all.filter { $0.contains("up(") }
        #expect(ups.count == 2, "no session noticed anything: \(ups)")

        try await rig.change { new in new.neighbors.removeFirst() }
        try await eventually("a neighbor's routes go with it") {
            try await right.route(to: "198.51.100.0/24") == nil
        }
        try await eventually("it was told why") { left.child.output.contains("Peer de-configured") }
        await rig.stop()
        await left.stop()
        await right.stop()
    }
}
