import Dialect
import FoundationEssentials
import Glibc
import Peers
import Testing

@testable import landfall

@Suite("landfall handoff")
struct HandoffTests {
    /// As it is typed in the folder of this repository.
    static func run(_ words: String) throws -> Command {
        try Command(
            program: "/bin/sh", ["-c", "cd \"$0\" && exec \"$1\" handoff \(words)", Repository.root, Landfall.path])
    }

    static let sites = [
        ("three-sites", "fra"), ("three-sites", "sin"), ("three-sites", "gru"), ("two-hosts", "fra"),
        ("two-hosts", "sin"), ("anchors", "fra"), ("anchors", "sin"), ("recursive", "fra"), ("recursive", "sin"),
        ("recursive", "gru"),
    ]

    @Test("writes something for every site of every example, the same each time", arguments: sites)
    func examples(file: String, site: String) throws {
        let path = "\(Repository.root)/examples/\(file).yaml"
        let package = try HandoffPackage(path, site: site, neighbors: [])
        for platform in Handoff.Platform.allCases {
            let text = HandoffText(package).text(platform)
            #expect(text.contains("Landfall hand-off: network ") && text.contains("site \(site)"))
            #expect(text.contains("mnt-by:         <YOUR-MAINTAINER>"))
            #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
        }
        // In another process, where sets have another order.
        let command = try Command("handoff", path, "--site", site, "--for", "bird")
        #expect(command.exit == 0 && command.talk.isEmpty, "\(command.talk)")
        #expect(command.output == HandoffText(package).text(.bird) + "\n")
    }

    @Test("what docs/handoff.md shows is what is printed; LANDFALL_RECORD=1 shows it again")
    func document() throws {
        let path = "docs/handoff.md"
        var parts = try Repository.text(path).components(separatedBy: "```")
        var count = 0
        for index in stride(from: 1, to: parts.count, by: 2) {
            let lines = parts[index].split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
            guard lines.count > 1, lines[1].hasPrefix("$ landfall handoff ") else { continue }
            let command = try Self.run(String(lines[1].dropFirst("$ landfall handoff ".count)))
            #expect(command.exit == 0, "\(command.talk)")
            let block = "\(lines[0])\n\(lines[1])\n\(command.output)"
            if getenv("LANDFALL_RECORD") != nil { parts[index] = block }
            #expect(parts[index] == block, "\(path): \(lines[1])")
            count += 1
        }
        #expect(count >= 5)
        if getenv("LANDFALL_RECORD") != nil {
            try writeFile("\(Repository.root)/\(path)", parts.joined(separator: "```"))
        }
    }

    @Test("says from which content it was made, as sha256sum knows it")
    func hash() throws {
        let file = try Command(program: "/usr/bin/sha256sum", [Repository.example])
        let hash = file.output.prefix(64)
        let command = try Command("handoff", Repository.example, "--site", "fra", "--for", "frr", "--only", "router")
        #expect(hash.count == 64 && command.output.contains("\(hash)."))
    }

