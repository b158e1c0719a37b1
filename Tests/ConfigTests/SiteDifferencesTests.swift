import Testing

@testable import Config

@Suite("What two sites do differently")
struct SiteDifferencesTests {
    private func lines(
        gru: String = "", neighbors: [String] = [], fra: [String] = [],
        hosts: String = "{gru1: {unicast: 198.51.100.2}}",
        services: String = "dns: {addresses: [203.0.113.53], checks: [{dns: {name: example.org, type: SOA}}]}",
        announce: String = "require: all"
    ) throws -> [String] {
        let own = [
            "{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}",
            "{name: rhine6, address: 2001:db8:1::1, asn: 64501, role: provider}",
        ]
        let other = [
            "{name: tiete, address: 198.51.100.1, asn: 64502, role: provider}",
            "{name: tiete6, address: 2001:db8:2::1, asn: 64502, role: provider}",
        ]
        let network = try load(
            """
            network: {name: example, asn: 64496, prefixes: [203.0.113.0/24, 2001:db8:113::/48]}
            sites:
              fra:
                {place: FRA, router-id: 192.0.2.2, neighbors: [\((fra.isEmpty ? own : fra).joined(separator: ", "))]}
              gru:
                place: GRU
                hosts: \(hosts.replacing("198.51.100.2}", with: "[198.51.100.2, 2001:db8:2::2]}"))
                neighbors: [\((neighbors.isEmpty ? other : neighbors).joined(separator: ", "))]
            \(gru.isEmpty ? "" : "    " + gru)
            services:
              six: {addresses: [2001:db8:113::53], checks: [{tcp: {port: 53}}]}
              \(services)
            announce: {\(announce)}
            """
        ).get()
        let (old, new) = (network.sites[0], network.sites[1])
        let there = Changes(between: old, and: new, in: network).lines
        let back = Changes(between: new, and: old, in: network).lines
        #expect(there.isEmpty == back.isEmpty && there.count == back.count)
        return there
    }

    @Test("places, names, addresses and the ASes of neighbors are no difference")
    func same() throws { #expect(try lines() == []) }

    @Test(
        "what a neighbor is told is, whatever it is called",
        arguments: [
            ("prepend: 2", "prepend 0 → 2"), ("hold-time: 9s", "hold-time 90s → 9s"),
            ("scope: local", "scope global → local"),
            ("communities: [64502:1]", "communities none → [64502:1]"), ("standby: true", "standby false → true"),
            ("med: 5", "med none → 5"), ("passive: true", "passive false → true"),
            ("degraded: {prepend: 3}", "degraded none → {prepend: 3}"),
        ])
    func neighbor(_ key: String, _ text: String) throws {
        let told = "{name: tiete, address: 198.51.100.1, asn: 64502, role: provider, \(key)}"
        let six = "{name: tiete6, address: 2001:db8:2::1, asn: 64502, role: provider}"
        #expect(try lines(neighbors: [told, six]) == ["~ neighbor rhine, tiete: \(text)"])
    }

    @Test("a neighbor that the other site has no match for")
    func unmatched() throws {
        let all = [
            "{name: tiete, address: 198.51.100.1, asn: 64502, role: provider}",
            "{name: tiete6, address: 2001:db8:2::1, asn: 64502, role: provider}",
            "{name: ix, address: 198.51.100.3, asn: 64503, role: peer}",
        ]
        #expect(try lines(neighbors: all) == ["+ neighbor ix: peer 64503, 198.51.100.3"])
    }

    @Test("a family that one site tells nobody about")
    func family() throws {
        let four = "{name: tiete, address: 198.51.100.1, asn: 64502, role: provider}"
        #expect(
            try lines(neighbors: [four]) == [
                "- prefix 2001:db8:113::/48", "- neighbor rhine6: provider 64501, 2001:db8:1::1",
            ])
    }

    @Test("of several neighbors the one of the same AS is compared, not the first of the same role")
    func paired() throws {
        let own = [
            "{name: a, address: 192.0.2.1, asn: 64501, role: provider, prepend: 1}",
            "{name: b, address: 192.0.2.3, asn: 64502, role: provider}",
        ]
        let other = [
            "{name: c, address: 198.51.100.1, asn: 64502, role: provider}",
            "{name: d, address: 198.51.100.3, asn: 64501, role: provider, prepend: 1}",
        ]
        let only = "dns: {addresses: [203.0.113.53], checks: [{dns: {name: example.org, type: SOA}}]}"
        #expect(try lines(neighbors: other, fra: own, services: only) == [])
    }

    @Test("the site's own AS, anchor and capacity, covers, and the number of hosts")
    func site() throws {
        #expect(
            try lines(
                gru: "asn: 64500\n    anchor: true\n    capacity: {queries: 1k}",
                announce: "require: all, cover: [203.0.112.0/23]")
                == [
                    "~ site fra, gru: asn 64496 → 64500, anchor false → true, capacity.queries none → 1000",
                    "+ cover 203.0.112.0/23",
                ])
        let two = "{gru1: {unicast: 198.51.100.2}, gru2: {unicast: [198.51.100.4, 2001:db8:2::4]}}"
        #expect(try lines(hosts: two) == ["~ host fra, gru: hosts 1 → 2"])
    }

    @Test("who serves, and a check that is made at one of them")
    func services() throws {
        let service = """
            dns:
                addresses: [203.0.113.53]
                serve: {sites: [fra], dns: {zones: [a.zone]}}
                checks: [{dns: {name: example.org, type: SOA}}, {icmp: {address: 192.0.2.1}, neighbor: rhine}]
            """
        #expect(
            try lines(services: service) == [
                "~ service dns: served by landfall → by somebody else",
                "- check icmp 192.0.2.1 for rhine of service dns",
            ])
    }
}
