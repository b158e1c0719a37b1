import Doctor

/// What `landfall doctor` prints: what was looked at, then what was found with the worst at the end, where the eye is.
struct DoctorText {
    private let report: Report
    /// Of the screen; nil: lines are as long as they get.
    private let width: Int?

    init(_ report: Report, width: Int? = nil) { (self.report, self.width) = (report, width) }

    var text: String {
        let head = "\(report.file): site \(report.site), host \(report.host); \(agents)".fitted(to: width)
        let table = checks.lines(within: width).joined(separator: "\n")
        let blocks = [head, table] + report.findings.reversed().map(describe) + [conclusion.fitted(to: width)]
        return blocks.joined(separator: "\n\n")
    }

    private var agents: String {
        let pid = LiveAgent.text(pid: report.agent)
        if let trouble = report.agentTrouble { return "an agent runs\(pid), and \(trouble)" }
        if report.agent != nil { return "an agent runs\(pid)" }
        guard !report.otherAgents.isEmpty else { return "no agent runs" }
        return "no agent of this host runs; of others: \(report.otherAgents.joined(separator: "; "))"
    }

    private var checks: Table {
        Table(
            report.checks.map { check in
                let seen = [check.seen, check.hidden.map { "not seen: \($0)" }].compactMap(\.self)
                return [check.check, Self.paint(check.result), seen.joined(separator: "; ")]
            })
    }

    private static func paint(_ result: String) -> String {
        switch result {
        case "ok": Terminal.paint(result, .green)
        case "error": Terminal.paint(result, .red)
        case "warning": Terminal.paint(result, .yellow)
        case "hidden": Terminal.paint("?", .grey)
        default: result
        }
    }

    private func describe(_ finding: Report.Problem) -> String {
        let title = "\(finding.code) \(finding.subject): \(finding.title)"
        let head = title.wrapped(at: (width ?? .max) - finding.severity.count - 1).enumerated().map { place, part in
            (place == 0 ? Self.paint(finding.severity) + " " : "  ") + Terminal.paint(part, .bold)
        }
        let why = finding.why.wrapped(at: min(108, room))
        let found = finding.found.flatMap { $0.fitted(to: room).split(separator: "\n").map(String.init) }
        let rows = Self.rows("found", found) + Self.rows("why", why) + Self.rows("do", finding.remedy.flatMap(command))
        return (head + Table(rows).lines(within: nil)).joined(separator: "\n")
    }

    /// Right of the labels.
    private var room: Int { (width ?? .max) - 9 }

    /// A command is never broken, so that it can be pasted: what it does goes to a line of its own before that. Advice in
    /// words is.
    private func command(_ line: String) -> [String] {
        guard line.count > room else { return [line] }
        let parts = line.split(separator: "   # ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return [line] }
        return [parts[0]] + parts[1].wrapped(at: room - 2).map { "# " + $0 }
    }

    private static func rows(_ label: String, _ lines: [String]) -> [[String]] {
        lines.enumerated().map { ["  " + ($0.offset == 0 ? label : ""), $0.element] }
    }

    private var conclusion: String {
        let counts = [("error", report.errors), ("warning", report.warnings), ("note", report.notes)]
            .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }
        let found = counts.isEmpty ? "Nothing found" : counts.joined(separator: ", ")
        let hidden =
            report.hidden == 0 ? "" : "; \(report.hidden) of \(report.checks.count) checks could not see everything"
        return found + hidden + "."
    }
}
