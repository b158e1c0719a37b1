import Geo
import Internet
import Net
import Planner

/// Where ASes are and what follows from it; docs/plan.md describes every field. Times are milliseconds.
struct GeographyReport: Encodable {
    /// How many ASes each source knew.
    let homes: [String: Int]
    let regions: [Area]
    /// The slowest twenty.
    let countries: [Area]
    let comparison: ComparisonReport?
    let asymmetry: AsymmetryReport?

    struct Area: Encodable {
        let code: String?
        let name: String
        let share: Double
        let site: String
        let latencyMilliseconds: LatencyReport
    }

    private static let countriesShown = 20

    init(_ plan: Plan) {
        let (geography, names) = (plan.geography, plan.deployment.sites.map(\.name))
        homes = Dictionary(uniqueKeysWithValues: Homes.Source.allCases.map { ("\($0)", geography.homes.count($0)) })
        regions = plan.outcome.latencyByRegion(plan.clients, geography.homes).map {
            Area(
                code: nil, name: $0.area.name, share: $0.share, site: names[$0.site],
                latencyMilliseconds: LatencyReport($0.latency))
        }
        countries = plan.outcome.latencyByCountry(plan.clients, geography.homes).prefix(Self.countriesShown).map {
            Area(
                code: $0.area.code, name: $0.area.name, share: $0.share, site: names[$0.site],
                latencyMilliseconds: LatencyReport($0.latency))
        }
        comparison = geography.comparison.map { ComparisonReport($0, names) }
        asymmetry = geography.asymmetry.map { AsymmetryReport($0, names) }
    }
}

struct ComparisonReport: Encodable {
    let share: Double
    let slower: Double
    let ways: [Way]

    struct Way: Encodable {
        let way: String
        let site: String?
        let roundTrip: LatencyReport
        let mean: Double
        let firstAnswer: LatencyReport
        let strandedShare: Double
        let strandedSecondsMean: Double?
        let strandedSecondsLongest: Double?
    }

    init(_ comparison: Comparison, _ names: [String]) {
        (share, slower) = (comparison.share, comparison.slower)
        ways = comparison.ways.map { way in
            Way(
                way: way.kind.rawValue, site: way.site.map { names[$0] }, roundTrip: LatencyReport(way.roundTrip),
                mean: way.mean, firstAnswer: LatencyReport(way.firstAnswer), strandedShare: way.failure.share,
                strandedSecondsMean: way.failure.seconds?.mean, strandedSecondsLongest: way.failure.seconds?.longest)
        }
    }
}

struct AsymmetryReport: Encodable {
    let clients: Int
    let share: Double
    let otherSession: Double
    let otherPath: Double
    let noWayBack: Double
    /// The ten that count most.
    let hints: [Hint]

    struct Hint: Encodable {
        let asn: UInt32
        let share: Double
        let site: String
        let forth: [UInt32]
        let back: [UInt32]
    }

    private static let hintsShown = 10

    init(_ found: Asymmetry, _ names: [String]) {
        (clients, share, otherSession) = (found.clients, found.share, found.otherSession)
        (otherPath, noWayBack) = (found.otherPath, found.noWayBack)
        hints = found.hints.prefix(Self.hintsShown).map { hint in
            Hint(
                asn: hint.client.rawValue, share: hint.share, site: names[hint.site], forth: hint.forth.map(\.rawValue),
                back: hint.back.map(\.rawValue))
        }
    }
}
