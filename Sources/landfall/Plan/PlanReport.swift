import Internet
import Net
import Planner

/// What `plan --json` prints; docs/plan.md describes every field.
struct PlanReport: Encodable {
    let schema = "landfall.plan/1"
    let file: String
    let prefix: String
    let trust: TrustReport
    let graph: Graph
    let weights: WeightReport
    let sites: [PlanSiteReport]
    let nowhere: PartReport
    let largest: Largest?
    let effectiveSites: Double
    let measured: PartReport
    let catchment: CatchmentReport?
    let latencyMilliseconds: LatencyReport?
    /// Left out with `--drain`.
    let failures: FailureReport?
    let drains: [BlastReport]
    let geography: GeographyReport
    let notes: [String]

    struct Graph: Encodable {
        let source: String
        let file: String?
        let seed: UInt64?
        let ases: Int
        let links: Int
    }

    struct Largest: Encodable {
        let site: String
        let share: Double
    }

    init(_ file: String, _ plan: Plan, _ acts: PlanActs) {
        let (summary, names) = (plan.summary, plan.deployment.sites.map(\.name))
        (self.file, prefix) = (file, "\(plan.prefix)")
        trust = TrustReport(plan)
        graph = Graph(plan.surroundings)
        weights = WeightReport(plan)
        sites = names.indices.map { PlanSiteReport($0, plan) }
        (nowhere, measured) = (PartReport(summary.nowhere), PartReport(summary.measured))
        largest = summary.largest.map { Largest(site: names[$0.site], share: $0.share) }
        effectiveSites = summary.effectiveSites
        catchment = CatchmentReport(plan)
        latencyMilliseconds = summary.latency.map(LatencyReport.init)
        failures = acts.failures.map { FailureReport($0, plan) }
        drains = acts.blasts.map { BlastReport($0, plan) }
        geography = GeographyReport(plan)
        notes = plan.notes
    }
}

extension PlanReport.Graph {
    init(_ surroundings: Surroundings) {
        let (name, path, seed): (String, String?, UInt64?) =
            switch surroundings.source {
            case .own: ("own", nil, nil)
            case .file(let path): ("file", path, nil)
            case .synthetic(let made): ("synthetic", nil, made.seed)
            }
        let graph = surroundings.graph
        self.init(
            source: name, file: path, seed: seed, ases: graph.count, links: graph.transitLinks + graph.peeringLinks)
    }
}
