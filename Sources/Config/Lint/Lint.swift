internal import Net
package import DNS
internal import YAML

/// Looks at what a file says of a network, for what operators of anycast are bitten by. Everything found here is a file
/// that can be run; what can't is refused by `Rules`, before anybody asks a lint.
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
    private var found: FindingSet

    private init(_ network: Network, _ document: Node, _ zones: [String: Zone], _ found: FindingSet) {
        (self.network, self.document, self.zones, self.found) = (network, document, zones, found)
        sessions = network.sessions(in: document)
        externals = sessions.filter(\.isExternal)
    }

    /// Of a whole file: worst first, then in the order of the file; those that the file accepts last.
    package static func findings(in located: LocatedFile, zones: [String: Zone] = [:]) -> [Finding] {
        var found = FindingSet(located.document)
        if let network = located.file.network {
            var lint = Lint(network, located.document, zones, found)
            lint.lint()
            found = lint.found
        }
        var routers = RouterLint(located.file.routers, found)
        routers.lint()
        found = routers.found
        found.accept(located.file.accepted)
        return found.all.sorted { $0.order < $1.order }
    }

    private mutating func lint() {
        lintAnnouncing()
        lintSites()
        lintChecks()
        lintReaches()
        lintTimes()
        lintZones()
        lintCapacities()
        lintRehearsal()
    }

    mutating func report(_ rule: LintRule, at way: [KeyStep], _ text: String, instead: String) {
        found.report(rule, at: way, text, instead: instead)
    }

    /// Whether the file says so itself, or leaves it to a default.
    func says(_ way: [KeyStep]) -> Bool { document.node(at: way) != nil }
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

extension Network {
    var families: [Family] { Family.allCases.filter { family in prefixes.contains { $0.family == family } } }
}
