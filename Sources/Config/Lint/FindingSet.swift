internal import YAML

/// What was found in a document so far.
struct FindingSet {
    let document: Node
    private(set) var all: [Finding] = []
    private var known: Set<Mark> = []

    private struct Mark: Hashable {
        var code: String
        var position: Position
    }

    init(_ document: Node) { self.document = document }

    /// Once a place: what several neighbors take from one value is one finding. No more than anybody reads.
    mutating func report(_ rule: LintRule, at way: [KeyStep], _ text: String, instead: String) {
        let position = document.position(at: way)
        guard all.count < mostProblems, known.insert(Mark(code: rule.code, position: position)).inserted else {
            return
        }
        all.append(
            Finding(
                rule: rule, line: position.line, column: position.column, key: document.text(of: way), text: text,
                instead: instead))
    }

    /// What the file accepts, and what it accepts in vain.
    mutating func accept(_ acceptances: [Acceptance]) {
        for acceptance in acceptances {
            let covered = all.indices.filter { acceptance.covers(all[$0]) }
            for index in covered where all[index].accepted == nil { all[index].accepted = acceptance.reason }
            if covered.isEmpty { reportGone(acceptance) }
        }
    }

    private mutating func reportGone(_ acceptance: Acceptance) {
        let place = acceptance.key.map { " at \($0)" } ?? ""
        all.append(
            Finding(
                rule: .acceptedGone, line: acceptance.line, column: acceptance.column,
                key: ["lint.accept.\(acceptance.code)", acceptance.key].compactMap(\.self).joined(separator: "."),
                text:
                    "\(acceptance.code) is accepted, and is not found\(place) any more: it would be accepted unseen when "
                    + "it comes back",
                instead: "leave the line out"))
    }
}

extension Finding {
    var order: (Int, Severity, Int, Int, String) {
        (accepted == nil ? 0 : 1, severity, line, column, code)
    }
}
