import BGP
import Net
import Peers
import RIB
import Testing

@testable import Config

@Suite("Routers of a file")
struct RouterTests {
    private func routers(_ text: String) throws -> [BorderRouter] {
        try ConfigurationFile.load(text: Array(text.utf8), path: "net/landfall.yaml").get().routers
    }

    private func neighbor(_ keys: String, router: String = "") throws -> BorderRouter.Neighbor {
        let text = """
            routers:
              edge1:
                asn: 64500
                router-id: 192.0.2.1
            \(router)
                neighbors: [{name: a, address: 192.0.2.9, asn: 64501\(keys)}]
            """
        return try #require(try routers(text).first?.neighbors.first)
    }

    private func policy(_ rules: String) throws -> Policy {
        let text = """
            routers:
              edge1:
                asn: 64500
                router-id: 192.0.2.1
                policies:
                  p:
            \(rules.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n"))
                neighbors: [{name: a, address: 192.0.2.9, asn: 64501}]
            """
        return try #require(try routers(text).first?.policies.first)
    }

    @Test("may be all that a file has, and are nothing that an agent can run")
    func alone() throws {
        let text = Array(try Repository.text("examples/router.yaml").utf8)
        let file = try ConfigurationFile.load(text: text, path: "router.yaml").get()
        #expect(file.network == nil && file.routers.map(\.name) == ["edge1"])
        guard case .failure(let problems) = Network.load(text: text, path: "router.yaml") else {
            Issue.record("a network was found")
            return
        }
        #expect(problems.description.contains("\"network\", \"sites\" and \"services\" are missing"))
    }

    @Test("stand beside a network, which is read as without them")
    func beside() throws {
        let router = try Repository.text("examples/router.yaml").split(separator: "\n").filter { !$0.hasPrefix("#") }
        let both = try Repository.text("examples/three-sites.yaml") + "\n" + router.joined(separator: "\n") + "\n"
        let file = try ConfigurationFile.load(text: Array(both.utf8), path: "examples/x.yaml").get()
        #expect(file.network?.sites.count == 3 && file.routers.count == 1)
    }

