import Codes
import Control
import FoundationEssentials
import Peers
import Testing

@Suite("The shape of a status")
struct StatusShapeTests {
    /// The part of docs/agent.md about it.
    private func documented() throws -> Substring {
        let text = try Repository.text("docs/agent.md")
        let start = try #require(text.firstRange(of: "## `landfall status --json`")).upperBound
        let end = try #require(text[start...].firstRange(of: "\n## ")).lowerBound
        return text[start..<end]
    }

    private static var all: [Any] {
        [
            Status(), Status.Prefix(), Status.Prefix.Route(), Status.Drain(), Status.Check(), Status.Neighbor(),
            Status.Advertised(), Status.Service(), Status.Control(), Status.Transition(), Status.Configuration(),
            Status.Alarm(Explanation("LF-A000", "", title: "", meaning: "", remedy: ""), .warning, ""),
            OrderTarget(.host),
        ]
    }

    private var keys: Set<String> { Set(Self.all.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }) }

    @Test("every key of it is documented")
    func complete() throws {
        let text = try documented()
        for key in keys { #expect(text.contains("`\(key)`") || text.contains("`\(key)[]`"), "\(key)") }
        #expect(text.contains("`\(Status.schema)`") && keys.count > 60)
    }

    @Test("every row of the documentation begins with keys that are there")
    func current() throws {
        let rows = try documented().split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 12)
        for row in rows {
            let names = row.dropFirst().prefix { $0 != "|" }.split(separator: "`").filter {
                $0.contains(where: \.isLetter)
            }
            for name in names { #expect(keys.contains(String(name).replacing("[]", with: "")), "\(name)") }
        }
    }
}
