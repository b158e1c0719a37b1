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
        return
            "Measured: \(score.ases) \(score.ases == 1 ? "AS" : "ASes"), \(Shares.percent(plan.summary.measured.share)) of what counts. The graph alone "
            + "would have been right about \(Shares.percent(score.accuracy)) of them; that all land at \(biggest), "
            + "about \(Shares.percent(score.biggestAccuracy))."
    }

    /// What couldn't be used, or only somehow.
    private var missed: [String] {
        var said: [String] = []
        if let weights = plan.weights {
            var list = Counts()
            list.say(weights.unknown.count, "ASes that the graph doesn't have", weights.unknown.share)
            list.mapped(weights.unmapped.count, weights.unmapped.share, weights.ambiguous, plan)
            list.say(weights.repeated, "lines about an AS that had one, added up")
            list.say(weights.uncounted, "ASes of the graph without a line, counted for nothing")
            said.append(list.text("In the weights"))
        }
        if let catchment = plan.catchment {
            var list = Counts()
            list.say(catchment.unknown, "lines about ASes that the graph doesn't have")
            list.mapped(catchment.unmapped, catchment.unmappedShare, catchment.ambiguous, plan)
            list.say(
                catchment.elsewhere,
                "lines about other sites, such as \(catchment.strangeSites.joined(separator: ", "))")
            list.say(catchment.divided, "ASes seen at several sites, divided among them")
            said.append(list.text("In the landings"))
        }
        return said.filter { !$0.isEmpty }
    }

    private struct Counts {
        private var parts: [String] = []

        mutating func say(_ count: Int, _ what: String, _ share: Double? = nil) {
            guard count > 0 else { return }
            parts.append("\(what): \(count)\(share.map { " (\(Shares.percent($0)) of all)" } ?? "")")
        }

        /// Said even when it is nothing: whoever maps prefixes wants to know how well that went.
        mutating func mapped(_ unmapped: Int, _ share: Double, _ ambiguous: Int, _ plan: Plan) {
            if unmapped > 0 || plan.mapsPrefixes {
                parts.append("prefixes that no AS is known to announce: \(unmapped) (\(Shares.percent(share)) of all)")
            }
            say(ambiguous, "prefixes with several origins, counted for the lowest")
        }

        func text(_ title: String) -> String { parts.isEmpty ? "" : "\(title): \(parts.joined(separator: "; "))." }
    }
}
