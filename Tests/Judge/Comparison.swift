import FoundationEssentials
import Peers

struct Comparison: Sendable {
    var name: String
    /// With whom, over what.
    var summary: String
    var run: @Sendable () async throws -> Findings
}

struct Findings: Sendable {
    var cases = 0
    var equal = 0
    /// Differences that are as they should be, by their reason.
    var explained: [String: Int] = [:]
    /// Everything else, in full.
    var unexplained: [String] = []
    /// Numbers that belong to the result.
    var details: [String] = []

    var sentence: String {
        let reasons = explained.sorted { $0.key < $1.key }.map { "\($0.value) differ because \($0.key)" }
        let count = (["\(cases) cases: \(equal) equal"] + reasons + ["\(unexplained.count) unexplained"])
            .joined(separator: ", ")
        return ([count] + details).joined(separator: "; ")
    }
}

/// `docs/judge.md`: a line for each comparison, the latest only.
enum Record {
    static let path = "docs/judge.md"

    static func note(_ comparison: Comparison, _ findings: Findings) throws {
        let text = readFile(path) ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let date = Date.now.formatted(.iso8601.year().month().day())
        let row = "| \(comparison.name) | \(comparison.summary) | \(findings.sentence) | \(date) |"
        let kept = lines.filter { !$0.hasPrefix("| \(comparison.name) |") && !$0.isEmpty || !$0.hasPrefix("|") }
        let end = kept.lastIndex { $0.hasPrefix("|") }.map { $0 + 1 } ?? kept.endIndex
        let all = kept[..<end].map(String.init) + [row] + kept[end...].map(String.init)
        try writeFile(path, all.joined(separator: "\n"))
    }
}
