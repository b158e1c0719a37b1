import DNS
import Peers
import Testing

@testable import Config

/// One code of docs/lint.md: what the page says about it, a file in which it is found, and one in which it nearly is.
/// The page is the data of the tests.
struct LintCase: CustomTestStringConvertible {
    var code: String
    var name: String
    /// Between the heading and the first block, on one line.
    var words: String
    /// As many as the page has; the first is found, the second nearly.
    var variants: [Variant]

    var testDescription: String { "\(code) \(name)" }

    struct Variant {
        /// Top-level keys that stand in place of those of the base.
        var yaml: String
        var zone: String?
    }

    static let page = (try? Repository.text("docs/lint.md")) ?? ""

    /// The files before the first code. The last is what every variant is made from.
    static let head = blocks(in: page.components(separatedBy: "\n### LF-")[0][...])
    static let base = head.last ?? Variant(yaml: "")

    static let all: [LintCase] = page.components(separatedBy: "\n### LF-").dropFirst().compactMap { part in
        let heading = part.prefix { $0 != "\n" }.split(separator: " ")
        guard heading.count == 2 else { return nil }
        let section = part.components(separatedBy: "\n## ")[0]
        let text = section.drop { $0 != "\n" }.components(separatedBy: "```")[0]
        return LintCase(
            code: "LF-\(heading[0])", name: String(heading[1]),
            words: text.split(whereSeparator: \.isWhitespace).joined(separator: " "), variants: blocks(in: section[...])
        )
    }

    /// Blocks of YAML, each with the zone that follows it.
    private static func blocks(in text: Substring) -> [Variant] {
        text.components(separatedBy: "```yaml\n").dropFirst().map { part in
            let pieces = part.components(separatedBy: "```")
            let zone = pieces.dropFirst(2).first.flatMap { $0.hasPrefix("zone\n") ? String($0.dropFirst(5)) : nil }
            // Only one that comes before the next paragraph belongs to it.
            let isNext = pieces.count > 1 && pieces[1].allSatisfy(\.isWhitespace)
            return Variant(yaml: pieces[0], zone: isNext ? zone : nil)
        }
    }
}

extension LintCase.Variant {
    /// A whole file: the base, with the top-level keys of this one in place of its own.
    var file: String {
        let own = Self.sections(of: yaml)
        let kept = Self.sections(of: LintCase.base.yaml).filter { section in !own.contains { $0.key == section.key } }
        return (own + kept).map(\.text).joined(separator: "\n") + "\n"
    }

    private static func sections(of yaml: String) -> [(key: String, text: String)] {
        var sections: [(key: String, text: String)] = []
        for line in yaml.split(separator: "\n") {
            if let first = line.first, first != " ", first != "#" {
                sections.append((String(line.prefix { $0 != ":" }), String(line)))
            } else if !sections.isEmpty {
                sections[sections.count - 1].text += "\n" + line
            }
        }
        return sections
    }

    func findings() throws -> [Finding] {
        try lint(file, zone: zone ?? LintCase.base.zone ?? "")
    }

    /// The line that the page marks with a comment that begins with a code.
    var markedLine: Int? {
        file.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("# LF-") }.map { $0 + 1 }
    }
}

/// What is found in a file, with one zone for all that it names.
func lint(_ text: String, zone: String = LintCase.base.zone ?? "") throws -> [Finding] {
    let located = try ConfigurationFile.locate(text: Array(text.utf8), path: "landfall.yaml").get()
    let paths = (located.file.network?.services ?? []).flatMap { $0.serve?.dns.zones.map(\.path) ?? [] }
    let zones = try paths.map { ($0, try Zone.parse(Array(zone.utf8), path: $0)) }
    return Lint.findings(in: located, zones: Dictionary(zones) { first, _ in first })
}

extension StringProtocol {
    func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }
}
