import Config
import Peers
import Testing

@Suite("docs/configuration.md")
struct DocumentationTests {
    /// The first cells of all tables that are code: `| `sites.NAME.place` | …`.
    private func documented() throws -> [String: String] {
        let text = try Repository.text("docs/configuration.md")
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        return Dictionary(rows.map { (String($0.split(separator: "`")[1]), String($0)) }) { first, _ in first }
    }

    @Test("names every key that the parser knows, with its default, and no other")
    func keys() throws {
        let rows = try documented()
        let known = ConfigurationFile.keys.filter { $0.presence != .later }
        for key in known {
            guard let row = rows[key.path] else {
                Issue.record("\(key.path) is not in docs/configuration.md")
                continue
            }
            let cells = row.split(separator: "|").map { $0.trimmingPrefix { $0 == " " } }
            switch key.presence {
            case .required: #expect(cells[1].hasPrefix("required"), "\(key.path)")
            case .optional(let value?):
                #expect(cells[1].hasPrefix("`\(value)`"), "\(key.path): the default is \(value)")
            default: #expect(!cells[1].hasPrefix("required"), "\(key.path)")
            }
        }
        let surplus = Set(rows.keys).subtracting(known.map(\.path))
        #expect(surplus.isEmpty, "documented, but unknown to the parser: \(surplus.sorted())")
    }

    @Test("names every key that is refused for now")
    func later() throws {
        let text = try Repository.text("docs/configuration.md")
        let section = try #require(text.split(separator: "## Not supported yet").last)
        for key in ConfigurationFile.keys where key.presence == .later {
            #expect(section.contains("`\(key.path)`"), "\(key.path) is not among the keys that are refused")
        }
    }
}
