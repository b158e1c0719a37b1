import Internet
import Planner

/// What a plan says of the tables that were read for it: what could be used, and what couldn't.
struct InputText {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var lines: [String] { [weights, measured] + missed }

    private var weights: String {
        switch plan.clients.unit {
        case .ases: "Weights: every AS counts the same (--weights takes users or queries)."
        case .cone: "Weights: every AS counts for its customer cone."
        case .users, .queries, .weight:
            "Weights: \(plan.clients.unit.rawValue) by \(plan.weights?.records ?? 0) lines"
                + (plan.clients.hasHours ? ", hour by hour." : ".")
        }
    }

    private var measured: String {
        guard let score = plan.score else { return "Measured: nothing (--catchment takes landings)." }
        let biggest = plan.deployment.sites[score.biggestSite].name
        return "Measured: \(score.ases) ASes, \(Shares.percent(plan.summary.measured.share)) of what counts. The graph alone "
            + "would have been right about \(Shares.percent(score.accuracy)) of them; that all land at \(biggest), "
            + "about \(Shares.percent(score.biggestAccuracy))."
    }

    private var missed: [String] {
        var parts: [String] = []
        func say(_ count: Int, _ what: String) { if count > 0 { parts.append("\(count) \(what)") } }
        if let weights = plan.weights {
            say(weights.unknown.count, "ASes that aren't in the graph (\(Shares.percent(weights.unknown.share)) of all)")
            say(weights.unmapped.count, "prefixes without a known origin (\(Shares.percent(weights.unmapped.share)) of all)")
            say(weights.ambiguous, "prefixes with several origins, counted for the lowest")
            say(weights.repeated, "lines about an AS that had one, added up")
            say(weights.uncounted, "ASes of the graph without a line, counted for nothing")
        }
        let ofWeights = parts
        parts = []
        if let catchment = plan.catchment {
            say(catchment.unknown, "lines about ASes that aren't in the graph")
            say(catchment.unmapped, "prefixes without a known origin (\(Shares.percent(catchment.unmappedShare)) of all)")
            say(catchment.ambiguous, "prefixes with several origins, counted for the lowest")
            say(catchment.elsewhere, "lines about other sites (\(catchment.strangeSites.joined(separator: ", ")))")
            say(catchment.divided, "ASes seen at several sites, divided among them")
        }
        return [(ofWeights, "In the weights"), (parts, "In the landings")].filter { !$0.0.isEmpty }.map {
            "\($0.1): \($0.0.joined(separator: "; "))."
        }
    }
}
