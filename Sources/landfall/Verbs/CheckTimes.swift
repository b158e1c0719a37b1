import Config
import Health
import Net

/// What may happen, and after how long it is over, in a table of `check`.
extension NetworkText {
    var times: String {
        let perSite = network.sites.flatMap { network.times(at: $0) }
        let all = SiteTime.Event.allCases.flatMap { event in perSite.filter { $0.event == event } }
        let rows = all.reduce(into: [(sites: [String], cells: [String])]()) { rows, time in
            let cells = [
                time.happening, time.noticed.map { spoken($0) } ?? "never",
                time.noticed == nil ? "" : time.followed.map { spoken($0) } ?? "",
                time.together.map { spoken($0) } ?? "", time.outcomeText,
            ]
            if let index = rows.firstIndex(where: { $0.cells == cells }) {
                if !rows[index].sites.contains(time.site) { rows[index].sites.append(time.site) }
            } else {
                rows.append(([time.site], cells))
            }
        }
        return section(
            "What may happen, and how long it takes",
            ["SITE", "EVENT", "NOTICED AFTER", "DONE AFTER", "TOGETHER", "THEN"],
            rows.map { [$0.sites.joined(separator: ", ")] + $0.cells })
    }

    /// `at once`, `400–600 ms`, `1.2–1.4 s`, `up to 30 s`.
    private func spoken(_ range: ClosedRange<Duration>) -> String {
        let (least, most) = (range.lowerBound.wholeMilliseconds, range.upperBound.wholeMilliseconds)
        if most == 0 { return "at once" }
        let unit = most < 1000 ? "ms" : "s"
        let (first, last) = most < 1000 ? ("\(least)", "\(most)") : (seconds(least), seconds(most))
        if least == most { return "\(last) \(unit)" }
        return least == 0 ? "up to \(last) \(unit)" : "\(first)–\(last) \(unit)"
    }

    private func seconds(_ milliseconds: Int64) -> String {
        let decimals = String(String(milliseconds % 1000 + 1000).dropFirst().reversed().drop { $0 == "0" }.reversed())
        return decimals.isEmpty ? "\(milliseconds / 1000)" : "\(milliseconds / 1000).\(decimals)"
    }
}

extension SiteTime {
    var happening: String {
        let name = subject ?? ""
        return switch event {
        case .serviceHung: "\(name) hangs"
        case .serviceKilled: "\(name) is killed"
        case .sharedFailed: "\(name) fails"
        case .agentKilled: "the agent is killed"
        case .agentHung: "the agent hangs"
        case .hostSilent: "the host or its link falls silent"
        case .recovered: "\(name) answers again"
        case .drain: "a drain"
        case .stop: "the agent is told to stop"
        }
    }

    var outcomeText: String {
        switch outcome {
        case .withdrawn: "withdrawn"
        case .kept(_, isAll: true): "an anchor: less preferred, and not withdrawn"
        case .kept(let prefixes, isAll: false):
            "withdrawn, but \(prefixes.map(\.description).joined(separator: " and ")) only less preferred: an anchor"
        case .withdrawnWithOthers: "withdrawn when all services of the prefix fail"
        case .restarted: "restarted in place; queries wait, nobody withdraws"
        case .degraded: "degraded, and nobody withdraws"
        case .sessionsClosed: "its BGP sessions close, and routers drop the routes"
        case .sessionsExpired: "hold timers end, if routers accept them, and they drop the routes"
        case .announced: "announced again"
        case .movedThenWithdrawn: "less preferred meanwhile, then withdrawn"
        case .stopped(let time): "less preferred, withdrawn, and the addresses go after \(time.text) more"
        case .unnoticed: "stays announced: no check of its own can withdraw it"
        }
    }
}

struct TimeReport: Encodable {
    let site: String
    let event: String
    let subject: String?
    let noticedAfterMilliseconds: Span?
    let doneAfterMilliseconds: Span?
    let togetherMilliseconds: Span?
    let outcome: String
    let text: String

    init(_ time: SiteTime) {
        (site, event, subject) = (time.site, time.event.rawValue, time.subject)
        noticedAfterMilliseconds = time.noticed.map(Span.init)
        doneAfterMilliseconds = time.followed.map(Span.init)
        togetherMilliseconds = time.together.map(Span.init)
        (outcome, text) = (time.outcome.word, time.outcomeText)
    }
}

extension SiteTime.Outcome {
    /// For programs.
    fileprivate var word: String {
        switch self {
        case .withdrawn: "withdrawn"
        case .withdrawnWithOthers: "withdrawn-with-others"
        case .kept: "kept"
        case .restarted: "restarted"
        case .degraded: "degraded"
        case .sessionsClosed: "sessions-closed"
        case .sessionsExpired: "sessions-expired"
        case .announced: "announced"
        case .movedThenWithdrawn, .stopped: "moved-then-withdrawn"
        case .unnoticed: "unnoticed"
        }
    }
}
