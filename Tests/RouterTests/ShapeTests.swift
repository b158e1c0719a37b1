import Control
import Peers
import Testing

@Suite("The shapes of a router's answers")
struct ShapeTests {
    private static var all: [Any] {
        [
            RoutesAnswer(), RouteAnswer(), RouteAttributes(), NeighborsAnswer(), NeighborAnswer(),
            NeighborAnswer.Table(),
            NeighborAnswer.Messages(), SessionCapabilities(), PrefixAnswer(), PrefixAnswer.Path(), PrefixAnswer.Step(),
            PrefixAnswer.Value(neighbor: "", value: ""), PrefixAnswer.Told(), PrefixAnswer.Kernel(),
        ]
    }

    private var keys: Set<String> { Set(Self.all.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }) }

    @Test("every key, state, step and table of them is documented")
    func complete() throws {
        let text = try Repository.text("docs/router-json.md")
        let words =
            keys.sorted() + RouteAnswer.State.allCases.map(\.rawValue) + RoutesQuestion.Table.allCases.map(\.rawValue)
            + [RoutesAnswer.schema, RouteAnswer.schema, NeighborsAnswer.schema, PrefixAnswer.schema]
        for word in words { #expect(text.contains("`\(word)`") || text.contains("`\(word)[]`"), "\(word)") }
        #expect(keys.count > 70)
    }

    @Test("every row about a field begins with fields that are there")
    func current() throws {
        let parts = try Repository.text("docs/router-json.md").split(separator: "\n\n").filter {
            $0.contains("| type | meaning |")
        }
        #expect(parts.count == 6)
        for row in parts.flatMap({ $0.split(separator: "\n") }).filter({ $0.hasPrefix("| `") }) {
            let names = row.dropFirst().prefix { $0 != "|" }.split(separator: "`").filter {
                $0.contains(where: \.isLetter)
            }
            for name in names { #expect(keys.contains(String(name).replacing("[]", with: "")), "\(name)") }
        }
    }

    @Test("every check and step that can be is documented, and no other")
    func words() throws {
        let text = try Repository.text("docs/router-json.md")
        let world = SeeingTests.world()
        let answers = try RoutesQuestion.Table.allCases.flatMap { table in
            try world.ask(RoutesQuestion(table, of: table.hasNeighbor ? "peer" : nil)).routes
        }
        for word in answers.flatMap({ [$0.check, $0.step] }).compactMap(\.self) { #expect(text.contains("`\(word)`")) }
    }
}
