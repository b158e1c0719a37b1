import Peers
import Testing

@testable import Config

/// Further ways to be bitten by the same, and to look as if one were. Each is a few top-level keys in place of those of the
/// page's base, and the codes that must be found.
@Suite("What the lint finds, and what it leaves alone")
struct LintVariantTests {
    struct Case: CustomTestStringConvertible {
        var what: String
        var yaml: String
        var codes: [String]
        var zone: String?

        init(_ what: String, _ codes: String..., zone: String? = nil, yaml: String) {
            (self.what, self.yaml, self.codes, self.zone) = (what, yaml, codes.map { "LF-L" + $0 }, zone)
        }

        var testDescription: String { what }
    }

    /// Two sites with one neighbor each; what follows `fra` and `gru` belongs to the neighbor.
    private static func sites(
        fra: String = "", gru: String = "", asns: (Int, Int) = (64501, 64502), role: String = "provider",
        addresses: (String, String) = ("192.0.2.1", "192.0.2.5"), anchor: Bool = true, more: String = ""
    ) -> String {
        """
        sites:
          fra:
            place: FRA
            anchor: \(anchor)
            router-id: 192.0.2.2
            neighbors: [{name: rhine, address: \(addresses.0), asn: \(asns.0), role: \(role)\(fra)}]
          gru:
            place: GRU\(more)
            router-id: 192.0.2.6
            neighbors: [{name: tiete, address: \(addresses.1), asn: \(asns.1), role: \(role)\(gru)}]
        """
    }

    private static func network(_ asn: Int = 64496, _ prefixes: String = "203.0.113.0/24") -> String {
        "network: {name: example, asn: \(asn), prefixes: [\(prefixes)], hold-time: 9s}\n"
    }

    private static func checks(_ checks: String, serve: Bool = true) -> String {
        let serve = serve ? "serve: {dns: {zones: [example.org.zone]}}, " : ""
        return "services: {dns: {addresses: [203.0.113.53], \(serve)checks: [\(checks)]}}"
    }

    private static let soa =
        "$ORIGIN example.org.\n$TTL 300\n@ SOA ns1 host 1 3600 600 604800 60\n NS ns.example.net.\n NS ns.example.com.\n"

    // MARK: Announcing and sites

