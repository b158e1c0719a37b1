import Files
import Glibc
import Peers
import Testing

@Suite("Manual pages")
struct ManPageTests {
    @Test(
        "every verb and the file have one, and mandoc has nothing to say about any",
        .enabled(if: Program.lack("mandoc") == nil, "\(Program.lack("mandoc") ?? "")"))
    func pages() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        #expect(try Command("man", "--into", folder).exit == 0)
        let verbs = try Command("--help").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first }
        let pages = ["man1/landfall.1", "man5/landfall.yaml.5"] + verbs.map { "man1/landfall-\($0).1" }
        let lint = try Command(
            program: try Program.find("mandoc"), ["-Tlint", "-W", "warning"] + pages.map { "\(folder)/\($0)" })
        #expect(lint.exit == 0 && lint.output.isEmpty && lint.talk.isEmpty, "\(lint.output)\(lint.talk)")
    }

    @Test(
        "a page says what the help says",
        .enabled(if: Program.lack("mandoc") == nil, "\(Program.lack("mandoc") ?? "")"))
    func text() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let page = "\(folder)/page"
        try File.write(Array(try Command("man", "run").output.utf8), to: page)
        let set = try Command(program: try Program.find("mandoc"), ["-Tascii", "-O", "width=500", page]).output
        let plain = set.replacing(/.\u{8}/, with: "")
        for line in try Command("run", "--help").output.split(separator: "\n") where line.hasPrefix("  landfall ") {
            #expect(plain.contains(line.drop { $0 == " " }), "\(line)")
        }
        #expect(
            plain.contains("--socket PATH") && plain.contains("LANDFALL-RUN(1)") && plain.contains("landfall.yaml(5)"))
    }

    @Test("a build that is to be reproducible has its own date")
    func date() throws {
        let page = try Command("man", environment: ["SOURCE_DATE_EPOCH=86400"])
        #expect(page.output.contains("\n.Dd January 2, 1970\n"))
        #expect(
            try Command("man", "frobnicate").talk.hasPrefix("landfall: man: there is no page \"frobnicate\"; there are")
        )
    }
}
