import Announce
import Lab

/// What a step came to, in a few lines beneath its table.
struct StepSummary {
    private let step: Report.Step

    init(_ step: Report.Step) { self.step = step }

    var lines: [String] {
        guard let site = step.target.value else { return [] }
        let own: [String?] =
            switch step.kind {
            case "restore", "undrain": [returned(site)]
            case "drain": [affected(site), drain(site)]
            case "flap": [affected(site), sightings, returned(site)]
            case "overload": [affected(site), flood(site), checks]
            default: [affected(site)]
            }
        return (own + [connections]).compactMap(\.self)
    }

    private func returned(_ site: String) -> String? {
        let back = step.clients.compactMap(\.returnMilliseconds.value)
        guard let first = back.min(), let last = back.max() else { return nil }
        return "\(site) answers its clients again after \(milliseconds(first)) to \(milliseconds(last)); "
            + "\(step.lost) of \(step.queries) queries lost."
    }

    private func affected(_ site: String) -> String {
        guard step.affected > 0 else { return "Nobody was on \(site)." }
        let reason = step.withdrawalReason.value.map { " (\($0))" } ?? ""
        let routes = step.withdrawn.value == true ? "its routes went away\(reason)" : "its routes stayed"
        let start = "\(step.affected) were on \(site) (a client counts once for each family); \(routes). "
        guard let median = step.medianOutageMilliseconds.value, let longest = step.maxOutageMilliseconds.value else {
            return start + "\(step.lost) of \(step.queries) queries lost."
        }
        return start
            + "Outage: median \(milliseconds(median)), longest \(milliseconds(longest)); \(step.lost) queries lost."
    }

    private func drain(_ site: String) -> String? {
        guard let drain = step.drain.value else { return nil }
        let after = drain.decidedAfterMilliseconds.value.map { " after \(milliseconds($0))" } ?? ""
        let share = drain.share.value.map { ", having counted \(percent($0)) of the traffic" } ?? ""
        let arriving =
            "In the second before, \(drain.arriving) queries still landed there, of \(drain.arrivedBefore) usually."
        return switch drain.stage {
        case "withdrawn": "The drain has withdrawn\(after)\(share). \(arriving)"
        case "kept": "The drain has left it announced\(after)\(share). \(arriving)"
        default: "The drain hasn't come to an end. \(arriving)"
        }
    }

    /// The most that a neighbor saw of one prefix.
    private var sightings: String {
        let gone = step.routes.map(\.withdrawals).max() ?? 0
        let back = step.routes.map(\.announcements).max() ?? 0
        let verdicts = step.checks.value?.verdicts ?? 0
        return "Checks changed their verdict \(verdicts) times; of a prefix, a neighbor saw at most "
            + "\(gone) withdrawals and \(back) announcements."
    }

    private func flood(_ site: String) -> String? {
        step.flood.value.map {
            "\($0.client) sends \(Int($0.queriesPerSecond)) queries a second (\($0.family)), of which \($0.limit) reach it."
        }
    }

    private var checks: String? {
        step.checks.value.map {
            "\($0.failed) of \($0.made) checks failed; \($0.degraded ? "degraded" : "not degraded")."
        }
    }

    /// What anycast does to TCP.
    private var connections: String? {
        guard step.connections > 0 else { return nil }
        return "\(step.connectionsBroken) of \(step.connections) TCP downloads were broken."
    }
}
