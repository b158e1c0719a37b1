import Testing

@Suite("The documents")
struct DocumentTests {
    /// Rows are `| RFC | what | files | tests |`: paths between backticks, names of tests between quotes.
    @Test("docs/protocols.md names files that exist and tests that they hold")
    func protocols() throws {
        let rows = try Tree.text(of: "docs/protocols.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(rows.count > 20)
        for row in rows {
            let paths = row.parts(between: "`").filter { $0.contains("/") }
            for path in paths { #expect(Tree.exists(path), "docs/protocols.md names \(path)") }
            let tests = try paths.filter { $0.hasPrefix("Tests/") && $0.hasSuffix(".swift") }.map(Tree.text)
            for name in row.quoted {
                #expect(
                    tests.contains { $0.contains("\"\(name)\"") }, "no test named \"\(name)\" in the files of its row")
            }
        }
    }

    @Test(
        "paths and links in the documents lead somewhere",
        arguments: ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/agent.md"])
    func paths(document: String) throws {
        let text = try Tree.text(of: document)
        for path in text.paths + text.links { #expect(Tree.exists(path), "\(document) names \(path)") }
    }
}

extension String {
    /// What stands between backticks on one line and begins with a folder of this repository.
    fileprivate var paths: [String] {
        let folders = ["Sources/", "Tests/", "Benchmarks/", "Fuzz/", "scripts/", "docs/", "examples/"]
        return split(separator: "\n").flatMap { $0.parts(between: "`") }
            .filter { text in
                folders.contains { text.hasPrefix($0) } && !text.contains(where: { "*…< ".contains($0) })
            }
    }

    /// The files that Markdown's links lead to.
    fileprivate var links: [String] {
        split(separator: "](").dropFirst().compactMap { $0.split(separator: ")").first }
            .filter { !$0.contains("://") && !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: "#").first.map(String.init) }
    }
}
