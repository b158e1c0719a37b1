import Files
import FoundationEssentials
import Glibc
import Peers
import Testing

@Suite("landfall check as a lint, and landfall diff")
struct LintCommandTests {
    private static let text = """
        network: {name: example, asn: 64496, prefixes: [203.0.113.0/24]}
        sites:
          fra: {place: FRA, router-id: 192.0.2.2, neighbors: [{name: a, address: 192.0.2.1, asn: 64501, role: provider}]}
          gru:
            {place: GRU, router-id: 192.0.2.6, anchor: true,
             neighbors: [{name: b, address: 192.0.2.5, asn: 64502, role: provider}]}
        services:
          web: {addresses: [203.0.113.80], checks: [{tcp: {port: 80}, fall: 1}]}

        """

    /// A file of its own, gone afterwards.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/landfall-lint-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            unlink("\(folder)/landfall.yaml")
            rmdir(folder)
        }
        try File.write(Array(text.utf8), to: "\(folder)/landfall.yaml")
        try body("\(folder)/landfall.yaml")
    }

    @Test("findings follow the summary, worst first, and change the exit code only with --strict")
    func findings() throws {
        try withFile(Self.text) { path in
            let command = try Command("check", path)
            #expect(command.exit == 0 && command.talk.isEmpty)
            let tail = try #require(command.output.components(after: "\nFindings\n"))
            #expect(
                tail == """
                      \(path):8:69  warning  LF-L224  services.web.checks.1.fall
                          one lost packet withdraws the site, and a timeout under load counts as a failure at once
                          write: fall: 2, with every or fast so short that the two together are soon enough
                      \(path):1:10  advice   LF-L303  network.hold-time
                          a host that dies without a word, or a link that is cut, is noticed by a after up to 90s; until then its
                          clients get no answer
                          write: hold-time: 9s, if the neighbor takes it (the lower one of both sides counts)
                      \(path):8:44  advice   LF-L205  services.web.checks
                          a connection is all that is wanted of web, and the kernel opens it for a server that hangs
                          write: tcp: {port: PORT, send: …, expect: …}, or http or dns

                    The lint found 1 warning and 2 pieces of advice; "landfall explain LF-L224" says more about the first.

                    """)
            #expect(try Command("check", path, "--strict").exit == 1)
            let screen = "```text\nFindings\n" + tail.replacing(path, with: "landfall.yaml") + "```\n"
            #expect(try Self.page().contains(screen), "docs/lint.md shows another screen")
        }
    }

    private static func page() throws -> String {
        try Repository.text("docs/lint.md")
    }

    @Test("the table of times in docs/lint.md is what the example really gives")
    func times() throws {
        let page = try Self.page()
        let title = "What may happen, and how long it takes\n"
        let shown = try #require(page.components(after: "```text\n" + title)?.split(separator: "```").first)
        let output = try Command("check", Repository.example).output
        #expect(shown.split(separator: "\n").count == 9 && output.contains(title + shown))
    }

    @Test("what the file accepts comes last with its reason, and --strict is content")
    func accepted() throws {
        let lint = "lint: {accept: {LF-L224: a, LF-L303: b, LF-L205: {services.web: c}}}\n"
        try withFile(Self.text + lint) { path in
            let command = try Command("check", path, "--strict")
            #expect(command.exit == 0 && !command.output.contains("\nFindings\n"))
            #expect(command.output.contains("\nAccepted\n") && command.output.contains("\n      accepted: c\n"))
            #expect(command.output.hasSuffix("\nThe lint found nothing that isn't accepted.\n"))
        }
    }

    @Test("the same as JSON, with a code, a place, a reason and what to write")
    func json() throws {
        try withFile(Self.text + "lint: {accept: {LF-L303: b}}\n") { path in
            let command = try Command("check", path, "--json", "--strict")
            let report = try JSONDecoder().decode(Report.self, from: Data(command.output.utf8))
            #expect(command.exit == 1 && report.schema == "landfall.check/3" && report.ok)
            #expect(report.findings.map(\.code) == ["LF-L224", "LF-L205", "LF-L303"])
            #expect(report.findings.map(\.accepted) == [nil, nil, "b"] && report.findings[0].name == "fall-one")
            #expect(report.findings[0].severity == "warning" && report.findings[0].path == path)
            #expect((report.findings[0].line, report.findings[0].column) == (8, 69))
            #expect(report.times.filter { $0.site == "fra" }.count == 8)
            let hung = report.times.first { $0.event == "service-hung" }
            #expect(hung?.subject == "web" && hung?.togetherMilliseconds == Report.Span(least: 500, most: 1500))
        }
    }

    @Test("diff says what the second site does differently, and ends as diff does: 0, 1, or 2")
    func diff() throws {
        let sites = ["--site", "fra", "--site", "sin"]
        let command = try Command(program: Landfall.path, ["diff", Repository.example] + sites)
        #expect(command.exit == 1 && command.talk.isEmpty)
        #expect(
            command.output == """
                fra → sin
                  ~ site fra, sin: capacity.bits 20000000000 → 10000000000, capacity.queries 800000 → 400000

                """)
        let same = try Command("diff", Repository.example, "--site", "sin", "--site", "gru")
        #expect(same.exit == 0 && same.output == "sin and gru do the same.\n")
        let json = try Command(program: Landfall.path, ["diff", Repository.example, "--json"] + sites)
        let report = try JSONDecoder().decode(Difference.self, from: Data(json.output.utf8))
        #expect(
            json.exit == 1 && report.schema == "landfall.diff/1" && !report.isSame && report.sites == ["fra", "sin"])
        #expect(report.differences.map(\.subject) == ["site"] && report.differences[0].details.count == 2)
    }

    @Test("diff of one site, or of one that there isn't, is told what it should be")
    func diffRefused() throws {
        let one = try Command("diff", Repository.example, "--site", "fra")
        #expect(one.exit == 2 && one.talk == "landfall: diff: 1 site; write --site twice: --site fra --site gru\n")
        let unknown = try Command("diff", Repository.example, "--site", "fra", "--site", "gruu")
        #expect(unknown.exit == 2)
        #expect(unknown.talk == "landfall: diff: there is no site \"gruu\"; did you mean \"gru\"?\n")
    }
}

extension String {
    /// What follows a text.
    fileprivate func components(after text: String) -> String? {
        firstRange(of: text).map { String(self[$0.upperBound...]) }
    }
}

private struct Report: Decodable {
    struct Span: Decodable, Equatable { var least: Int, most: Int }
    struct Finding: Decodable {
        var code: String, name: String, severity: String, path: String, line: Int, column: Int, accepted: String?
    }
    struct Time: Decodable { var site: String, event: String, subject: String?, togetherMilliseconds: Span? }

    var schema: String
    var ok: Bool
    var findings: [Finding]
    var times: [Time]
}

private struct Difference: Decodable {
    struct One: Decodable { var subject: String, details: [String] }

    var schema: String
    var isSame: Bool
    var sites: [String]
    var differences: [One]
}
