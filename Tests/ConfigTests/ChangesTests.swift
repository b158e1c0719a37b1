import Testing

@testable import Config

@Suite("What a new file changes")
struct ChangesTests {
    /// A whole file; each part is what a test makes different.
    private struct File {
        var network = "name: example, asn: 65000, prefixes: [203.0.113.0/24]"
        var host = "{fra1: {unicast: 192.0.2.2}}"
        var site = ""
        var capacityElsewhere = ""
        var a = "asn: 64500, role: provider"
        var more = ""
        var addresses = "203.0.113.53"
        var serve = ", serve: {dns: {zones: [a.zone]}}"
        var check = ""
        var services = ""
        var announce = "require: all"

        private static let z = "{name: z, address: 192.0.2.5, asn: 64999, role: provider}"

        func load() throws -> Network {
            try ConfigTests.load(
                """
                network: {\(network)}
                sites:
                  fra: {place: FRA, hosts: \(host), neighbors: [{name: a, address: 192.0.2.1, \(a)}\(more)]\(site)}
                  ams: {place: AMS, router-id: 192.0.2.9\(capacityElsewhere), neighbors: [\(Self.z)]}
                services:
                  dns: {addresses: [\(addresses)], checks: [{dns: {name: example.org, type: SOA}\(check)}]\(serve)}
                \(services)
                announce: {\(announce)}
                """
            ).get()
        }
    }

    private func lines(
        _ zones: (old: [String: String], new: [String: String]) = ([:], [:]), _ change: (inout File) -> Void
    ) throws -> [String] {
        var file = File()
        let old = try file.load()
        change(&file)
        return Changes(from: old, to: try file.load(), site: "fra", host: "fra1", zones: zones).lines
    }

    @Test("the same file changes nothing, wherever its lines are")
    func same() throws {
        #expect(try lines { _ in } == [])
        #expect(try lines { $0.network = "\n  name: example,\n  asn: 65000, prefixes: [203.0.113.0/24]" } == [])
    }

    @Test(
        "what a session is opened with resets it, what a route looks like doesn't",
        arguments: [
            ("port: 1179", "port 179 → 1179 (its session is reset)"),
            ("passive: true", "passive false → true (its session is reset)"),
            ("hold-time: 9s", "hold-time 90s → 9s (its session is reset)"),
            ("prepend: 2", "prepend 0 → 2"), ("med: 7", "med none → 7"),
            ("communities: [64500:1]", "communities none → [64500:1]"),
            ("large-communities: [64500:1:2]", "large-communities none → [64500:1:2]"),
            ("scope: local", "scope global → local"), ("standby: true", "standby false → true"),
            ("degraded: {prepend: 1}", "degraded none → {prepend: 1}"),
            ("healthy: {med: 5}", "healthy none → {med: 5}"),
            ("drain: {prepend: 1, graceful-shutdown: false}", "drain none → {prepend: 1}"),
        ])
    func neighbor(_ key: String, _ line: String) throws {
        #expect(try lines { $0.a += ", " + key } == ["~ neighbor a: " + line])
    }

