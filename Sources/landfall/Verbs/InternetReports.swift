import Internet
import Net

/// What `internet stats --json` prints; docs/json.md describes every field.
struct GraphReport: Encodable {
    let schema = "landfall.internet-stats/1"
    let file: String
    let ases: Int
    let transitLinks: Int
    let peeringLinks: Int
    let stubs: Int
    let multihomedStubs: Int
    let providerFree: Int
    let clique: [UInt32]
    let tiers: [Int]
    let largestCones: [Cone]
    let degree: Degree
    let components: Int

    struct Cone: Encodable {
        let asn: UInt32
        let ases: Int
    }

    struct Degree: Encodable {
        let p50: Int
        let p90: Int
        let p99: Int
        let max: Int
    }

    init(_ path: String, _ statistics: GraphStatistics) {
        (file, ases) = (path, statistics.ases)
        (transitLinks, peeringLinks) = (statistics.transitLinks, statistics.peeringLinks)
        (stubs, multihomedStubs) = (statistics.stubs, statistics.multihomedStubs)
        (providerFree, components, tiers) = (statistics.providerFree, statistics.components, statistics.tiers)
        clique = statistics.clique.map(\.rawValue)
        largestCones = statistics.largestCones.map { Cone(asn: $0.asn.rawValue, ases: $0.size) }
        let spread = statistics.degree
        degree = Degree(p50: spread.p50, p90: spread.p90, p99: spread.p99, max: spread.max)
    }

    var text: String {
        let rows = [
            [
                "ASes", "\(ases)",
                "of them \(stubs) without customers, \(multihomedStubs) of those with several providers",
            ],
            ["transit links", "\(transitLinks)", "a provider and its customer"],
            ["peering links", "\(peeringLinks)", ""],
            ["parts", "\(components)", components == 1 ? "all are connected" : "that no link connects"],
            ["without providers", "\(providerFree)", ""],
            ["clique", "\(clique.count)", clique.map { "\($0)" }.joined(separator: " ")],
            ["degree, median", "\(degree.p50)", "p90 \(degree.p90), p99 \(degree.p99), largest \(degree.max)"],
        ]
        let tiers = tiers.enumerated().map { ["\($0.offset)", "\($0.element)"] }
        let cones = largestCones.map { ["AS\($0.asn)", "\($0.ases)"] }
        return [
            Table(rows, rightAligned: [1]).text,
            Table(header: ["steps to the top", "ASes"], tiers, rightAligned: [0, 1]).text,
            Table(header: ["largest cones", "ASes"], cones, rightAligned: [1]).text,
        ].joined(separator: "\n\n")
    }
}

/// What `internet cone --json` prints.
struct ConeReport: Encodable {
    let schema = "landfall.internet-cone/1"
    let asn: UInt32
    let ases: [UInt32]

    init(_ asn: ASN, _ cone: [ASN]) { (self.asn, ases) = (asn.rawValue, cone.map(\.rawValue)) }
}

/// What `internet extract --json` and `internet generate --json` print.
struct LinksReport: Encodable {
    let schema = "landfall.internet-links/1"
    let links: [Link]

    struct Link: Encodable {
        let first: UInt32
        let second: UInt32
        let relation: String
    }

    init(_ graph: ASGraph) {
        links = graph.relationships.map {
            Link(
                first: $0.first.rawValue, second: $0.second.rawValue, relation: $0.isPeering ? "peers" : "provider")
        }
    }
}
