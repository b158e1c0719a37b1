import Internet
import Planner

/// What ASes count for, and what of a table couldn't be used.
struct WeightReport: Encodable {
    let unit: String
    let hasHours: Bool
    let total: Double
    let records: Int?
    let repeated: Int?
    let uncountedASes: Int?
    let unknownASes: MissedReport?
    let unmappedPrefixes: MissedReport?
    let ambiguousPrefixes: Int?
    let unusedColumns: [String]?

    init(_ plan: Plan) {
        (unit, hasHours, total) = (plan.clients.unit.rawValue, plan.clients.hasHours, plan.clients.total)
        let table = plan.weights
        (records, repeated, uncountedASes) = (table?.records, table?.repeated, table?.uncounted)
        unknownASes = table.map { MissedReport(count: $0.unknown.count, share: $0.unknown.share) }
        unmappedPrefixes = table.map { MissedReport(count: $0.unmapped.count, share: $0.unmapped.share) }
        (ambiguousPrefixes, unusedColumns) = (table?.ambiguous, table?.strange)
    }
}

struct MissedReport: Encodable {
    let count: Int
    let share: Double
}

/// What was measured, what couldn't be used of it, and how the plan compares with it.
struct CatchmentReport: Encodable {
    let records: Int
    let ases: Int
    let dividedASes: Int
    let unknownASes: Int
    let elsewhere: Int
    let strangeSites: [String]
    let unmappedPrefixes: MissedReport
    let ambiguousPrefixes: Int
    let unusedColumns: [String]
    let score: ScoreReport

    struct ScoreReport: Encodable {
        let ases: Int
        let right: Int
        let nowhere: Int
        let accuracy: Double
        let weightedAccuracy: Double
        let biggestSite: String
        let biggestSiteAccuracy: Double
    }

    init?(_ plan: Plan) {
        guard let table = plan.catchment, let score = plan.score else { return nil }
        (records, ases, dividedASes) = (table.records, table.landings.count, table.divided)
        (unknownASes, elsewhere, strangeSites) = (table.unknown, table.elsewhere, table.strangeSites)
        unmappedPrefixes = MissedReport(count: table.unmapped, share: table.unmappedShare)
        (ambiguousPrefixes, unusedColumns) = (table.ambiguous, table.strange)
        self.score = ScoreReport(
            ases: score.ases, right: score.right, nowhere: score.nowhere, accuracy: score.accuracy,
            weightedAccuracy: score.rightShare, biggestSite: plan.deployment.sites[score.biggestSite].name,
            biggestSiteAccuracy: score.biggestAccuracy)
    }
}
