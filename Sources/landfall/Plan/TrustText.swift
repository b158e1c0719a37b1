import Internet
import Planner

/// How far a plan says that it can be believed, before any number.
struct TrustText {
    let title: String
    let text: String

    init(_ plan: Plan) {
        let measured = plan.summary.measured
        switch plan.trust.source {
        case .experiments:
            title = measured.ases == 0 ? "Scenario, uncalibrated" : "Scenario, hardly calibrated"
            let what =
                measured.ases == 0
                ? "predicted from the graph alone."
                : "predicted from the graph, but for \(measured.ases) measured ASes, too few to judge the others by."
            text = "\(what) \(Self.experiments) \(Self.ranges(plan.trust.accuracy))\(Self.own(plan))"
        case .measured(let ases):
            title = "Calibrated by measurements"
            text =
                "\(Shares.percent(measured.share)) of what counts is measured, at \(ases) ASes; about "
                + "\(Shares.percent(plan.score?.accuracy ?? 0)) of these the graph alone would have been right. "
                + Self.ranges(plan.trust.accuracy)
        }
    }

    private static var experiments: String {
        let all = Trust.experiments
        let (least, most, median) = (all[0], all[all.count - 1], all[all.count / 2])
        return "In \(all.count) real experiments with two sites, such plans were right about "
            + "\(Shares.text(least...most)) of the ASes, the median \(Shares.percent(median)), and about "
            + "\(Shares.text(Trust.singleRoutes)) of those with a single best route."
    }

    private static func ranges(_ accuracy: Double) -> String {
        "No landing here is certain: COULD BE has what shares would be if \(Shares.percent(1 - accuracy)) of what is "
            + "predicted landed elsewhere, BY TIES if only routes that are equally good were chosen otherwise."
    }

    private static func own(_ plan: Plan) -> String {
        plan.surroundings.source == .own ? " landfall rehearse measures the landings on the file's Internet." : ""
    }
}
