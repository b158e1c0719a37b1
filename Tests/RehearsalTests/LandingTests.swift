import Peers
import Testing

@Suite("Landings follow from the topology")
struct LandingTests {
    /// Two tier-1s that peer, three transits below them, four access networks.
    static let base = Topology(
        name: "base",
        ases: [
            .init(name: "west", asn: 64496, peers: ["east"]), .init(name: "east", asn: 64497),
            .init(name: "red", asn: 64501, providers: ["west"]), .init(name: "green", asn: 64502, providers: ["east"]),
            .init(name: "blue", asn: 64503, providers: ["west", "east"]),
            .init(name: "net1", asn: 64511, providers: ["red"], client: "one"),
            .init(name: "net2", asn: 64512, providers: ["green", "west"], client: "two"),
            .init(name: "net3", asn: 64513, providers: ["blue"], client: "three"),
            .init(name: "net4", asn: 64514, providers: ["east", "red"], client: "four"),
        ],
        sites: [
            .init(name: "s1", router: "red"), .init(name: "s2", router: "green"), .init(name: "s3", router: "blue"),
        ])

    static func variant(_ name: String, _ change: (inout Topology) -> Void) -> Topology {
        var topology = base
        topology.name = name
        change(&topology)
        return topology
    }

    static let variants = [
        base,
        variant("moved") { $0.sites[0].router = "net3" },
        variant("prepended") { ($0.sites[0].prepend, $0.sites[1].prepend) = (3, 1) },
        variant("peering") { $0.ases[2].peers = ["green", "blue"] },
        variant("rehomed") {
            $0.ases[2].providers = ["east"]
            $0.ases[8].providers = ["west"]
            $0.ases[5].providers = ["red", "blue"]
        },
        variant("top") {
            $0.sites[2].router = "west"
            $0.sites[1].prepend = 2
        },
    ]

    @Test(
        "over links and prepends of every kind, IPv4 and IPv6, UDP and TCP",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"), arguments: variants)
    func landings(topology: Topology) async throws {
        let rehearsals = try Rehearsals()
        let result = try await rehearsals.run([try rehearsals.file("net.yaml", topology.yaml), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.landings.count == 8)
        for landing in report.landings {
            let expected = topology.landings[landing.client]
            #expect(landing.site == expected, "\(topology.name): \(landing.client) over \(landing.family)")
            #expect(landing.tcpSite == expected, "\(topology.name): \(landing.client) over TCP, \(landing.family)")
        }
    }

    @Test("the variants differ from each other, so that they show something")
    func different() {
        #expect(Set(Self.variants.map { $0.landings.sorted { $0.key < $1.key }.map(\.value) }).count >= 5)
        #expect(Self.variants.allSatisfy { $0.landings.count == 4 })
    }
}
