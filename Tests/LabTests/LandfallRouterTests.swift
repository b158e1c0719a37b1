import Config
import Dialect
import Net
import Peers
import RIB
import Testing

@testable import Lab

@Suite("A rehearsal's routers, as landfall routers")
struct LandfallRouterTests {
    static let examples = ["three-sites", "two-hosts", "anchors", "recursive"]

    private func blueprint(_ name: String) throws -> Blueprint {
        let text = try Repository.text("examples/\(name).yaml")
        return try Blueprint(of: try Network.load(text: Array(text.utf8), path: "examples/x.yaml").get())
    }

    private func router(_ index: Int, of blueprint: Blueprint, mrai: Duration = .zero) throws -> BorderRouter {
        let text = try #require(
            Landfall.configuration(
                of: blueprint.routers[index], named: blueprint.nodes[index].name, among: blueprint.routers, mrai: mrai))
        let file = ConfigurationFile.load(text: Array(text.utf8), path: "\(blueprint.nodes[index].name).yaml")
        return try #require(try file.get().routers.first)
    }

    @Test("each file that is written for one is read, and means the same", arguments: examples)
    func meaning(_ example: String) throws {
        let blueprint = try blueprint(example)
        for (index, wanted) in blueprint.routers.enumerated() {
            let router = try router(index, of: blueprint)
            #expect(router.asn == wanted.asn && router.routerID == wanted.routerID)
            #expect(router.networks.map(\.prefix) == wanted.origins.map(\.prefix))
            #expect((router.decision.maximumPaths > 1) == wanted.spreadsFlows && router.kernel != nil)
            #expect(router.neighbors.map(\.name) == wanted.neighbors.map(\.name))
            #expect(router.neighbors.map(\.address) == wanted.neighbors.map(\.address))
            #expect(router.neighbors.map(\.localAddress) == wanted.neighbors.map(\.localAddress))
            #expect(router.neighbors.map(\.logsRoutes) == wanted.neighbors.map(\.isLogged))
            #expect(router.neighbors.map(\.passive) == wanted.neighbors.map(\.passive))
            #expect(router.neighbors.map(\.role?.rawValue) == wanted.neighbors.map(\.relation.rawValue))
        }
    }

    @Test("customers' routes are preferred to peers', and those to providers'; only customers' are told to others")
    func policies() throws {
        let blueprint = try blueprint("three-sites")
        let router = try router(try #require(blueprint.routers.firstIndex { !$0.origins.isEmpty }), of: blueprint)
        for neighbor in router.neighbors {
            let name = try #require(neighbor.role?.rawValue)
            #expect(neighbor.importing == [.own("from-\(name)")])
            #expect(neighbor.exporting == (name == "customer" ? [.all] : [.own("to-other")]))
        }
        let preferences = Dictionary(uniqueKeysWithValues: router.policies.map { ($0.name, $0.rules[0].then) })
        for relation in Router.Relation.allCases where preferences["from-\(relation)"] != nil {
            #expect(preferences["from-\(relation)"] == [.localPref(UInt32(relation.localPreference))])
        }
    }

    @Test("an MRAI is for sessions between routers, and not for those with sites")
    func mrai() throws {
        let blueprint = try blueprint("three-sites")
        for index in blueprint.routers.indices {
            for neighbor in try router(index, of: blueprint, mrai: .seconds(30)).neighbors {
                #expect(neighbor.mrai == (neighbor.logsRoutes ? .zero : .seconds(30)))
            }
        }
    }

    @Test("a password with quotes, a port of its own, TTL security and a strict role come through")
    func security() throws {
        let (own, other) = (try #require(Address("192.0.2.1")), try #require(Address("192.0.2.2")))
        var site = Router.Neighbor(
            name: "to_fra", asn: ASN(65000), relation: .customer, interface: "fra", localAddress: own, address: other,
            holdTime: .seconds(1))
        (site.port, site.passive, site.isLogged, site.ttlSecurity, site.saysRole) = (1179, true, true, true, true)
        site.password = Secret("a\"b\\c")
        site.honoursGracefulShutdown = false
        let router = Router(asn: ASN(64500), routerID: RouterID(rawValue: 64500), origins: [], neighbors: [site])
        let text = try #require(Landfall.configuration(of: router, named: "r", among: [router], mrai: .zero))
        let read = try #require(
            try ConfigurationFile.load(text: Array(text.utf8), path: "r.yaml").get().routers.first)
        let neighbor = try #require(read.neighbors.first)
        #expect(read.port == 1179 && neighbor.port == 179 && neighbor.isStrict && neighbor.link.ttlSecurity)
        #expect(neighbor.link.password == .text(Secret("a\"b\\c")) && neighbor.holdTime == .seconds(3))
        #expect(!neighbor.honorsGracefulShutdown)
        var both = router
        both.neighbors.append(site)
        both.neighbors[1].port = 1180
        #expect(Landfall.configuration(of: both, named: "r", among: [both], mrai: .zero) == nil)
    }

    @Test("its events say which routes came, changed and went, and a session that ends takes its routes along")
    func log() throws {
        var log = LandfallLog()
        func route(_ prefix: String) throws -> LoggedRoute {
            LoggedRoute(session: "to_fra", prefix: try #require(Prefix(prefix)))
        }
        let events = [
            #"{"event":"ready","router":"r"}"#, "no JSON",
            #"{"event":"routes","neighbor":"to_fra","announced":["203.0.113.0/24","2001:db8::/32"],"withdrawn":[]}"#,
            #"{"event":"routes","neighbor":"to_fra","announced":["203.0.113.0/24"],"withdrawn":["198.51.100.0/24"]}"#,
            #"{"event":"routes","neighbor":"to_fra","announced":[],"withdrawn":["203.0.113.0/24"]}"#,
            #"{"event":"session-down","neighbor":"to_fra","reason":"Hold Timer Expired"}"#,
        ].flatMap { log.events($0[...]) }
        #expect(
            events == [
                .announced(try route("203.0.113.0/24")), .announced(try route("2001:db8::/32")),
                .changed(try route("203.0.113.0/24")), .withdrawn(try route("203.0.113.0/24")),
                .sessionEnded(session: "to_fra", reason: "Hold Timer Expired"), .withdrawn(try route("2001:db8::/32")),
            ])
    }

    @Test("which program it is: the one that is asked for, and with an MRAI ours")
    func choice() throws {
        #expect(try RouterProgram.choose("landfall", mrai: nil) == .landfall)
        #expect(try RouterProgram.choose(nil, mrai: .seconds(30)) == .landfall)
        #expect(throws: LabError.self) { try RouterProgram.choose("bird", mrai: .seconds(30)) }
        #expect(throws: LabError.self) { try RouterProgram.choose("frr", mrai: nil) }
    }
}
