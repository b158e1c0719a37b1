import Config
import Peers
import Testing

/// Files that are wrong on purpose. Each says in its head what must be found: lines of `# ! line:column: message`.
@Suite("Broken files")
struct BrokenTests {
    private static let folder = "Tests/ConfigTests/Broken"

    static let names = entries(of: "\(Repository.root)/\(folder)").filter { $0.hasSuffix(".yaml") }

    @Test("each is refused with the messages in its head, word for word", arguments: names)
    func refused(_ name: String) throws {
        let text = try Repository.text("\(Self.folder)/\(name)")
        let lines = text.split(separator: "\n")
        let expected = lines.filter { $0.hasPrefix("# ! ") }.map { "\(name):\($0.dropFirst(4))" }
        let found = errors(text, path: name)
        #expect(!expected.isEmpty && found == expected, "\(name)")
    }

    @Test("there are many of them")
    func count() { #expect(Self.names.count >= 35) }

    @Test("every beginning of the example is read or refused")
    func truncations() throws {
        let text = try Repository.bytes("examples/three-sites.yaml")
        for count in stride(from: 0, to: text.count, by: 7) {
            if case .failure(let problems) = Network.load(text: Array(text[..<count]), path: "x") {
                #expect(!problems.all.isEmpty, "cut after \(count) bytes")
            }
        }
    }

    @Test("the example with any one line left out is read or refused with a place inside it")
    func lineLeftOut() throws {
        let text = try Repository.text("examples/three-sites.yaml")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            let rest = lines[..<index] + lines[(index + 1)...]
            guard case .failure(let problems) = load(rest.joined(separator: "\n")) else { continue }
            #expect(
                problems.all.allSatisfy { (1...lines.count).contains($0.line) && $0.column >= 1 },
                "without line \(index + 1)")
        }
    }

    @Test("a file with very many errors says so in fifty lines")
    func many() {
        let keys = (0..<5000).map { "k\($0): 1" }.joined(separator: ", ")
        guard case .failure(let problems) = load("network: {\(keys)}") else {
            Issue.record("5000 unknown keys were accepted")
            return
        }
        let lines = problems.description.split(separator: "\n")
        #expect(problems.all.count == 1000 && lines.count == 51 && lines.last == "… and 950 more")
    }

    @Test("of very many places that no airport is called by, the first hundred say what may have been meant")
    func manyPlaces() {
        let sites = (0..<1000).map { "  s\($0): {place: fr\($0)}" }.joined(separator: "\n")
        guard case .failure(let problems) = load("sites:\n\(sites)\n") else {
            Issue.record("1000 places that don't exist were accepted")
            return
        }
        let places = problems.all.filter { "\($0)".contains("place: ") }
        #expect(places.count >= 300 && places.filter { "\($0)".contains("did you mean") }.count <= 100)
    }
}
