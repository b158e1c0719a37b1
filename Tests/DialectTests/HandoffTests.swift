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

    /// How each platform says it: TTL security on the link, three hops with it and without, and a password.
    static let securing: [Handoff.Platform: [String]] = [
        .bird: ["ttl security on;", "multihop 3;", "password \"<PASSWORD-OF-RHINE-V4>\";"],
        .frr: [
            "neighbor 192.0.2.2 ttl-security hops 1", "neighbor 2001:db8:f::2 ebgp-multihop 3",
            "neighbor 192.0.2.3 ttl-security hops 3", "neighbor 192.0.2.2 password <PASSWORD-OF-RHINE-V4>",
        ],
        .junos: ["ttl 255;", "ttl 3;", "multihop {", "authentication-key \"<PASSWORD-OF-RHINE-V4>\";"],
        .iosxr: [
            "ttl-security", "ebgp-multihop 3", "ebgp-multihop 255", "password clear <PASSWORD-OF-RHINE-V4>",
        ],
    ]

    @Test(
        "TTL security, hops and passwords are statements, and no password is there",
        arguments: Handoff.Platform.allCases)
    func secured(platform: Handoff.Platform) throws {
        let text = Handoffs.secured.text(for: platform)
        for line in try #require(Self.securing[platform]) {
            #expect(text.statements.contains { $0.hasPrefix(line) }, "\(line)")
        }
        let words = text.split(whereSeparator: { $0.isWhitespace || $0 == "#" || $0 == "!" }).joined(separator: " ")
        #expect(words.contains("Packets of rhine-v4 and danube come with a TTL of 255"), "\(words.prefix(2000))")
        #expect(words.contains("What is sent of rhine-v4 and rhine-v6 is signed") && !words.contains("TTL of 1,"))
        let plain = Handoffs.customer.text(for: platform).statements.joined(separator: "\n").lowercased()
        for word in ["ttl", "hop ", "password", "authentication-key"] { #expect(!plain.contains(word), "\(word)") }
    }

    @Test("inside an AS nothing is said that a platform has for other ASes only", arguments: Handoff.Platform.allCases)
    func securedInside(platform: Handoff.Platform) {
        var handoff = Handoffs.inside
        (handoff.sessions[0].hasTTLSecurity, handoff.sessions[0].hasPassword, handoff.sessions[0].hops) = (
            true, true, 2
        )
        let text = handoff.text(for: platform).statements.joined(separator: "\n")
        #expect(text.contains("PASSWORD-OF-RHINE-V4"))
        if platform != .bird { #expect(!text.contains("multihop")) }
        if platform == .frr || platform == .iosxr { #expect(!text.contains("ttl-security")) }
    }

    @Test("a session whose host address the file doesn't say has a placeholder that no router takes for one")
    func placeholder() {
        for platform in Handoff.Platform.allCases {
            #expect(Handoffs.inside.text(for: platform).contains("ADDRESS-OF-FRA1-IPV4"))
        }
    }

    @Test(
        "several routers: a part for all of them, and one for each address, with that router's sessions alone",
        arguments: Handoff.Platform.allCases)
    func routers(platform: Handoff.Platform) {
        let lines = Handoffs.routers.text(for: platform).split(separator: "\n").map(String.init)
        let parts = lines.split { $0.contains(" ---- ") }.map { Array($0) }
        let headings = lines.filter { $0.contains(" ---- ") }
        #expect(headings.count == 4 && headings[0].contains("---- For every one of these routers ----"))
        #expect(parts.count == 5)
        let routers = ["192.0.2.1 (rhine-v4)", "2001:db8:f::1 (rhine-v6)", "192.0.2.9 (danube)"]
        let sessions = parts.map { part in part.joined(separator: "\n").statements.filter(platform.isSession) }
        #expect(sessions[1] == [])
        for (index, router) in routers.enumerated() {
            #expect(headings[index + 1].contains("Only for the router that has \(router) "))
            let hosts = router.contains(":") ? ["2001:db8:f::2", "2001:db8:f::3"] : ["192.0.2.2", "192.0.2.3"]
            #expect(sessions[index + 2].count == 2)
            for (session, host) in zip(sessions[index + 2], hosts) { #expect(session.contains(host)) }
        }
        for name in ["customer", "internal"] {
            #expect(!Handoffs.handoff(name).text(for: platform).contains(" ---- "), "one router, one part")
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

extension Handoff.Platform {
    /// Whether a line begins the session with one of our addresses.
    fileprivate func isSession(_ line: String) -> Bool {
        switch self {
        case .bird: line.hasPrefix("neighbor ")
        case .frr: line.hasPrefix("neighbor ") && line.contains(" remote-as ")
        case .junos: line.hasPrefix("neighbor ") && line.hasSuffix("{")
        case .iosxr: line.hasPrefix("neighbor ")
        }
    }
}

extension String {
    /// Lines without comments and indentation.
    var statements: [String] {
        split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("!") }
    }
}
