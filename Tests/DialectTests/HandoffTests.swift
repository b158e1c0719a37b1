import Dialect
import Foundation
import Net
import Testing

@Suite("A hand-off")
struct HandoffTests {
    static let all = Handoffs.names.flatMap { name in Handoff.Platform.allCases.map { (name, $0) } }

    @Test("reads as recorded on every platform", arguments: all)
    func recorded(name: String, platform: Handoff.Platform) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let vector = folder.appending(path: "Vectors/handoff-\(name).\(platform)")
        let text = Handoffs.handoff(name).text(for: platform)
        if ProcessInfo.processInfo.environment["LANDFALL_RECORD"] != nil {
            try text.write(to: vector, atomically: true, encoding: .utf8)
        }
        #expect(
            try String(contentsOf: vector, encoding: .utf8) == text,
            "\(vector.path): LANDFALL_RECORD=1 records it again")
    }

    @Test("never originates the prefix: no static route, no aggregate, no network statement", arguments: all)
    func originatesNothing(name: String, platform: Handoff.Platform) {
        for line in Handoffs.handoff(name).text(for: platform).statements {
            for word in ["static", "aggregate", "network ", "redistribute", "blackhole", "discard", "export all"] {
                #expect(!line.contains(word), "\(line)")
            }
        }
    }

    @Test("names from a file end no quotation, comment or statement", arguments: Handoff.Platform.allCases)
    func injection(platform: Handoff.Platform) {
        let (clean, text) = (Handoffs.inside.text(for: platform), Handoffs.hostile.text(for: platform))
        #expect(text.statements.count == clean.statements.count)
        #expect(!text.statements.contains { $0.hasPrefix("neighbor 1.2.3.4") || $0.contains("\\") })
        #expect(!text.contains("\r") && text.unicodeScalars.allSatisfy { $0.value < 127 })
    }

    @Test("a family with sessions and no prefix accepts nothing", arguments: Handoff.Platform.allCases)
    func nothingToTell(platform: Handoff.Platform) {
        var handoff = Handoffs.customer
        handoff.prefixes = handoff.prefixes.filter { $0.family == .ipv4 }
        let text = handoff.text(for: platform)
        #expect(!text.contains("2001:db8:113::") && !text.contains("[  ]"))
        #expect(text.contains("2001:db8:f::2"))
    }

    @Test("a session whose host address the file doesn't say has a placeholder that no router takes for one")
    func placeholder() {
        for platform in Handoff.Platform.allCases {
            #expect(Handoffs.inside.text(for: platform).contains("ADDRESS-OF-FRA1-IPV4"))
        }
    }

    @Test("hosts whose names differ in what BIRD can't write get sessions of different names")
    func namesInBIRD() {
        var handoff = Handoffs.customer
        handoff.sessions[0].host = "fra-1"
        handoff.sessions[1].host = "fra_1"
        let names = handoff.text(for: .bird).statements.filter { $0.hasPrefix("protocol bgp") }
        #expect(names.count == 4 && Set(names).count == 4)
        handoff.sessions[0].host = String(repeating: "long", count: 16)
        let long = handoff.text(for: .bird).statements.filter { $0.hasPrefix("protocol bgp") }
        #expect(long.allSatisfy { $0.count <= "protocol bgp  {".count + 64 })
    }

    @Test("a ROA allows the prefix as it is announced and nothing more specific")
    func roa() throws {
        let origin = RouteOrigin(prefix: try #require(Prefix("2001:db8:113::/48")), asn: ASN(65000))
        #expect(origin.maxLength == 48)
        let lines = [
            "route6:         2001:db8:113::/48", "descr:          a_b", "origin:         AS65000",
            "mnt-by:         M", "source:         S",
        ]
        #expect(origin.routeObject(description: "a\nb", maintainer: "M", source: "S") == lines.joined(separator: "\n"))
    }
}

extension String {
    /// Lines without comments and indentation.
    var statements: [String] {
        split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("!") }
    }
}
