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

    @Test("each rule of docs/announcing.md that is held has a test that begins with its number")
    func rules() throws {
        let text = try Tree.text(of: "docs/announcing.md")
        let count = (1...99).prefix { text.contains("\n\($0). ") }.count
        #expect(count >= 18)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.contains("| no ") }
        let held = rows.flatMap { row in
            row.split(separator: "|")[0].split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        }
        let tests = try Tree.files(in: "Tests", ending: ".swift").map(Tree.text)
        for rule in held {
            #expect(tests.contains { $0.contains("\"rule \(rule): ") }, "no test begins with \"rule \(rule): \"")
        }
        #expect(held.count >= 17 && Set(held).isSubset(of: Set(1...count)))
    }

    @Test(
        "paths and links in the documents lead somewhere",
        arguments: ["README.md", "CONTRIBUTING.md", "SECURITY.md"] + Tree.files(in: "docs", ending: ".md"))
    func paths(document: String) throws {
        let text = try Tree.text(of: document)
        let folder = document.lastIndex(of: "/").map { document[...$0] } ?? ""
        for path in text.paths + text.links.map({ folder + $0 }) {
            #expect(Tree.exists(path), "\(document) names \(path)")
        }
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
