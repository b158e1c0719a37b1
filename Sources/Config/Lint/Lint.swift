internal import Net
package import DNS
internal import YAML

/// Looks at a whole file for what operators of anycast are bitten by. Everything found here is a file that can be run;
/// what can't is refused by `Rules`, before anybody asks a lint.
///
/// Pure: the network, the document that it was read from, and the zones that it serves go in, findings come out. Each
/// function that finds something is named after its rule; the rules' own words are in `Lint/Codes`.
package struct Lint {
    let network: Network
    let document: Node
    /// By the path of their files; a zone that isn't there is not judged.
    let zones: [String: Zone]
    let sessions: [Session]
    /// Those with other ASes.
    let externals: [Session]
    private(set) var findings: [Finding] = []
    private var known: Set<Mark> = []

    private struct Mark: Hashable {
        var code: String
        var position: Position
    }

    private init(_ located: LocatedNetwork, _ zones: [String: Zone]) {
        (network, document, self.zones) = (located.network, located.document, zones)
        sessions = located.sessions
        externals = sessions.filter(\.isExternal)
    }

    /// Worst first, then in the order of the file; those that the file accepts last.
    package static func findings(in located: LocatedNetwork, zones: [String: Zone] = [:]) -> [Finding] {
        var lint = Lint(located, zones)
        lint.lintAnnouncing()
        lint.lintSites()
        lint.lintChecks()
        lint.lintReaches()
        lint.lintTimes()
        lint.lintZones()
        lint.lintCapacities()
        lint.lintRehearsal()
        lint.accept()
        return lint.findings.sorted { $0.order < $1.order }
    }

    /// Once a place: what several neighbors take from one value is one finding. No more than anybody reads.
    mutating func report(_ rule: LintRule, at way: [KeyStep], _ text: String, instead: String) {
        let position = document.position(at: way)
        guard findings.count < mostProblems, known.insert(Mark(code: rule.code, position: position)).inserted else {
            return
        }
        findings.append(
            Finding(
                rule: rule, line: position.line, column: position.column, key: document.text(of: way), text: text,
                instead: instead))
    }

    /// Whether the file says so itself, or leaves it to a default.
    func says(_ way: [KeyStep]) -> Bool { document.node(at: way) != nil }

    /// What the file accepts, and what it accepts in vain.
    private mutating func accept() {
        for acceptance in network.accepted {
            let covered = findings.indices.filter { acceptance.covers(findings[$0]) }
            for index in covered where findings[index].accepted == nil { findings[index].accepted = acceptance.reason }
            if covered.isEmpty { reportGone(acceptance) }
        }
    }

    private mutating func reportGone(_ acceptance: Acceptance) {
        let place = acceptance.key.map { " at \($0)" } ?? ""
        findings.append(
            Finding(
                rule: .acceptedGone, line: acceptance.line, column: acceptance.column,
                key: ["lint.accept.\(acceptance.code)", acceptance.key].compactMap(\.self).joined(separator: "."),
                text:
                    "\(acceptance.code) is accepted, and is not found\(place) any more: it would be accepted unseen when "
                    + "it comes back",
                instead: "leave the line out"))
    }
}

extension LintRule {
    static let acceptedGone = LintRule(
        "LF-L901", "accepted-gone", .advice,
        title: "An accepted finding is not there any more.",
        meaning: """
            lint.accept names a finding that the file doesn't give any more. When the same mistake is made again, perhaps at \
            another place, nobody would be told.
            """,
        remedy: "Leave the line out. It can't be accepted itself.")
}

extension Finding {
    fileprivate var order: (Int, Severity, Int, Int, String) {
        (accepted == nil ? 0 : 1, severity, line, column, code)
    }
}

extension Network {
    var families: [Family] { Family.allCases.filter { family in prefixes.contains { $0.family == family } } }
}