    @Test("is one document with --json: routers, ROAs, route objects")
    func json() throws {
        struct Document: Decodable {
            struct Routers: Decodable {
                struct Session: Decodable { var host, neighbor, hostAddress, routerAddress: String }
                var asn, originASN: Int
                var role, configuration: String
                var sessions: [Session]
            }
            struct ROA: Decodable, Equatable {
                var asn: Int
                var prefix: String
                var maxLength: Int
            }
            var schema, sha256: String
            var routers: [Routers]
            var roas: [ROA]
        }
        let command = try Self.run("examples/two-hosts.yaml --site sin --for bird --neighbor straits-v6 --json")
        let document = try JSONDecoder().decode(Document.self, from: Data(command.output.utf8))
        #expect(document.schema == "landfall.handoff/1" && document.sha256.count == 64)
        let routers = try #require(document.routers.first)
        #expect(document.routers.count == 1 && (routers.asn, routers.originASN) == (64502, 65000))
        #expect(
            routers.role == "customer" && routers.sessions.map(\.hostAddress) == ["2001:db8:0:2::2", "2001:db8:0:2::3"])
        #expect(routers.configuration.contains("protocol bgp landfall_sin2_straits_v6 {"))
        let roas = [("203.0.113.0/24", 24), ("2001:db8:113::/48", 48)].map {
            Document.ROA(asn: 65000, prefix: $0.0, maxLength: $0.1)
        }
        #expect(document.roas == roas)
    }

    /// Two origin ASes, an anchor with a cover, and a prefix that only routers of the own AS hear of.
    static let varied = """
        network: {name: varied, asn: 65000, prefixes: [203.0.113.0/24, "2001:db8:113::53/128"]}
        sites:
          fra:
            place: FRA
            anchor: true
            neighbors:
              - {name: up, address: 192.0.2.1, asn: 64500, role: provider, communities: [no-export], prepend: 2}
              - {name: ix, address: 192.0.2.5, asn: 64501, role: peer, drain: {large-communities: [64501:1:2]}}
              - {name: own, address: "2001:db8:f::1", asn: 65000}
            router-id: 192.0.2.2
          sin:
            place: SIN
            asn: 65010
            hosts: {sin1: {unicast: 192.0.2.10}}
            neighbors: [{name: up, address: 192.0.2.9, asn: 64500, role: customer, passive: true, port: 1179}]
        services:
          dns:
            addresses: [203.0.113.53, "2001:db8:113::53"]
            checks: [{tcp: {port: 53}}]
        announce: {cover: [203.0.112.0/23], standby: {communities: ["64500:9"]}}

        """

    private func varied(_ words: String) throws -> Command {
        let path = "/tmp/landfall-handoff-\(getpid())-\(UInt32.random(in: 0...(.max))).yaml"
        try Self.varied.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        return try Self.run("\(path) \(words)")
    }

    @Test("ROAs name every AS that a prefix comes from, covers only those of anchors; what stays inside has none")
    func roas() throws {
        let text = try varied("--site sin --for frr").output
        for line in [
            "AS65000  203.0.112.0/23          23  fra", "AS65000  203.0.113.0/24          24  fra",
            "AS65010  203.0.113.0/24          24  sin",
            "No ROA for 2001:db8:113::53/128: it stays inside your own AS.",
            "# In the as-set that you give to providers:  members: AS65000, AS65010",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)\n\(text)")
        }
        #expect(try !varied("--site fra --only objects").output.contains("route6:"))
        #expect(try varied("--site fra --only roas").output.contains("\"maxLength\" : 23"))
    }

    @Test("each AS gets what it needs, with its own role, and what the file leaves open is marked and explained")
    func roles() throws {
        let text = try varied("--site fra --for bird").output
        #expect(text.contains("For the operators of AS64500") && text.contains("For the operators of AS65000"))
        #expect(text.contains("neighbor ADDRESS-OF-FRA-IPV4 as 65000;"))
        #expect(text.contains("\nADDRESS-OF-FRA-IPV4  the address that host fra opens its session from\n"))
        #expect(text.contains("bgp_local_pref = 300;  # customer") && text.contains("bgp_local_pref = 200;  # peer"))
        #expect(text.contains("Routes carry 65535:65281 (always), 64500:9 (as last resort), 65535:0 (in a drain)."))
        #expect(text.contains("64501:1:2 (in a drain)"))
        let other = try varied("--site sin --for bird --only router").output
        #expect(
            other.contains("bgp_local_pref = 100;  # provider") && other.contains("local 192.0.2.9 port 1179 as 64500;")
        )
        #expect(other.contains("The host waits, so your router has to connect: to 192.0.2.10."))
        #expect(!other.contains("203.0.112.0/23"), "only anchors announce a cover")
    }

    @Test(
        "what can't be meant is refused, with what would be accepted",
        arguments: [
            ("--site fra", "handoff: --for PLATFORM is missing: bird, frr, junos or iosxr"),
            ("--site fra --for ios", "handoff: --for ios: it should be bird, frr, junos or iosxr"),
            ("--site muc --for frr", "has fra, sin"),
            ("--site fra --for frr --neighbor down", "handoff: --neighbor down: site fra has up, ix, own"),
            ("--site fra --for frr --only text", "handoff: --only text: it should be router, roas or objects"),
            ("--site fra --for frr --only router --json", "handoff: --json has all parts; leave --only out"),
            ("--site fra --for frr --only router", "has neighbors of AS64500 and AS64501 and AS65000"),
            ("--for frr", "site is missing"),
        ])
    func refusals(words: String, reason: String) throws {
        let command = try varied(words)
        #expect(command.exit == 2 && command.output.isEmpty && command.talk.contains(reason), "\(command.talk)")
    }
}