    @Test("have the field's usual values where nothing is said")
    func defaults() throws {
        let router = try #require(
            try routers(
                """
                routers:
                  edge1:
                    asn: 64500
                    router-id: 192.0.2.1
                    neighbors: [{name: a, address: 192.0.2.9, asn: 64501}]
                """
            ).first)
        #expect(router.port == 179 && router.habit == .plain && router.kernel == nil)
        #expect(router.decision == DecisionOptions() && router.networks.isEmpty)
        let neighbor = try #require(router.neighbors.first)
        #expect(neighbor.holdTime == .seconds(90) && neighbor.mrai == .zero && neighbor.port == 179)
        #expect(neighbor.importing == nil && neighbor.exporting == nil && neighbor.role == nil)
        #expect(neighbor.honorsGracefulShutdown && !neighbor.isDraining)
        #expect(!neighbor.acceptsASSets && !neighbor.logsRoutes)
        #expect(neighbor.limits == .init(prefixes: nil, warning: 80, hold: .seconds(120), prefixesOut: nil))
    }

    @Test("say of a router where it listens, what it announces, how it chooses, and where routes go")
    func values() throws {
        let router = try #require(
            try routers(
                """
                routers:
                  edge1:
                    asn: 64500
                    router-id: 192.0.2.1
                    port: none
                    policy: gao-rexford
                    multipath: 4
                    multipath-over: same-path
                    always-compare-med: true
                    missing-med-is-worst: yes
                    hold-time: 9s
                    networks: [198.51.100.0/24, {prefix: "::/0", med: 5, communities: [no-export], large-communities: ["1:2:3"]}]
                    kernel: {table: 100, protocol: 99, metric: 5}
                    neighbors: [{name: a, address: 192.0.2.9, asn: 64501, role: peer}]
                """
            ).first)
        #expect(router.port == nil && router.habit == .gaoRexford)
        #expect(router.decision.maximumPaths == 4 && router.decision.sharing == .samePath)
        #expect(router.decision.comparesAllMED && router.decision.missingMEDIsWorst)
        #expect(router.networks.map(\.prefix.description) == ["198.51.100.0/24", "::/0"])
        #expect(router.networks[1].med == 5 && router.networks[1].communities == [.noExport])
        #expect(router.networks[1].largeCommunities == [LargeCommunity(1, 2, 3)])
        #expect(router.kernel == .init(table: 100, protocol: 99, metric: 5))
        #expect(router.neighbors[0].holdTime == .seconds(9))
    }

    @Test("say of a neighbor how it is spoken with, and how much is taken from it")
    func neighbors() throws {
        let full = try neighbor(
            ", role: route-server-client, strict-role: true, passive: true, port: 1179, local-address: 192.0.2.8"
                + ", hold-time: 30s, connect-retry: 2s, multihop: 3, ttl-security: true, password-file: keys/a"
                + ", families: [ipv4, ipv6], next-hops: [2001:db8::8], mrai: 30s, max-prefixes: {ipv4: 10}"
                + ", prefix-warning: 50, prefix-hold: forever, max-prefixes-out: 7, import: [p, all], export: none"
                + ", accept-as-sets: true, graceful-shutdown: false, first-as: false, next-hop: keep, cost: 20"
                + ", log-routes: true, next-hop-on-link: false, blackhole: true",
            router: "    policies: {p: [{then: next}]}")
        #expect(full.role == .routeServerClient && full.isStrict && full.passive && full.port == 1179)
        #expect(full.localAddress == Address("192.0.2.8") && full.link.password == .file("net/keys/a"))
        #expect(full.holdTime == .seconds(30) && full.connectRetry == .seconds(2) && full.mrai == .seconds(30))
        #expect(full.families == [.ipv4, .ipv6] && full.nextHops == [Address("2001:db8::8")])
        #expect(full.limits == .init(prefixes: [.ipv4: 10], warning: 50, hold: nil, prefixesOut: [.ipv4: 7, .ipv6: 7]))
        #expect(full.importing == [.own("p"), .all] && full.exporting == [.none])
        #expect(full.acceptsASSets && !full.honorsGracefulShutdown && full.checksFirstAS == false)
        #expect(full.checksNextHop == false && full.honorsBlackhole == true)
        #expect(full.nextHop == .keep && full.cost == 20 && full.logsRoutes)
        #expect(throws: Diagnostics.self, "interface is for link-local addresses") { try neighbor(", interface: eth0") }
    }

    @Test("a policy is the value that the RIB runs")
    func policies() throws {
        let bogons = try policy(
            """
            - {name: no bogons, when: {prefixes: [{prefix: 10.0.0.0/8, lengths: 8-32}, 192.0.2.0/24]}, then: reject}
            - {when: {family: ipv6, from: [local, customer], neighbors: 64501, path-length: 1-5}, then: accept}
            """)
        let ten = try #require(Prefix("10.0.0.0/8"))
        let test = try #require(Prefix("192.0.2.0/24"))
        #expect(
            bogons
                == Policy(
                    "p",
                    [
                        .init(
                            "no bogons", when: [.prefixes(PrefixSet([.init(ten, 8...32), .init(test)]))], .reject),
                        .init(
                            "rule 2",
                            when: [
                                .family(.ipv6), .from([.local, .other(.customer)]), .neighbor([ASN(64501)]),
                                .pathLength(1...5),
                            ], .accept),
                    ]))
    }

    @Test("communities are asked for alone or with any value, and changed in order: removed, then added")
    func communities() throws {
        let tags = try policy(
            """
            - when: {communities: ["64501:666", "64502:*"], large-communities: "64501:1:*"}
              set: {local-pref: 50, med: none, prepend: 2, remove-communities: "64500:*", add-communities: ["64500:2"], \
            remove-large-communities: all, add-large-communities: ["64500:1:2"]}
              then: next
            """)
        let rule = try #require(tags.rules.first)
        #expect(
            rule.when == [
                .any([.community(CommunityPattern(Community(64501, 666))), .community(CommunityPattern(any: 64502))]),
                .largeCommunity(LargeCommunityPattern(64501, 1)),
            ])
        #expect(
            rule.then == [
                .localPref(50), .med(nil), .prepend(2), .remove(CommunityPattern(any: 64500)), .removeLargeCommunities,
                .add(Community(64500, 2)), .addLarge(LargeCommunity(64500, 1, 2)),
            ])
        #expect(rule.verdict == .next)
    }

    @Test("not and any hold conditions that must hold together")
    func nested() throws {
        let nested = try policy(
            """
            - when: {not: {family: ipv4}, any: [{originated-by: 64501}, {passed: [64502, 64503], family: ipv6}]}
              then: accept
            """)
        #expect(
            nested.rules.first?.when == [
                .not(.family(.ipv4)),
                .any([
                    .originated(by: [ASN(64501)]),
                    .not(.any([.not(.family(.ipv6)), .not(.passed([ASN(64502), ASN(64503)]))])),
                ]),
            ])
    }
}
