import Control
import Peers
import Testing

@Suite("The documents about DNS")
struct DNSShapeTests {
    private static var shapes: [(schema: String, parts: [Any])] {
        [
            (
                DNSStats.schema,
                [
                    DNSStats(), DNSStats.Service(), DNSStats.Channel(), DNSStats.Answers(), DNSStats.Zone(),
                    DNSStats.Connections(), DNSStats.Day(),
                ]
            ),
            (DNSZones.schema, [DNSZones(), DNSZones.Zone()]),
            (DNSClients.schema, [DNSClients(), DNSClients.Service(), DNSClients.Network()]),
        ]
    }

    @Test("have each of their fields in docs/json.md")
    func complete() throws {
        let text = try Repository.text("docs/json.md")
        for (schema, parts) in Self.shapes {
            let start = try #require(text.firstRange(of: "## `\(schema)`"), "\(schema)").upperBound
            let section = text[start...].prefix(
                upTo: text[start...].firstRange(of: "\n## ")?.lowerBound ?? text.endIndex)
            let keys = Set(parts.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }).subtracting(["schema"]
            )
            let words = Set(section.split { !$0.isLetter && !$0.isNumber }.map(String.init))
            #expect(keys.subtracting(words).sorted() == [], "\(schema)")
            #expect(keys.count > 6)
        }
    }
}
