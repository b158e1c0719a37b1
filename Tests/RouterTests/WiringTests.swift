import BGP
import Config
import Net
import RIB
import Speaker
import Testing

@testable import Router

@Suite("The file's words in those of the router")
struct WiringTests {
    private func configuration(
        _ neighbor: String, policy: String = "plain", policies: String = ""
    ) throws -> Router.Configuration {
        let text = """
            routers:
              edge1:
                asn: 64500
                router-id: 192.0.2.1
                policy: \(policy)
                \(policies)
                neighbors: [{name: a, address: 192.0.2.9, \(neighbor)}]
            """
        let file = try ConfigurationFile.load(text: Array(text.utf8), path: "x.yaml").get()
        return try Router.Configuration(try #require(file.routers.first))
    }

    private func neighbor(
        _ keys: String, policy: String = "plain", policies: String = ""
    ) throws -> Router.Neighbor {
        try #require(try configuration(keys, policy: policy, policies: policies).neighbors.first)
    }

    @Test("a neighbor of another AS without a policy exchanges nothing, one of ours all that may be (RFC 8212)")
    func noPolicy() throws {
        for asn in [64501, 64500] {
            let plain = try neighbor("asn: \(asn)")
            #expect(plain.routes.importing == nil && plain.routes.exporting == nil)
        }
        let inside = try configuration(
            "asn: 64500", policy: "gao-rexford")
        #expect(inside.neighbors[0].routes.importing == nil && inside.neighbors[0].routes.exporting == nil)
    }

    @Test("roles give policies, and what we say that we are", arguments: BorderRouter.Role.allCases)
    func roles(_ role: BorderRouter.Role) throws {
        let asn = role == .internal ? 64500 : 64501
        let told = try neighbor("asn: \(asn), role: \(role.rawValue)", policy: "gao-rexford")
        let theirs: BGP.Role? =
            switch role {
            case .provider: .provider
            case .peer: .peer
            case .routeServer: .routeServer
            case .routeServerClient: .routeServerClient
            case .customer: .customer
            case .internal: nil
            }
        #expect(told.routes.role == theirs && told.session.role == theirs?.opposite)
        #expect(told.routes.importing == theirs.map { GaoRexford.importing(from: $0, in: ASN(64500)) })
        #expect(told.routes.exporting == theirs.map { GaoRexford.exporting(to: $0, in: ASN(64500)) })
    }

    @Test("a route server isn't in paths: its clients' routes keep their next hop, and it needn't be the first AS")
    func routeServers() throws {
        let client = try neighbor("asn: 64501, role: route-server-client, import: all, export: all").routes
        #expect(client.isTransparent && client.keepsNextHop == true && client.checksFirstAS)
        let server = try neighbor("asn: 64501, role: route-server, import: all, export: all").routes
        #expect(!server.isTransparent && server.keepsNextHop == nil && !server.checksFirstAS)
        #expect(try neighbor("asn: 64500, next-hop: self").routes.keepsNextHop == false)
        #expect(try neighbor("asn: 64500").routes.checksFirstAS == false)
    }

    @Test("next hops are on the link, and BLACKHOLE is for our own AS, unless the file says otherwise")
    func nextHops() throws {
        let usual = try neighbor("asn: 64501")
        #expect(usual.checksNextHop && !usual.routes.honorsBlackhole)
        #expect(try neighbor("asn: 64500").routes.honorsBlackhole)
        let changed = try neighbor("asn: 64501, next-hop-on-link: false, blackhole: true")
        #expect(!changed.checksNextHop && changed.routes.honorsBlackhole)
        #expect(try !neighbor("asn: 64500, blackhole: false").routes.honorsBlackhole)
    }

    @Test("policies in a row are one, and what none of them decides is rejected")
    func chains() throws {
        let policies = "policies: {one: [{set: {med: 1}, then: next}], two: [{when: {family: ipv6}, then: accept}]}"
        let told = try neighbor(
            "asn: 64501, role: peer, import: [one, two], export: [one, gao-rexford]", policies: policies)
        let importing = try #require(told.routes.importing)
        #expect(importing.name == "one, two" && importing.rules.map(\.name) == ["rule 1", "rule 1"])
        #expect(importing.otherwise == .reject)
        #expect(told.routes.exporting?.rules.last == GaoRexford.exporting(to: .peer, in: ASN(64500)).rules.last)
        let all = try neighbor("asn: 64501, import: [one, all], export: none", policies: policies)
        #expect(all.routes.importing?.otherwise == .accept)
        #expect(all.routes.exporting?.rules == [] && all.routes.exporting?.otherwise == .reject)
    }

    @Test("limits count for each family, with about twice the Internet where nothing is said")
    func limits() throws {
        let usual = try neighbor("asn: 64501").routes.limits
        #expect(usual.prefixes == [.ipv4: 2_000_000, .ipv6: 500_000] && usual.warning == 80)
        #expect(usual.prefixesOut.isEmpty)
        let set = try neighbor(
            "asn: 64501, max-prefixes: {ipv6: 7}, prefix-warning: 50, prefix-hold: forever, max-prefixes-out: 3")
        #expect(set.routes.limits.prefixes == [.ipv4: 2_000_000, .ipv6: 7] && set.routes.limits.warning == 50)
        #expect(set.routes.limits.prefixesOut == [.ipv4: 3, .ipv6: 3] && set.session.prefixHold == nil)
    }

    @Test("how BGP is spoken with a neighbor comes along")
    func session() throws {
        let full = try neighbor(
            "asn: 64501, role: customer, port: 1179, passive: true, local-address: 192.0.2.8, hold-time: 9s, "
                + "connect-retry: 2s, multihop: 3, ttl-security: true, password: hunter2, strict-role: true, "
                + "families: [ipv6, ipv4], next-hops: [2001:db8::8], mrai: 30s, accept-as-sets: true, "
                + "graceful-shutdown: false, cost: 5, log-routes: true, drain: true, import: all, export: all")
        let session = full.session
        #expect(session.port == 1179 && session.passive && session.localAddress == Address("192.0.2.8"))
        #expect(session.holdTime == .seconds(9) && session.connectRetry == .seconds(2))
        #expect(session.hops == 3 && session.ttlSecurity && session.key == Secret("hunter2") && session.requiresRole)
        #expect(session.families == [.ipv6, .ipv4] && session.nextHops == [Address("2001:db8::8")])
        #expect(full.mrai == .seconds(30) && full.cost == 5 && full.logsRoutes && full.routes.isShuttingDown)
        #expect(full.routes.acceptsSets && session.acceptsASSets && !full.routes.honorsGracefulShutdown)
    }
}
