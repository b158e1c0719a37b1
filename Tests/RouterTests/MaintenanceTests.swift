import BGP
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

/// Sessions that are to end, and neighbors that say what they are.
@Suite("Maintenance and roles", .enabled(if: lack == nil, "\(lack ?? "")"))
struct MaintenanceTests {
    @Test("a graceful shutdown marks all that is told, and makes what is heard the last choice (RFC 8326)")
    func gracefulShutdown() async throws {
        let rig = try await Rig(
            port: 18541,
            [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502), .at(4, "inside", asn: 65000)])
        let left = try await bird(birdText(2, asn: 64501, port: 18541, statics: ["203.0.113.0/24"]))
        let right = try await bird(birdText(3, asn: 64502, port: 18541, statics: ["198.51.100.0/24"]))
        let inside = try await bird(birdText(4, asn: 65000, port: 18541))
        try await eventually("inside has both") {
            let one = try await inside.route(to: "203.0.113.0/24")
            let two = try await inside.route(to: "198.51.100.0/24")
            return one?.attributes["local_pref"] == "100" && two?.attributes["local_pref"] == "100"
        }
        await rig.router.shutDownGracefully("left")
        try await eventually("the left hears the community") {
            try await left.route(to: "198.51.100.0/24")?.attributes["community"] == "(65535,0)"
        }
        try await eventually("what came from the left is the last choice inside") {
            let route = try await inside.route(to: "203.0.113.0/24")
            return route?.attributes["local_pref"] == "0" && route?.attributes["community"] == "(65535,0)"
        }
        #expect(try await right.route(to: "203.0.113.0/24")?.attributes["community"] == "(65535,0)")
        #expect(try await inside.route(to: "198.51.100.0/24")?.attributes["local_pref"] == "100")

        await rig.router.shutDownGracefully("left", false)
        try await eventually("taken back") {
            let route = try await inside.route(to: "203.0.113.0/24")
            let other = try await left.route(to: "198.51.100.0/24")
            return route?.attributes["local_pref"] == "100" && other?.attributes["community"] == nil
        }
        var configuration = await rig.router.configuration
        configuration.neighbors[0].routes.isShuttingDown = true
        try await rig.router.configure(configuration)
        try await eventually("the same by configuration") {
            try await left.route(to: "198.51.100.0/24")?.attributes["community"] == "(65535,0)"
        }
        await rig.router.stop("left", reason: "new line card")
        try await eventually("told why") { left.child.output.contains("new line card") }
        try await eventually("its route is gone") { try await right.route(to: "203.0.113.0/24") == nil }
        await rig.router.start("left")
        try await eventually("back") { try await right.route(to: "203.0.113.0/24") != nil }
        await rig.stop()
        for router in [left, right, inside] { await router.stop() }
    }

    @Test("a route with GRACEFUL_SHUTDOWN loses to any other (RFC 8326 §4.1)")
    func honoured() async throws {
        let rig = try await Rig(
            port: 18542, [.at(2, "left", asn: 64501), .at(3, "right", asn: 64502), .at(4, "below", asn: 64503)])
        let leaving = "filter { bgp_community.add((65535,0)); accept; }"
        let left = try await bird(
            birdText(2, asn: 64501, port: 18542, statics: ["203.0.113.0/24"], exports: leaving))
        let below = try await bird(birdText(4, asn: 64503, port: 18542))
        try await eventually("better than none") {
            try await below.route(to: "203.0.113.0/24")?.path == [65000, 64501]
        }
        let longer = "filter { bgp_path.prepend(64502); bgp_path.prepend(64502); accept; }"
        let right = try await bird(
            birdText(3, asn: 64502, port: 18542, statics: ["203.0.113.0/24"], exports: longer))
        try await eventually("the longer path is used") {
            try await below.route(to: "203.0.113.0/24")?.path == [65000, 64502, 64502, 64502]
        }
        await rig.stop()
        for router in [left, right, below] { await router.stop() }
    }

    @Test(
        "roles, with Gao and Rexford's policies: nothing goes from one provider to the other, all to customers (RFC 9234)"
    )
    func roles() async throws {
        func neighbor(_ last: UInt32, _ name: String, asn: UInt32, _ theirs: Role) -> Router.Neighbor {
            .at(last, name, asn: asn) {
                $0.session.role = theirs.opposite
                $0.routes.role = theirs
                $0.routes.importing = GaoRexford.importing(from: theirs, in: ASN(Rig.asn))
                $0.routes.exporting = GaoRexford.exporting(to: theirs, in: ASN(Rig.asn))
            }
        }
        let rig = try await Rig(
            port: 18543,
            [
                neighbor(2, "provider", asn: 64501, .provider), neighbor(3, "peer", asn: 64502, .peer),
                neighbor(4, "customer", asn: 64503, .customer),
            ])
        let provider = try await bird(
            birdText(2, asn: 64501, port: 18543, statics: ["203.0.113.0/24"], options: "local role provider;"))
        let peer = try await bird(
            birdText(3, asn: 64502, port: 18543, statics: ["198.51.100.0/24"], options: "local role peer;"))
        let customer = try await bird(
            birdText(4, asn: 64503, port: 18543, statics: ["192.0.2.0/24"], options: "local role customer;"))
        for (router, name) in [(provider, "provider"), (peer, "peer")] {
            try await eventually("the customer's route at the \(name)") {
                try await router.route(to: "192.0.2.0/24")?.path == [65000, 64503]
            }
        }
        for prefix in ["203.0.113.0/24", "198.51.100.0/24"] {
            try await eventually("\(prefix) at the customer") { try await customer.route(to: prefix) != nil }
            #expect(try await customer.show("route for \(prefix) all").contains("otc"))
        }
        #expect(try await peer.route(to: "203.0.113.0/24") == nil)
        #expect(try await provider.route(to: "198.51.100.0/24") == nil)
        #expect(try await peer.show("route for 192.0.2.0/24 all").contains("otc"), "a peer's customers only")
        await rig.stop()
        for router in [provider, peer, customer] { await router.stop() }
    }
}
