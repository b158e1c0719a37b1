internal import Codes
internal import Config

/// What came of an examination, as `landfall doctor --json` prints it; documented in docs/json.md.
package struct Report: Encodable, Sendable {
    package let schema = "landfall.doctor/1"
    /// Whether the exit code is 0.
    package var ok: Bool
    package var file: String
    package var site: String
    package var host: String
    /// The pid of this host's agent, whether it answers or not; missing where none runs, or it can't be seen.
    package var agent: Int?
    /// Why it wasn't asked: it runs, and `doesn't answer`, or `may not be asked` by whoever does.
    package var agentTrouble: String?
    /// Agents of other sites and hosts in this network namespace: `site ams, host ams1 (pid 812)`.
    package var otherAgents: [String]
    package var checks: [Check]
    /// Worst first.
    package var findings: [Problem]
    package var errors: Int
    package var warnings: Int
    package var notes: Int
    /// How many checks could not look, or not at everything.
    package var hidden: Int

    /// Who lives here.
    package struct Agents: Sendable {
        package var own: Int?
        package var trouble: String?
        package var others: [String] = []
    }

    package struct Check: Encodable, Sendable {
        package var check: String
        /// `ok`, `hidden`, `note`, `warning` or `error`.
        package var result: String
        package var seen: String?
        package var hidden: String?
        package var codes: [String]
    }

    package struct Problem: Encodable, Sendable {
        package var code: String
        package var name: String
        package var severity: String
        package var subject: String
        package var title: String
        package var found: [String]
        package var why: String
        package var remedy: [String]
    }

    /// - Parameter isStrict: warnings count as errors do.
    package init(_ looks: [Look], of subject: Subject, agents: Agents, isStrict: Bool) {
        (file, site, host) = (subject.file, subject.site.name, subject.host.name)
        (agent, agentTrouble, otherAgents) = (agents.own, agents.trouble, agents.others)
        checks = looks.map(Check.init)
        let all = looks.flatMap(\.findings)
        // In the order of the checks among equals.
        let worstFirst = all.enumerated().sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }
        findings = worstFirst.map { Problem($0.element) }
        errors = all.count { $0.severity == .error }
        warnings = all.count { $0.severity == .warning }
        notes = all.count { $0.severity == .note }
        hidden = looks.count { $0.hidden != nil }
        ok = errors == 0 && !(isStrict && warnings > 0)
    }
}

extension Report.Agents {
    init(_ surroundings: Surroundings) {
        own = surroundings.agentProcess.map { Int($0) }
        if surroundings.agent == nil, surroundings.ownLive != nil {
            trouble = surroundings.agentTrouble?.isForbidden == true ? "may not be asked" : "doesn't answer"
        }
        others = surroundings.otherLive.map { other in other.name + (other.pid.map { " (pid \($0))" } ?? "") }
    }
}

extension Report.Check {
    fileprivate init(_ look: Look) {
        (check, result, hidden) = (look.check, look.result.rawValue, look.hidden)
        seen = look.seen.isEmpty ? nil : look.seen
        codes = look.findings.map(\.condition.code)
    }
}

extension Report.Problem {
    fileprivate init(_ finding: Finding) {
        (code, name, title) = (finding.condition.code, finding.condition.name, finding.condition.title)
        (severity, subject) = (finding.severity.rawValue, finding.subject)
        (found, why, remedy) = (finding.found, finding.condition.meaning, finding.remedy)
    }
}
