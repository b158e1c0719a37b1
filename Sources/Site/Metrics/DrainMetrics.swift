internal import Announce
internal import Config
internal import Control
internal import Loop
internal import Net

/// What operators have drained and not undrained.
enum DrainMetrics {
    static let drain = Metric(
        "landfall_drain", .gauge, by: ["kind", "name", "state"],
        "A drain of the host, of a service or of a neighbor: 1 for the state that it is in. Absent when there is none.")
    static let began = Metric(
        "landfall_drain_start_timestamp_seconds", .gauge, by: ["kind", "name"], "When the drain began.")
    static let share = Metric(
        "landfall_drain_traffic_ratio", .gauge, by: ["kind", "name"],
        "How much of the traffic of before the drain is still here, where that is known.")

    static let all = [drain, began, share]

    fileprivate static let states = ["moving", "withdrawn", "kept"].map { (state: $0, word: $0) }
}

extension Agent {
    func addDrains(to page: inout MetricsPage) {
        for drain in announcer.drains {
            let target = OrderTarget(of: drain.target)
            let labels = [target.kind.rawValue, target.name ?? host.name]
            page.add(DrainMetrics.drain, by: labels, drain.stage.word, of: DrainMetrics.states)
            if let share = drain.share { page.add(DrainMetrics.share, by: labels, share) }
            if let act = act(behind: drain) {
                page.add(DrainMetrics.began, by: labels, wallClock(of: act.at, now: Loop.now))
            }
        }
    }
}