    static let announcingCases: [Case] = [
        Case(
            "an IPv6 prefix longer than /48", "101",
            yaml: network(64496, "2001:db8:113::/49")
                + sites(addresses: ("2001:db8:0:1::1", "2001:db8:0:2::1"))
                + "\nservices: {dns: {addresses: [2001:db8:113::53], checks: [{dns: {name: example.org, type: SOA}}]}}"),
        Case(
            "a host route inside one's own AS",
            yaml: network(64496, "203.0.113.53/32")
                + sites(asns: (64496, 64496), role: "internal")),
        Case(
            "no-advertise at every provider", "103",
            yaml: sites(fra: ", communities: [no-advertise]", gru: ", communities: [no-advertise]")),
        Case(
            "a community of a state that drops everything", "104",
            yaml: sites(fra: ", degraded: {communities: [blackhole]}")),
        Case(
            "prepends of a neighbor and of a drain that add up", "105",
            yaml: sites(fra: ", prepend: 6") + "\nannounce: {drain: {prepend: 5}}"),
        Case(
            "a MED for all neighbors, of which each is the only one of its AS", "106",
            yaml: "announce: {degraded: {med: 100}}"),
        Case(
            "a MED to two sites' routers of one AS, beside another AS",
            yaml: """
                sites:
                  fra:
                    place: FRA
                    anchor: true
                    router-id: 192.0.2.2
                    neighbors:
                      - {name: rhine, address: 192.0.2.1, asn: 64501, role: provider, med: 10}
                      - {name: maas, address: 192.0.2.3, asn: 64503, role: provider}
                  gru:
                    place: GRU
                    router-id: 192.0.2.6
                    neighbors: [{name: tiete, address: 192.0.2.5, asn: 64501, role: provider, med: 20}]
                """),
        Case(
            "a drain whose only sign is a community",
            yaml: "announce: {drain: {prepend: 0, communities: [64501:70], "
                + "graceful-shutdown: false}}"),
        Case(
            "a last resort that looks better than healthy, at an anchor", "108",
            yaml: "announce: {healthy: {prepend: 4}, degraded: {prepend: 5}, drain: {prepend: 5}}"),
        Case(
            "the same where nothing is ever a last resort", "122",
            yaml: sites(anchor: false)
                + "\nannounce: {healthy: {prepend: 4}, degraded: {prepend: 5}, drain: {prepend: 5}}"),
        Case("a large community of another neighbor", "109", yaml: sites(fra: ", large-communities: [64502:1:2]")),
        Case(
            "communities of nobody in the file, and well-known ones",
            yaml: sites(fra: ", communities: [64999:1, no-peer], large-communities: [64501:1:2]")),
        Case(
            "a documentation prefix with a real AS number", "110",
            yaml: network(25152) + sites(asns: (3320, 16735))),
        Case(
            "a neighbor's AS number from an example", "111",
            yaml: "\(network(25152, "193.0.14.0/24"))\(sites(asns: (3320, 64502)))\n"
                + "services: {dns: {addresses: [193.0.14.129], checks: [{dns: {name: example.org, type: SOA}}]}}"),
        Case("a private AS number towards private ones", yaml: network(65000) + sites(asns: (65001, 65002))),
        Case(
            "one backbone of one's own, with a private AS number, under all sites",
            yaml: network(64496) + sites(asns: (65001, 65001))),
        Case(
            "a private address that is another router at each site",
            yaml: sites(addresses: ("10.0.0.1", "10.0.0.1"))),
        Case("a cover in place of an anchor is an anchor's", yaml: "announce: {cover: [203.0.112.0/23]}"),
        Case(
            "a service that is its own anchor",
            yaml: sites(anchor: false)
                + "\nservices: {dns: {addresses: [203.0.113.53], anchor: true, checks: [{dns: {name: example.org, type: SOA}}]}}"
        ),
        Case(
            "shared checks alone withdraw nobody, so that no anchor is missed", "223",
            yaml: sites(anchor: false) + "\n"
                + checks("{dns: {name: example.org, type: SOA}, reach: shared}")),
        Case(
            "other attributes of a state for one AS at two sites", "123", "128",
            yaml: sites(gru: ", drain: {prepend: 5}", asns: (64501, 64501))),
        Case(
            "prepends that steer between two sites of one AS", "123",
            yaml: sites(gru: ", prepend: 3", asns: (64501, 64501))),
    ]

    @Test("of what is announced, and of sites", arguments: announcingCases)
    func lookAnnouncing(_ example: Case) throws { try look(example) }

    // MARK: Checks and times

