import Announce
import Codes
import Config
import Control
import Doctor
import Net
import Site

/// All codes there are, as `landfall explain` and docs/operations.md show them. Each table stands beside what says its codes.
enum Explanations {
    static let all: [Explanation] = events + alarms + lints + Examination.explanations

    static let events = Event.explanations

    static let alarms = (Announce.Alarm.explanations + Status.Alarm.explanations + AgentAlarms.explanations)
        .sorted { $0.code < $1.code }

    static let lints = LintRule.explanations
}

extension Explanations {
    /// By its code, with or without its `LF-`, or by its name, whatever the case.
    static func named(_ text: String, for verb: String) throws(Failure) -> Explanation {
        let wanted = text.lowercased()
        let names = { (what: Explanation) in [what.code.lowercased(), what.code.dropFirst(3).lowercased(), what.name] }
        if let what = all.first(where: { names($0).contains(wanted) }) { return what }
        let near = nearest(to: wanted, among: all.flatMap(names)).map { near in all.filter { names($0).contains(near) }
        }
        let alike = all.filter { $0.name.contains(wanted) && wanted.count > 2 }
        let hints = ((near ?? []) + alike.filter { !(near ?? []).contains($0) }).prefix(3)
            .map { "\($0.code) (\($0.name))" }
        let hint = hints.isEmpty ? "landfall explain lists all" : "did you mean \(hints.joined(separator: " or "))?"
        throw Failure("\(verb): there is no code \"\(text.printable(100))\"; \(hint)")
    }
}
