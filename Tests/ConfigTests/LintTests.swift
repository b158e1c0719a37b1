import Codes
import DNS
import Peers
import Testing

@testable import Config

@Suite("The lint")
struct LintTests {
    @Test("finds nothing in the file that the page begins with")
    func base() throws {
        #expect(try LintCase.base.findings() == [], "\(LintCase.base.file)")
    }

    @Test("is told what to accept as the page shows it, and says so when that isn't there")
    func acceptedOnThePage() throws {
        let variant = try #require(LintCase.head.first)
        #expect(LintCase.head.count == 2)
        #expect(try variant.findings().map(\.code) == ["LF-L901", "LF-L901"])
    }

    @Test("finds exactly this, at the line that the page marks", arguments: LintCase.all)
    func found(_ example: LintCase) throws {
        let variant = try #require(example.variants.first)
        let findings = try variant.findings()
        #expect(findings.map(\.code) == [example.code], "\(findings)\n\(variant.file)")
        #expect(findings.first?.line == variant.markedLine, "\(findings)\n\(variant.file)")
        #expect(findings.first.map { $0.column > 0 && !$0.text.isEmpty && !$0.instead.isEmpty } == true)
    }

    @Test("finds nothing in what is nearly that", arguments: LintCase.all.filter { $0.code != "LF-L901" })
    func nearly(_ example: LintCase) throws {
        let variant = try #require(example.variants.dropFirst().first)
        #expect(try variant.findings() == [], "\(variant.file)")
    }

    @Test("has at least 25 codes, each once, each with a page that says what the code says", arguments: LintRule.all)
    func documented(_ rule: LintRule) throws {
        let example = try #require(LintCase.all.first { $0.code == rule.code }, "\(rule.code) is not in docs/lint.md")
        let told = rule.explanation
        #expect(example.name == rule.name && example.words.contains("**\(told.title)** (\(rule.severity.rawValue))"))
        #expect(Self.plain(example.words).contains(Self.plain(told.meaning)), "\(rule.code): meaning")
        #expect(Self.plain(example.words).contains(Self.plain("Instead: \(told.remedy)")), "\(rule.code): remedy")
        #expect(LintRule.all.count { $0.code == rule.code || $0.name == rule.name } == 1 && LintRule.all.count >= 25)
    }

    /// Links of the page are names in the code's own words.
    private static func plain(_ text: String) -> String {
        text.replacing(/\[(.+?)\]\(.+?\)/) { "docs/\($0.output.1)" }
    }

    @Test("the page has no code that nothing says")
    func known() {
        let codes = LintRule.all.map(\.code)
        #expect(LintCase.all.map(\.code) == codes && codes == codes.sorted())
    }

    @Test(
        "the examples are clean, or say why they are not",
        arguments: ["three-sites", "two-hosts", "recursive", "anchors", "router"])
    func examples(_ name: String) throws {
        let path = "\(Repository.root)/examples/\(name).yaml"
        let located = try ConfigurationFile.locate(text: try Repository.bytes("examples/\(name).yaml"), path: path)
            .get()
        let files = (located.file.network?.services ?? []).flatMap { $0.serve?.dns.zones ?? [] }.map(\.path)
        let zones = try files.map { path in
            let text = try Repository.bytes(String(path.dropFirst(Repository.root.count + 1)))
            return (path, try Zone.parse(text, path: path))
        }
        let findings = Lint.findings(in: located, zones: Dictionary(zones) { first, _ in first })
        #expect(findings.filter { $0.accepted == nil } == [])
    }

    // MARK: Order and acceptance

    private static let two = """
        network: {name: example, asn: 64496, prefixes: [203.0.113.0/24]}
        sites:
          fra: {place: FRA, router-id: 192.0.2.2, neighbors: [{name: a, address: 192.0.2.1, asn: 64501, role: provider, hold-time: 9s}]}
        services:
          dns: {addresses: [203.0.113.53], checks: [{dns: {name: www.example.org, type: A}, fall: 1}]}

        """

    @Test("tells the worst first, then in the order of the file")
    func order() throws {
        let findings = try lint(Self.two.replacing("hold-time: 9s", with: "hold-time: 60s"))
        #expect(findings.map(\.code) == ["LF-L122", "LF-L121", "LF-L224", "LF-L303"])
        #expect(findings.map(\.key).first == "network.prefixes.1")
        #expect(findings.last?.key == "sites.fra.neighbors.a.hold-time" && findings.last?.line == 3)
    }

    @Test("an accepted finding comes last, with its reason, and no other is accepted")
    func accepted() throws {
        let findings = try lint(Self.two + "lint: {accept: {LF-L121: a test, LF-L224: {services.dns: one host}}}\n")
        #expect(findings.map(\.code) == ["LF-L122", "LF-L121", "LF-L224"])
        #expect(findings.map(\.accepted) == [nil, "a test", "one host"])
    }

    @Test("what is accepted at one place is found at another")
    func elsewhere() throws {
        let findings = try lint(Self.two + "lint: {accept: {LF-L224: {services.dnssec: \"not this one\"}}}\n")
        #expect(findings.filter { $0.code == "LF-L224" }.map(\.accepted) == [nil])
        #expect(findings.last?.code == "LF-L901" && findings.last?.key == "lint.accept.LF-L224.services.dnssec")
    }

    @Test("a code that there isn't, or no reason, is refused where it stands")
    func refused() {
        let head = Self.two + "lint:\n  accept:\n"
        #expect(
            errors(head + "    LF-L12: x\n") == [
                "landfall.yaml:8:5: accept: there is no finding \"LF-L12\"; did you mean \"LF-L102\"?"
            ])
        #expect(
            errors(head + "    LF-L121: \"\"\n") == [
                "landfall.yaml:8:14: LF-L121: is empty; it should say why that is all right here"
            ])
        #expect(
            errors(head + "    LF-L121: [x]\n") == [
                "landfall.yaml:8:14: LF-L121 is a list; it should be a reason of at most 500 bytes, without control characters"
            ])
        #expect(
            errors(Self.two + "lint: {accept: x}\n") == [
                "landfall.yaml:6:16: accept is \"x\"; it should be a mapping from codes such as LF-L103 to why that is all right here"
            ])
    }

    @Test("a zone that wasn't read is not judged")
    func withoutZones() throws {
        let located = try ConfigurationFile.locate(text: Array(LintCase.base.file.utf8), path: "landfall.yaml").get()
        #expect(Lint.findings(in: located) == [])
    }
}