    static let checksCases: [Case] = [
        Case("true", "201", yaml: checks("{exec: {run: [/bin/true]}}")),
        Case("echo", "201", yaml: checks("{exec: {run: [echo, \"{address}\"]}}")),
        Case("exit 0", "201", yaml: checks("{exec: {run: [bash, -c, \"dig @{address} example.org ; exit 0\"]}}")),
        Case(
            "a script of one's own, which has LANDFALL_ADDRESS",
            yaml: checks("{exec: {run: [/usr/local/bin/zone-is-fresh]}}")),
        Case(
            "the only address written out",
            yaml: checks("{exec: {run: [curl, -sf, \"http://203.0.113.53/\"]}}", serve: false)),
        Case(
            "one of two addresses written out", "206",
            yaml: network(64496, "203.0.113.0/24")
                + "announce: {require: all}\nservices: {dns: {addresses: [203.0.113.53, 203.0.113.54], checks: "
                + "[{exec: {run: [dig, \"@203.0.113.53\", example.org]}}]}}"),
        Case(
            "a client that asks about a link, or about all sites",
            yaml: checks(
                "{dns: {name: example.org, type: SOA}}, {exec: {run: [curl, \"http://192.0.2.1/\"]}, neighbor: rhine}, "
                    + "{exec: {run: [curl, \"http://198.51.100.1/\"]}, reach: shared}")),
        Case("a plugin that looks at the machine", yaml: checks("{exec: {run: [check_load, -w, \"5\"]}}")),
        Case(
            "server errors that have to say something",
            yaml: checks("{http: {status: 200-599, body: ready}}", serve: false)),
        Case("a connection beside a question", yaml: checks("{tcp: {port: 80}}, {http: {path: /}}", serve: false)),
        Case(
            "a name that everybody asks a resolver for", "221",
            yaml: checks("{dns: {name: www.google.com, type: A}}", serve: false)),
        Case(
            "the same, shared, beside a local one",
            yaml: checks(
                "{dns: {name: alive.test, type: A}}, {dns: {name: www.google.com, type: A}, reach: shared}",
                serve: false)),
        Case(
            "names below a country's co",
            yaml: checks(
                "{dns: {names: [example.co.uk, example.co.uk.example.net], type: A}}",
                serve: false)),
        Case(
            "two organisations below one country's co",
            yaml: checks("{dns: {names: [one.co.uk, two.co.uk], type: A}}", serve: false)),
        Case(
            "a private address, another router at each site",
            yaml: checks("{dns: {name: example.org, type: SOA}}, {icmp: {address: 10.0.0.1}}")),
        Case(
            "fast checks with one failure, which is told anyway", "224",
            yaml: checks("{dns: {name: example.org, type: SOA}, fall: 1, fast: 900ms}")),
        Case(
            "a check as slow as the hold-down is long", "301",
            yaml: checks("{dns: {name: example.org, type: SOA}, every: 10s}")),
        Case(
            "a long lease of a slow check",
            yaml: checks("{dns: {name: example.org, type: SOA}, every: 1m, lease: 10m}")
                + "\nannounce: {hold-down: 5m}"),
        Case(
            "a long hold time at an internal neighbor", "303",
            yaml: network(64496)
                + sites(fra: ", hold-time: 60s", asns: (64496, 64502), role: "internal").replacing(
                    "asn: 64502, role: internal", with: "asn: 64502, role: provider")),
        Case(
            "a half-life so short that a flap is forgotten before the next", "304",
            yaml: "announce: {penalty: {half-life: 1s, suppress: 2.5}}"),
    ]

    @Test("of checks and times", arguments: checksCases)
    func lookChecks(_ example: Case) throws { try look(example) }

    // MARK: Zones, capacity, rehearsals

    static let zonesCases: [Case] = [
        Case(
            "NXDOMAIN for a name that there is", "402",
            yaml: checks(
                "{dns: {name: www.example.org, type: A}}, {dns: {name: ns1.example.org, type: A, rcode: NXDOMAIN}}")),
        Case(
            "data that the zone doesn't have", "402",
            yaml: checks("{dns: {name: www.example.org, type: A, data: [198.51.100.81]}}")),
        Case(
            "a wildcard and an alias answer", zone: soa + "* A 198.51.100.1\nwww CNAME web\n",
            yaml: checks(
                "{dns: {name: a.b.example.org, type: A}}, {dns: {name: www.example.org, type: A}}"
            ).replacing("a.b.", with: "a.")),
        Case(
            "a name that was delegated away", "402", zone: soa + "lab NS ns.lab\nns.lab A 198.51.100.53\n",
            yaml: checks("{dns: {name: www.lab.example.org, type: A}}")),
        Case(
            "another port is another program's zone", "207",
            yaml: checks("{dns: {name: www.example.com, type: A, port: 5353}}")),
        Case(
            "one of several names is enough",
            yaml: checks("{dns: {names: [www.example.com, www.example.org], type: A}}")),
        Case(
            "REFUSED is wanted for what isn't served",
            yaml: checks(
                "{dns: {name: www.example.org, type: A}}, {dns: {name: www.example.com, type: A, rcode: REFUSED}}")),
        Case(
            "an identity that is hidden",
            yaml: """
                services:
                  dns:
                    addresses: [203.0.113.53]
                    serve: {dns: {zones: [example.org.zone], identity: ""}}
                    checks: [{dns: {name: www.example.org, type: A}}]
                """),
        Case(
            "a load that several hosts at every site don't act on", "501",
            yaml: """
                sites:
                  fra:
                    place: FRA
                    anchor: true
                    capacity: {queries: 1k}
                    hosts: {fra1: {unicast: 192.0.2.2}, fra2: {unicast: 192.0.2.4}}
                    neighbors: [{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}]
                  gru:
                    place: GRU
                    capacity: {queries: 1k}
                    hosts: {gru1: {unicast: 192.0.2.6}, gru2: {unicast: 192.0.2.8}}
                    neighbors: [{name: tiete, address: 192.0.2.5, asn: 64502, role: provider}]
                announce: {load: {}, degraded: {prepend: 1}}
                """),
        Case(
            "steps that a rehearsal makes up itself",
            yaml: """
                internet:
                  ases:
                    rhine: {asn: 64501, place: FRA, peers: [tiete]}
                    tiete: {asn: 64502, place: GRU}
                    berlin-net: {asn: 64510, place: BER, providers: [rhine], client: berlin}
                """),
    ]

