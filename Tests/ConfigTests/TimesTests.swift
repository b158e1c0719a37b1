import Testing

@testable import Config

@Suite("What may happen at a site, and how long it takes")
struct TimesTests {
    /// fra is an anchor with one neighbor of 3 s, gru has two, of 9 s and 90 s.
    private static func network(
        checks: String = "{dns: {name: www.example.org, type: A}, every: 1s, timeout: 200ms, fall: 3}",
        serve: String = ", serve: {sites: [fra], dns: {zones: [a.zone]}}", announce: String = ""
    ) throws -> Network {
        try load(
            """
            network: {name: example, asn: 64496, prefixes: [203.0.113.0/24]}
            sites:
              fra:
                place: FRA
                anchor: true
                router-id: 192.0.2.2
                neighbors: [{name: a, address: 192.0.2.1, asn: 64501, role: provider, hold-time: 3s}]
              gru:
                place: GRU
                router-id: 192.0.2.6
                neighbors:
                  - {name: b, address: 192.0.2.5, asn: 64502, role: provider, hold-time: 9s}
                  - {name: c, address: 192.0.2.7, asn: 64503, role: provider}
            services: {dns: {addresses: [203.0.113.53]\(serve), checks: [\(checks)]}}
            announce: {\(announce)}
            """
        ).get()
    }

    private func time(_ event: SiteTime.Event, at site: Int, _ network: Network) throws -> SiteTime {
        let all = network.times(at: network.sites[site])
        return try #require(all.first { $0.event == event })
    }

    private func span(_ least: Int, _ most: Int) -> ClosedRange<Duration> {
        .milliseconds(least) ... .milliseconds(most)
    }

    @Test("every event once, in the order of the table")
    func order() throws {
        let network = try Self.network()
        #expect(
            network.times(at: network.sites[0]).map(\.event) == [
                .serviceHung, .serviceKilled, .agentKilled, .agentHung, .hostSilent, .recovered, .drain, .stop,
            ])
    }

    @Test("a service that hangs is withdrawn with the last failure's timeout, and an anchor stays")
    func hung() throws {
        let network = try Self.network()
        let time = try time(.serviceHung, at: 1, network)
        #expect(time.together == span(2200, 3200) && time.noticed == time.together && time.outcome == .withdrawn)
        #expect(try self.time(.serviceHung, at: 0, network).outcome == .kept(network.prefixes, isAll: true))
    }

    @Test(
        "rule 15: our own server is restarted within 100 ms, another program refuses and is noticed a timeout earlier")
    func killed() throws {
        let network = try Self.network()
        let own = try time(.serviceKilled, at: 0, network)
        #expect(own.outcome == .restarted && own.together == span(0, 100))
        let foreign = try time(.serviceKilled, at: 1, network)
        #expect(foreign.outcome == .withdrawn && foreign.together == span(2000, 3000))
    }

    @Test("between a first failure and the verdict of a service that refuses, fast checks wait for no timeout")
    func fast() throws {
        let check = "{dns: {name: www.example.org, type: A}, every: 1s, timeout: 200ms, fast: 50ms, fall: 3}"
        let network = try Self.network(checks: check, serve: "")
        #expect(try time(.serviceKilled, at: 1, network).together == span(100, 1100))
        #expect(try time(.serviceHung, at: 1, network).together == span(600, 1600))
    }

    @Test("rule 18: a silent host, a cut link and a hung agent are noticed by the neighbors' hold timers, per site")
    func silent() throws {
        let network = try Self.network()
        #expect(try time(.hostSilent, at: 0, network).together == span(1250, 3000))
        #expect(try time(.hostSilent, at: 1, network).together == span(3750, 90_000))
        #expect(try time(.agentHung, at: 1, network).together == span(3750, 90_000))
        #expect(try time(.agentKilled, at: 1, network).together == span(0, 0))
    }

    @Test("what answers again is announced after rise and hold-down")
    func recovered() throws {
        let network = try Self.network(announce: "hold-down: 7s")
        let time = try time(.recovered, at: 1, network)
        #expect(
            time.noticed == span(2000, 3000) && time.followed == span(7000, 7000) && time.together == span(9000, 10_000)
        )
    }

    @Test("a drain takes its wait at most, a stop its own, but never longer than a drain")
    func drain() throws {
        let network = try Self.network(announce: "withdraw-wait: 2s, drain: {wait: 20s, stop-wait: 8s}")
        #expect(try time(.drain, at: 0, network).together == span(0, 20_000))
        let stop = try time(.stop, at: 0, network)
        #expect(stop.together == span(0, 8000) && stop.outcome == .stopped(addressesAfter: .seconds(2)))
        let short = try Self.network(announce: "drain: {wait: 2s, stop-wait: 8s}")
        #expect(try time(.stop, at: 0, short).together == span(0, 2000))
    }

    @Test("rule 3: what is shared withdraws nobody, and a service that has nothing else is never noticed")
    func shared() throws {
        let network = try Self.network(
            checks: "{dns: {name: www.example.org, type: A}, reach: shared, every: 2s, timeout: 1s}", serve: "")
        let failed = try time(.sharedFailed, at: 0, network)
        #expect(failed.subject == "dns www.example.org A" && failed.outcome == .degraded)
        #expect(failed.noticed == span(3000, 5000))
        let hung = try time(.serviceHung, at: 0, network)
        #expect(hung.noticed == nil && hung.together == nil && hung.outcome == .unnoticed)
    }

    @Test("an ICMP echo, which the kernel answers, and a check of one link don't notice that a service hangs")
    func blind() throws {
        let quick = "every: 100ms, timeout: 100ms"
        let network = try Self.network(
            checks: """
                {dns: {name: www.example.org, type: A}}, {icmp: {}, \(quick)}, {icmp: {address: 192.0.2.1}, neighbor: a, \(quick)}
                """)
        #expect(try time(.serviceHung, at: 1, network).together == span(1500, 2500))
    }
}
