import Doctor

/// What `landfall doctor` prints: what was looked at, then what was found with the worst at the end, where the eye is.
struct DoctorText {
    private let report: Report

    init(_ report: Report) { self.report = report }

    var text: String {
        let head = "\(report.file): site \(report.site), host \(report.host); \(agents)"
        let blocks = [head, checks.text] + report.findings.reversed().map(describe) + [conclusion]
        return blocks.joined(separator: "\n\n")
    }

    private var agents: String {
        let pid = report.agent.map { " (pid \($0))" } ?? ""
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
        let head = "\(Self.paint(finding.severity)) \(Terminal.paint(title, .bold))"
        let why = finding.why.wrapped(at: 108)
        let rows = Self.rows("found", finding.found) + Self.rows("why", why) + Self.rows("do", finding.remedy)
        return ([head] + Table(rows).lines).joined(separator: "\n")
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