    @Test("of zones, capacity and rehearsals", arguments: zonesCases)
    func lookZones(_ example: Case) throws { try look(example) }

    private func look(_ example: Case) throws {
        let variant = LintCase.Variant(yaml: example.yaml, zone: example.zone)
        let findings = try variant.findings()
        #expect(findings.map(\.code).sorted() == example.codes, "\(findings)\n\(variant.file)")
    }

    @Test("a stop is held against what the unit that comes with landfall allows")
    func unit() throws {
        let unit = try Repository.text("packaging/landfall.service.in")
        #expect(unit.contains("\nTimeoutStopSec=\(Lint.unitStop.text)\n"))
    }

    @Test("a secret in a command isn't shown")
    func secret() throws {
        let checks = Self.checks("{exec: {run: [curl, -u, \"op:hunter2\", \"http://192.0.2.9/\"]}}", serve: false)
        let finding = try #require(try LintCase.Variant(yaml: checks).findings().first)
        #expect(finding.code == "LF-L206" && !"\(finding)".contains("hunter2") && finding.text.contains("curl"))
    }

    @Test("rule 9: says so when there is neither an anchor nor a cover, once for all prefixes")
    func neither() throws {
        let six = ", {name: six, address: 2001:db8:1::1, asn: 64501, role: provider}]"
        let file = """
            \(Self.network(64496, "203.0.113.0/24, 2001:db8:113::/48"))
            \(Self.sites(anchor: false).replacing("}]", with: "}\(six)").replacing("1::1, asn: 64501", with: "1::1, asn: 64501"))
            services: {dns: {addresses: [203.0.113.53, 2001:db8:113::53], checks: [{dns: {name: example.org, type: SOA}}]}}
            """
        let findings = try lint(file).filter { $0.code == "LF-L122" }
        #expect(findings.count == 1 && findings[0].text.contains("203.0.113.0/24 and 2001:db8:113::/48"))
    }

    @Test("families that are told other communities, and another prepend, are said so in words that fit")
    func families() throws {
        for (keys, words) in [
            ("communities: [\"64501:1\"]", "has other communities over IPv6 than over IPv4"),
            ("large-communities: [\"64501:1:1\"]", "has other large-communities over IPv6"),
            ("prepend: 2", "has another prepend over IPv6"),
        ] {
            let file = """
                network: {name: n, asn: 64496, prefixes: [203.0.113.0/24, 2001:db8:113::/48]}
                sites:
                  fra:
                    place: FRA
                    router-id: 192.0.2.2
                    neighbors:
                      - {name: four, address: 192.0.2.1, asn: 64501, role: provider, \(keys)}
                      - {name: six, address: "2001:db8::1", asn: 64501, role: provider}
                services: {dns: {addresses: [203.0.113.53, 2001:db8:113::53], checks: [{tcp: {port: 53}}]}}
                """
            let findings = try lint(file).filter { $0.code == "LF-L129" }
            #expect(findings.count == 1 && findings[0].text.contains(words), "\(findings)")
        }
    }
}
