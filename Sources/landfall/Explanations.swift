import Announce
import Codes
import Config
import Control
import Doctor
import Net
import Site

/// All codes there are, as `landfall explain` and docs/operations.md show them. Each table stands beside what says its codes.
enum Explanations {
    static let all: [Explanation] = events + alarms + findings + lints

    static let events = Event.explanations

    static let alarms = (Announce.Alarm.explanations + Status.Alarm.explanations + AgentAlarms.explanations)
        .sorted { $0.code < $1.code }

    /// Of `landfall doctor`.
    static let findings = Examination.explanations

    /// Of `landfall check`.
    static let lints = LintRule.explanations
}

extension Explanations {
    /// By its code, with or without its `LF-`, or by its name, whatever the case. A name may stand for an alarm and for a
    /// finding of `landfall doctor` that are about the same; a code stands for one thing.
    static func named(
        _ text: String, in codes: [Explanation] = all, for verb: String
    ) throws(Failure) -> [Explanation] {
        let wanted = text.lowercased()
        let found = codes.filter { words(of: $0).contains(wanted) }
        guard found.isEmpty else { return found }
        let hints = alike(wanted, in: codes).prefix(3).map { "\($0.code) (\($0.name))" }
        let hint = hints.isEmpty ? "landfall explain lists all" : "did you mean \(hints.joined(separator: " or "))?"
        throw Failure("\(verb): there is no code \"\(text.printable(100))\"; \(hint)")
    }

    private static func words(of what: Explanation) -> [String] {
        [what.code.lowercased(), what.code.dropFirst(3).lowercased(), what.name]
    }

    /// What may have been meant: the nearest first, then names that it is a part of.
    private static func alike(_ wanted: String, in codes: [Explanation]) -> [Explanation] {
        let near = nearest(to: wanted, among: codes.flatMap(words)).map { near in
            codes.filter { words(of: $0).contains(near) }
        }
        let first = near ?? []
        return first + codes.filter { wanted.count > 2 && $0.name.contains(wanted) && !first.contains($0) }
    }
}
