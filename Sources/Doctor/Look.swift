internal import Codes

/// One thing that was looked at, and what came of it.
package struct Look: Hashable, Sendable {
    /// What was looked at: `neighbor r4`, `open files`.
    package var check: String
    /// What was seen, in a line; of what was found, the worst.
    package var seen: String
    /// Empty: all is well, as far as it could be seen.
    package var findings: [Finding]
    /// Why it couldn't be looked at, or not at all of it; nil: it could.
    package var hidden: String?

    init(_ check: String, _ seen: String = "", findings: [Finding] = [], hidden: String? = nil) {
        (self.check, self.seen, self.findings, self.hidden) = (check, seen, findings, hidden)
        guard let worst = findings.max(by: { $0.severity < $1.severity }) else { return }
        let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
        self.seen = "\(worst.condition.code)\(more): \(worst.found.first ?? worst.condition.title)"
    }

    package enum Result: String, Sendable {
        case ok, hidden, note, warning, error
    }

    package var result: Result {
        switch findings.map(\.severity).max() {
        case .error: .error
        case .warning: .warning
        case .note: .note
        case nil: hidden == nil ? .ok : .hidden
        }
    }
}

/// A fact, or why it couldn't be had.
enum Seen<Value: Sendable>: Sendable {
    case value(Value)
    case hidden(String)

    var value: Value? { if case .value(let value) = self { value } else { nil } }
    var hidden: String? { if case .hidden(let reason) = self { reason } else { nil } }
}

extension Seen: Equatable where Value: Equatable {}
extension Seen: Hashable where Value: Hashable {}
