import Config
import Daemon
import FoundationEssentials
import Net
import Site

/// A manual page in mdoc(7), which mandoc and groff both set.
struct ManPage {
    var name: String
    var section: Int
    var text: String

    /// Every page that there is: the program, its verbs, and the file.
    static var all: [ManPage] { [.overview] + Verb.all.map { .verb($0) } + [.file] }

    /// `landfall-run.1`
    var fileName: String { "\(name).\(section)" }

    init(_ name: String, section: Int, summary: String, _ parts: [(heading: String, body: String)]) {
        (self.name, self.section) = (name, section)
        let head = """
            .\\" Made by landfall man, from the same tables as the program's own help.
            .Dd \(Self.date)
            .Dt \(name.uppercased()) \(section)
            .Os "Landfall \(Version.text)"
            .Sh NAME
            .Nm \(name)
            .Nd \(Mdoc.line(summary))
            """
        let rest = parts.filter { !$0.body.isEmpty }.map { ".Sh \($0.heading)\n\($0.body)" }
        text = ([head] + rest).joined(separator: "\n")
    }

    /// Of the build where that is to be reproducible (SOURCE_DATE_EPOCH), else today.
    private static var date: String {
        let epoch = variable("SOURCE_DATE_EPOCH").flatMap(Double.init)
        let digits = timestamp(epoch.map { Date(timeIntervalSince1970: $0) } ?? Date()).prefix(10).split(separator: "-")
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        guard digits.count == 3, let month = Int(digits[1]), let day = Int(digits[2]), (1...12).contains(month) else {
            return "January 1, 1970"
        }
        return "\(months[month - 1]) \(day), \(digits[0])"
    }
}

/// Pieces of mdoc.
enum Mdoc {
    /// A line of text: nothing in it is a request, and what isn't ASCII is named, so that every locale sets it.
    static func line(_ text: some StringProtocol) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "…": "..."
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(padded(String(scalar.value, radix: 16, uppercase: true)))]"
            }
        }.joined()
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    /// Paragraphs, which an empty line divides. What is indented is set as it is.
    static func text(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.split { $0.isEmpty }.map { paragraph in
            if paragraph.contains(where: { $0.hasPrefix(" ") }) { return literal(paragraph.map(String.init)) }
            return sentences(paragraph.joined(separator: " ")).map { line($0) }.joined(separator: "\n")
        }.joined(separator: "\n.Pp\n")
    }

    /// Each begins a line, so that the formatter knows where a sentence ends.
    private static func sentences(_ text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = text[...]
        while let end = rest.firstRange(of: ". ") ?? rest.firstRange(of: "? ") ?? rest.firstRange(of: "! ") {
            found.append(rest[..<end.upperBound].dropLast())
            rest = rest[end.upperBound...]
        }
        return rest.isEmpty ? found : found + [rest]
    }

    /// A word as an argument of a macro: macros' own names must not be called there.
    static func word(_ text: String) -> String {
        "\\&" + line(text).replacing(" ", with: "\\ ").replacing("\"", with: "\\(dq")
    }

    static func list(_ items: [(head: String, body: String)]) -> String {
        guard !items.isEmpty else { return "" }
        let lines = items.map { ".It \($0.head)\n\(text($0.body))" }
        return ".Bl -tag -width Ds\n" + lines.joined(separator: "\n") + "\n.El"
    }

    static func literal(_ lines: [String]) -> String {
        ".Bd -literal -offset indent\n" + lines.map { line($0) }.joined(separator: "\n") + "\n.Ed"
    }

    static func references(_ pages: [(name: String, section: Int)]) -> String {
        pages.sorted { ($0.section, $0.name) < ($1.section, $1.name) }.enumerated().map { index, page in
            ".Xr \(page.name) \(page.section)\(index == pages.count - 1 ? "" : " ,")"
        }.joined(separator: "\n")
    }
}
