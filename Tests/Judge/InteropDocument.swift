import Interop

/// What `docs/interop.md` says.
struct InteropDocument {
    var reports: [Report]
    var date: String

    var text: String {
        ([Self.head + "\n\nAs of \(date), with:\n", versions, "", table, ""] + reports.map(details)).joined(separator: "\n")
    }

    private static let head = """
        # Interoperation

        Landfall's speaker and five routers that we didn't write: sessions over IPv4 and IPv6, where we connect and where
        they do, plain and with TCP-MD5 and GTSM; routes of both families both ways, with all that they can carry; their
        withdrawal; requests for them; and the end of a session with a text, from either side. `make test` has the same
        sessions, `make judge` writes this page.

        Nothing here is typed in. What a router lacks is missing from the OPEN that came from it, or its own parser refused
        the line that asks for it, or it is what passed on the cable, which a packet socket listens to.
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

    private func details(_ report: Report) -> String {
        let lines = Topic.allCases.map { topic in "- \(topic.rawValue): \(words(report.findings[topic]))" }
        return "## \(report.make)\n\n" + lines.joined(separator: "\n") + "\n"
    }

    private func words(_ finding: Finding?) -> String {
        switch finding {
        case .both(let how): how
        case .notInOpen: "not in its OPEN"
        case .refused(let words): "its parser refuses \(words)"
        case .behaviour(let what): "**\(what)**"
        case nil: "nothing is known"
        }
    }
}