    @Test("another AS of the neighbor, another role")
    func identity() throws {
        #expect(
            try lines { $0.a = "asn: 64501, role: peer" } == [
                "~ neighbor a: asn 64500 → 64501, role provider → peer (its session is reset)"
            ])
    }

    @Test("another ASN of the network, router ID or address of the host is another session with everybody")
    func everybody() throws {
        let b = ", {name: b, address: 192.0.2.3, asn: 64502, role: peer}"
        let more = try lines { $0.more = b }
        #expect(more == ["+ neighbor b (its session begins)"])
        var file = File()
        file.more = b
        let old = try file.load()
        file.network = "name: example, asn: 65001, prefixes: [203.0.113.0/24]"
        var changes = Changes(from: old, to: try file.load(), site: "fra", host: "fra1")
        #expect(changes.all.map(\.name) == ["a", "b"] && changes.all.allSatisfy { $0.effect == .sessionReset })
        file = File()
        (file.more, file.host) = (b, "{fra1: {unicast: 192.0.2.7}}")
        changes = Changes(from: old, to: try file.load(), site: "fra", host: "fra1")
        #expect(
            changes.lines == [
                "~ host fra1: unicast [192.0.2.2] → [192.0.2.7], router-id 192.0.2.2 → 192.0.2.7",
                "~ neighbor a: router-id 192.0.2.2 → 192.0.2.7, our address 192.0.2.2 → 192.0.2.7 (its session is reset)",
                "~ neighbor b: router-id 192.0.2.2 → 192.0.2.7, our address 192.0.2.2 → 192.0.2.7 (its session is reset)",
            ])
    }

    @Test("what another site has is no change here")
    func elsewhere() throws {
        var file = File()
        let old = try file.load()
        file.more = ", {name: b, address: 192.0.2.3, asn: 64502, role: peer}"
        #expect(Changes(from: old, to: try file.load(), site: "ams", host: "ams").isEmpty)
    }

    @Test("prefixes, addresses and services that come and go")
    func membership() throws {
        #expect(
            try lines {
                $0.network = "name: example, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8::/48]"
                $0.addresses = "203.0.113.54, \"2001:db8::53\""
                $0.services = "  web: {addresses: [203.0.113.80], checks: [{tcp: {port: 80}}]}"
            } == [
                "+ prefix 2001:db8::/48", "- address 203.0.113.53 of service dns (after the withdrawal and its wait)",
                "+ address 203.0.113.54 of service dns", "+ address 2001:db8::53 of service dns",
                "+ service web: 203.0.113.80 (can't withdraw anything until it has passed)",
            ])
    }

    @Test(
        "rule 5: a changed check can't withdraw anything until it has passed",
        arguments: [
            ("every: 500ms", "every 1s → 500ms, lease 3s → 1500ms"), ("rise: 1", "rise 3 → 1"),
            ("timeout: 100ms", "timeout 500ms → 100ms"), ("fast: 100ms", "fast none → 100ms"),
            ("slow: 100ms", "slow none → 100ms"), ("reach: shared", "reach local → shared"),
            ("lease: 7s", "lease 3s → 7s"), ("fall: 1", "fall 2 → 1"),
        ])
    func check(_ key: String, _ line: String) throws {
        let whole = "~ check dns example.org SOA of service dns: \(line) (can't withdraw anything until it has passed)"
        #expect(try lines { $0.check = ", " + key } == [whole])
    }

    @Test("a service that is served otherwise, and zones whose content has changed")
    func serving() throws {
        #expect(
            try lines { $0.serve = ", serve: {dns: {zones: [a.zone], port: 5353, threads: 2, identity: x}}" } == [
                "~ service dns: port 53 → 5353, threads 1 → 2, identity {site} → x (the service is replaced in place)",
                "~ check dns example.org SOA of service dns: the service's port (can't withdraw anything until it has passed)",
            ])
        #expect(
            try lines { $0.serve = ", serve: {dns: {zones: [a.zone], tcp: {connections: 9, idle: 1m}}}" } == [
                "~ service dns: tcp.connections 20000 → 9, tcp.idle 10s → 1m (the service is replaced in place)"
            ])
        let path = try #require(try File().load().services[0].serve?.dns.zones[0].path)
        #expect(
            try lines(([path: "1"], [path: "2"])) { _ in } == [
                "~ zone \(path) of service dns: content (the service is replaced in place)"
            ])
        #expect(
            try lines { $0.serve = ", serve: {sites: [ams], dns: {zones: [a.zone]}}" }.first
                == "~ service dns: served by somebody else (the service is replaced in place)")
    }

    @Test(
        "the policy, key by key",
        arguments: [
            ("hold-down: 5s", "hold-down 10s → 5s"), ("withdraw-wait: 2s", "withdraw-wait 1s → 2s"),
            ("penalty: {half-life: 30s}", "penalty"), ("healthy: {prepend: 1}", "healthy {} → {prepend: 1}"),
            ("degraded: {prepend: 1}", "degraded {} → {prepend: 1}"), ("standby: {prepend: 5}", "standby"),
            ("drain: {wait: 7s}", "drain.wait 30s → 7s"), ("drain: {prepend: 7}", "drain {prepend: 3"),
            ("drain: {stop-wait: 9s}", "drain.stop-wait"),
        ])
    func policy(_ key: String, _ text: String) throws {
        let lines = try lines { $0.announce += ", " + key }
        #expect(lines.count == 1 && lines[0].hasPrefix("~ policy announce: \(text)"), "\(lines)")
    }

    @Test("a capacity of a service's own")
    func serviceCapacity() throws {
        #expect(
            try lines { $0.serve += ", capacity: {queries: 5k}" } == ["~ service dns: capacity.queries none → 5000"])
    }

    @Test("marks of a load")
    func load() throws {
        let lines = try lines {
            $0.capacityElsewhere = ", capacity: {queries: 1k}"
            $0.site = ", capacity: {queries: 1k}"
            $0.announce += ", load: {above: 0.8}"
        }
        #expect(lines.last == "~ policy announce: load none → {above: 0.8, below: 0.6}", "\(lines)")
    }

    @Test("the site itself")
    func site() throws {
        #expect(
            try lines { $0.site = ", anchor: true, capacity: {queries: 1k}" } == [
                "~ site fra: anchor false → true, capacity.queries none → 1000"
            ])
    }

    @Test("what a running agent can't become is an obstacle that names the way out")
    func obstacles() throws {
        #expect(
            try lines { $0.network = "name: other, asn: 65000, prefixes: [203.0.113.0/24]" } == [
                "! the network is called other, not example: stop the agent and start it again"
            ])
        #expect(
            try lines { $0.host = "{fra2: {unicast: 192.0.2.2}}" } == [
                "! host fra1 is not at site fra any more: stop the agent, or start it for one of fra2"
            ])
        let network = try File().load()
        var without = network
        without.sites.removeFirst()
        #expect(
            Changes(from: network, to: without, site: "fra", host: "fra1").obstacles == [
                "site fra is not in it any more: stop the agent, or start it for one of ams"
            ])
    }

    @Test("both ways, a change is the same change backwards")
    func backwards() throws {
        var file = File()
        let old = try file.load()
        file.more = ", {name: b, address: 192.0.2.3, asn: 64502, role: peer}"
        file.addresses += ", 203.0.113.54"
        let new = try file.load()
        let there = Changes(from: old, to: new, site: "fra", host: "fra1").all
        let back = Changes(from: new, to: old, site: "fra", host: "fra1").all
        #expect(there.map(\.kind) == [.added, .added] && back.map(\.kind) == [.removed, .removed])
        #expect(there.map(\.name) == back.map(\.name))
    }

    @Test("what is not said key by key is known: another property wants a word in Fields.swift")
    func complete() throws {
        let network = try File().load()
        let (site, service) = (network.sites[0], network.services[0])
        func properties(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        #expect(
            properties(network) == [
                "name", "asn", "prefixes", "holdTime", "sites", "services", "announce", "covers", "hooks", "metrics",
                "internet", "rehearsal",
            ])
        #expect(
            properties(site) == [
                "name", "place", "asn", "isAnchor", "isStandby", "capacity", "hosts", "neighbors",
            ])
        #expect(properties(site.hosts[0]) == ["name", "unicast", "routerID"])
        #expect(properties(service) == ["name", "addresses", "serve", "checks", "isAnchor", "capacity"])
        #expect(properties(try #require(service.serve)) == ["sites", "dns"])
        #expect(
            properties(try #require(service.serve?.dns))
                == ["zones", "identity", "version", "port", "threads", "sameData", "signatureMargin", "tcp"])
    }

    @Test("where metrics are")
    func metrics() throws {
        let appeared = try lines { $0.services = "metrics: {port: 9, listen: [192.0.2.2, \"2001:db8:f::2\"]}" }
        #expect(
            appeared == ["~ policy metrics: port none → 9, listen none → [192.0.2.2, 2001:db8:f::2]"], "\(appeared)")
        var file = File()
        file.services = "metrics: 10179"
        let loopback = try file.load()
        file.services = "metrics: {port: 10179, listen: loopback}"
        #expect(Changes(from: loopback, to: try file.load(), site: "fra", host: "fra1").isEmpty)
    }

    @Test("hooks, and an anchor among services")
    func others() throws {
        let hooks = try lines { $0.services = "hooks: {withdrawn: [/bin/tell]}" }
        #expect(hooks.count == 1 && hooks[0].contains("hooks") && hooks[0].contains("/bin/tell"), "\(hooks)")
        #expect(try lines { $0.serve += ", anchor: true" } == ["~ service dns: anchor none → true"])
    }
}
