package import Codes

/// Something that a file may say, and that hurts sooner or later: found by `landfall check`.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
        /// It doesn't do what it says, or takes the address off the Internet one day.
        case warning
        /// It works, and there is a better way.
        case advice

        /// Worst first.
        package static func < (a: Self, b: Self) -> Bool { a == .warning && b == .advice }
    }

    package var rule: LintRule
    /// Counted from 1, as in `Diagnostic`.
    package var line: Int
    package var column: Int
    /// What it is about, as the file names it: `sites.fra.neighbors.rhine.prepend`.
    package var key: String
    /// What is there, and why it hurts.
    package var text: String
    /// What to write instead.
    package var instead: String
    /// The reason that the file gives for leaving it so.
    package var accepted: String?

    package var code: String { rule.code }
    package var severity: Severity { rule.severity }
}

/// What a code of the lint stands for.
package struct LintRule: Hashable, Sendable {
    package var severity: Finding.Severity
    package var explanation: Explanation

    package var code: String { explanation.code }
    package var name: String { explanation.name }

    init(
        _ code: String, _ name: String, _ severity: Finding.Severity, title: String, meaning: String, remedy: String
    ) {
        self.severity = severity
        explanation = Explanation(code, name, title: title, meaning: meaning, remedy: remedy)
    }

    /// In the order of their codes.
    package static let all =
        announcing + sites + checks + reaches + times + zones + capacities + rehearsals + routers
        + [.acceptedGone]

    /// For `landfall explain`.
    package static let explanations = all.map(\.explanation)
}

/// A finding that the file accepts, everywhere or under one key.
public struct Acceptance: Hashable, Sendable {
    public var code: String
    /// `sites.fra`: this key, and all below it; nil: wherever it is found.
    public var key: String?
    public var reason: String
    public var line: Int
    public var column: Int

    func covers(_ finding: Finding) -> Bool {
        guard code == finding.code else { return false }
        return key.map { finding.key == $0 || finding.key.hasPrefix($0 + ".") } ?? true
    }
}
