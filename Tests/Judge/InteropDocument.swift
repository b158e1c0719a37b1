import Interop

/// What `docs/interop.md` says.
struct InteropDocument {
    var reports: [Report]
    var date: String

    var text: String {
        ([Self.head + "\n\nAs of \(date), with:\n", versions, "", table, "", meaning] + reports.compactMap(details))
            .joined(separator: "\n")
    }

    private static let head = """
        # Interoperation

        Landfall's speaker and five routers that we didn't write: sessions over IPv4 and IPv6, where we connect and where
        they do, plain and with TCP-MD5 and GTSM; routes of both families both ways, with all that they can carry; their
        withdrawal; requests for them; and the end of a session with a text, from either side. `make test` has the same
        sessions, `make judge` writes this page.

        Nothing here is typed in. What a router lacks is missing from the OPEN that came from it, or its own parser refused
        the line that asks for it, or it is what passed on the cable, which a packet socket listens to. `make judge ONLY=interop`
        writes this page, and runs the same sessions under the address sanitizer.
        """

    private var versions: String {
        reports.map { "- \($0.make): \($0.version.split(separator: "\n").first ?? "")" }.joined(separator: "\n")
    }

    private var table: String {
        let names = reports.map { "\($0.make)" }
        let head = ["| | " + names.joined(separator: " | ") + " |", "|---" + names.map { _ in "|---" }.joined() + "|"]
        let rows = Topic.allCases.map { topic in
            "| \(topic.rawValue) | " + reports.map { word($0.findings[topic]) }.joined(separator: " | ") + " |"
        }
        return (head + rows).joined(separator: "\n")
    }

    private func word(_ finding: Finding?) -> String {
        switch finding {
        case .both: "both"
        case .notInOpen: "not in its OPEN"
        case .refused: "its parser refuses"
        case .behaviour: "see below"
        case nil: "?"
        }
    }

    /// What was seen where both know something: with the first router of those that do.
    private var meaning: String {
        let lines = Topic.allCases.compactMap { topic in
            reports.lazy.compactMap { report -> String? in
                guard case .both(let how)? = report.findings[topic] else { return nil }
                return "- \(topic.rawValue), with \(report.make): \(how)"
            }.first
        }
        return "## What “both” stands for\n\n" + lines.joined(separator: "\n") + "\n"
    }

    private func details(_ report: Report) -> String? {
        let lines = Topic.allCases.compactMap { topic in
            words(report.findings[topic]).map { "- \(topic.rawValue): \($0)" }
        }
        return lines.isEmpty ? nil : "## \(report.make)\n\n" + lines.joined(separator: "\n") + "\n"
    }

    /// nil where there is nothing to explain.
    private func words(_ finding: Finding?) -> String? {
        switch finding {
        case .both: nil
        case .notInOpen: "not in its OPEN"
        case .refused(let words): "its parser refuses \(words)"
        case .behaviour(let what): what
        case nil: "nothing is known"
        }
    }
}
