import Geo
import Internet
import Net
import Planner

struct TrustReport: Encodable {
    let calibrated: Bool
    let label: String
    let accuracy: Double
    let source: String
    let text: String

    init(_ plan: Plan) {
        let words = TrustText(plan)
        (calibrated, label, text) = (plan.trust.isCalibrated, words.title.lowercased(), words.text)
        (accuracy, source) = (plan.trust.accuracy, plan.trust.isCalibrated ? "measured" : "experiments")
    }
}

struct PartReport: Encodable {
    let ases: Int
    let share: Double

    init(_ part: Summary.Part) { (ases, share) = (part.ases, part.share) }
}

struct RangeReport: Encodable {
    let least: Double
    let most: Double

    init(_ range: ClosedRange<Double>) { (least, most) = (range.lowerBound, range.upperBound) }
}

struct LatencyReport: Encodable {
    let p50: Double
    let p95: Double

    init(_ latency: Summary.Latency) { (p50, p95) = (latency.p50, latency.p95) }
}

struct PlanSiteReport: Encodable {
    let name: String
    let place: String?
    let ases: Int
    let share: Double
    let measuredShare: Double
    let couldBe: RangeReport
    let byTies: RangeReport
    let meanQueriesPerSecond: Double?
    let peakQueriesPerSecond: Double?
    let peakHour: Int?
    let hourlyQueriesPerSecond: [Double]?
    let capacityQueriesPerSecond: Double?
    let latencyMilliseconds: LatencyReport?

    init(_ number: Int, _ plan: Plan) {
        let (site, summary) = (plan.deployment.sites[number], plan.summary.sites[number])
        (name, place, ases) = (site.name, site.place?.name, summary.ases)
        (share, measuredShare) = (summary.share, summary.measuredShare)
        (couldBe, byTies) = (RangeReport(summary.range), RangeReport(summary.ties))
        meanQueriesPerSecond = plan.clients.queriesPerSecond(summary.load.mean)
        let peak = summary.load.peak
        peakQueriesPerSecond = plan.clients.queriesPerSecond(peak.weight)
        peakHour = peak.hour
        let hours = summary.load.hours.compactMap { plan.clients.queriesPerSecond($0) }
        hourlyQueriesPerSecond = hours.isEmpty ? nil : hours
        capacityQueriesPerSecond = site.queriesPerSecond
        latencyMilliseconds = summary.latency.map(LatencyReport.init)
    }
}
