internal import Config
internal import Control
internal import DNS

/// What the lint finds in one edition and not in another: what whoever reloads is about to take on.
extension Edition {
    /// Those that the file accepts are none. A place that moved is the same finding.
    func findings(newSince old: Edition) -> [Finding] {
        let known = Set(old.findings.map(\.essence))
        return findings.filter { !known.contains($0.essence) }
    }

    /// Zones of other sites' services are not read here, and so not judged.
    private var findings: [Finding] {
        guard case .success(let located) = ConfigurationFile.locate(text: text, path: path) else { return [] }
        return Lint.findings(in: located, zones: zones).filter { $0.accepted == nil }
    }

    private var zones: [String: DNS.Zone] {
        let all = copies.values.flatMap { copy in copy.zones.map { (copy, $0) } }
        return all.reduce(into: [:]) { zones, one in
            zones[one.1.path] = try? one.0.load(one.1)
        }
    }
}

extension Finding {
    fileprivate var essence: [String] { [code, key, text] }
}

extension ReloadAnswer.Finding {
    init(_ finding: Finding, _ path: String) {
        self.init()
        (code, name, severity) = (finding.code, finding.rule.name, finding.severity.rawValue)
        (self.path, line, column, key) = (path, finding.line, finding.column, finding.key)
        (text, instead) = (finding.text, finding.instead)
    }
}
