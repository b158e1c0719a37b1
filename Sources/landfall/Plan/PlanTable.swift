import Internet
import Net
import Planner

/// The landing of every AS as CSV, in the order of AS numbers; docs/plan.md describes the columns. What of it was measured
/// can be given to `--catchment` again.
struct PlanTable {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    static let header = "as,site,whence,could_be,class,length,next_hop,weight,rtt_ms"

    var text: String {
        let graph = plan.surroundings.graph
        let positions = (0..<graph.count).sorted { graph.ases[$0] < graph.ases[$1] }
        return ([Self.header] + positions.map(line)).joined(separator: "\n")
    }

    private func line(_ position: Int) -> String {
        let (outcome, sites) = (plan.outcome, plan.deployment.sites)
        let route = plan.propagation.route(at: position)
        let roundTrip = outcome.roundTrips.isEmpty ? Float.nan : outcome.roundTrips[position]
        return [
            "\(plan.surroundings.graph.ases[position].rawValue)",
            outcome.site(at: position).map { sites[$0].name } ?? "",
            outcome.whence(at: position).rawValue,
            outcome.possibleSites(at: position).map { sites[$0].name }.joined(separator: " "),
            route.map { "\($0.routeClass)" } ?? "",
            route.map { "\($0.length)" } ?? "",
            route?.nextHop.map { "\($0.rawValue)" } ?? "",
            "\(plan.clients.weights[position])",
            roundTrip.isNaN ? "" : "\(roundTrip)",
        ].joined(separator: ",")
    }
}
