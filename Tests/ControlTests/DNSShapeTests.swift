import Control
import FoundationEssentials
import Peers
import Testing

@Suite("The documents about DNS")
struct DNSShapeTests {
    private static var shapes: [(schema: String, parts: [Any])] {
        [
            (
                DNSStats.schema,
                [
                    DNSDocument<DNSStats>.Head(), DNSStats(), DNSStats.Service(), DNSStats.Channel(),
                    DNSStats.Answers(), DNSStats.Zone(),
                    DNSStats.Connections(), DNSStats.Day(),
                ]
            ),
            (DNSZones.schema, [DNSDocument<DNSZones>.Head(), DNSZones(), DNSZones.Zone()]),
            (
                DNSClients.schema,
                [DNSDocument<DNSClients>.Head(), DNSClients(), DNSClients.Service(), DNSClients.Network()]
            ),
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

    @Test("say whose they are beside their content, in one object")
    func flat() throws {
        var document = DNSDocument<DNSZones>()
        (document.head.network, document.head.site, document.head.host) = ("n", "s", "h")
        document.head.time = "2026-11-22T00:00:00.000Z"
        document.zones = [DNSZones.Zone()]
        document.zones[0].name = "example.org."
        let text = try #require(json(document))
        #expect(
            text == """
                {"host":"h","network":"n","schema":"landfall.dns-zones/1","site":"s","time":"2026-11-22T00:00:00.000Z",\
                "zones":[{"bytes":0,"file":"","hash":"","name":"example.org.","names":0,"queries":0,"records":0,"serial":0,\
                "service":""}]}
                """)
        #expect(try JSONDecoder().decode(DNSDocument<DNSZones>.self, from: Data(text.utf8)) == document)
    }
}
