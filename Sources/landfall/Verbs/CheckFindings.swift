import Config
import Control

/// What the lint found, below the summary of `check`: worst first.
extension CheckText {
    var found: String {
        let open = findings.filter { $0.accepted == nil }
        let accepted = findings.filter { $0.accepted != nil }
        return [list("Findings", open), list("Accepted", accepted)].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// `The lint found 2 warnings and 1 piece of advice, and 1 that is accepted; …`
    var verdict: String {
        let open = findings.filter { $0.accepted == nil }
        let accepted = findings.count - open.count
        guard let worst = open.first else {
            return accepted == 0 ? "The lint found nothing." : "The lint found nothing that isn't accepted."
        }
        let warnings = open.count { $0.severity == .warning }
        let pieces = open.count - warnings
        let parts = [
            warnings == 0 ? nil : "\(warnings) warning\(warnings == 1 ? "" : "s")",
            pieces == 0 ? nil : "\(pieces) piece\(pieces == 1 ? "" : "s") of advice",
        ].compactMap(\.self)
        let more = accepted == 0 ? "" : ", and \(accepted) that \(accepted == 1 ? "is" : "are") accepted"
        return "The lint found " + parts.joined(separator: " and ") + more
            + "; \"landfall explain \(worst.code)\" says more about the first."
    }

    private func list(_ title: String, _ findings: [Finding]) -> String {
        FindingList(title: title, findings: findings.map { FindingReport($0, path) }).text
    }
}

/// Findings, each with its place first, as editors want it; then what, and below it what to write.
struct FindingList {
    var title: String
    var findings: [FindingReport]

    /// Nothing where there are none.
    var text: String {
        guard !findings.isEmpty else { return "" }
        let rows = Table(
            findings.map { finding in
                let colour: Terminal.Colour = finding.severity == Finding.Severity.warning.rawValue ? .yellow : .grey
                return [
                    "\(finding.path):\(finding.line):\(finding.column)", Terminal.paint(finding.severity, colour),
                    finding.code, finding.key,
                ]
            }
        ).lines(within: nil)
        let room = min(110, (Terminal.screenWidth ?? .max) - 6)
        let blocks = zip(rows, findings).map { row, finding in
            let last = finding.accepted.map { "accepted: \($0)" } ?? "write: \(finding.instead)"
            let lines = (finding.text.wrapped(at: room) + last.wrapped(at: room)).map { "\n      " + $0 }
            return "  \(row)" + lines.joined()
        }
        return ([Terminal.paint(title, .bold)] + blocks).joined(separator: "\n")
    }
}

struct FindingReport: Encodable {
    let code: String
    let name: String
    let severity: String
    let path: String
    let line: Int
    let column: Int
    let key: String
    let text: String
    let instead: String
    let accepted: String?

    init(_ finding: Finding, _ path: String) {
        (code, name, severity) = (finding.code, finding.rule.name, finding.severity.rawValue)
        (self.path, line, column, key) = (path, finding.line, finding.column, finding.key)
        (text, instead, accepted) = (finding.text, finding.instead, finding.accepted)
    }

    /// As an agent says it of a file that it would take.
    init(_ finding: ReloadAnswer.Finding) {
        (code, name, severity) = (finding.code, finding.name, finding.severity)
        (path, line, column, key) = (finding.path, finding.line, finding.column, finding.key)
        (text, instead, accepted) = (finding.text, finding.instead, nil)
    }
}
