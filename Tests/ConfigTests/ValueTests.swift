import Announce
import Health
import Net
import Testing

@testable import Config

@Suite("Values of a file")
struct ValueTests {
    /// A whole file around one neighbor and one check.
    private func network(neighbor: String = "", check: String = "", site: String = "", rest: String = "") throws
        -> Network
    {
        try load(
            """
            network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra:
                place: {city: Here, latitude: -33.5, longitude: 151}
                hosts: {fra1: {unicast: 192.0.2.2}}
                neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: provider\(neighbor)}]
                \(site)
            services:
              dns:
                addresses: [203.0.113.53]
                checks: [{dns: {name: example.org, type: SOA}\(check)}]
            \(rest)
            """
        ).get()
    }

    @Test(
        "durations keep their meaning through text",
        arguments: ["1ms", "200ms", "1s", "1500ms", "90s", "5m", "1h", "36h"])
    func durations(_ text: String) throws {
        let duration = try #require(Duration(text: text))
        #expect(Duration(text: duration.text) == duration && duration.text == text)
    }

    @Test(
        "what is no duration is none",
        arguments: [
            "", "s", "1", "1 s", "-1s", "+1s", "1e3s", "1.s", ".5s", "0.0001s", "1.5.5s", "99999999999999999999h", "1S",
        ])
    func noDuration(_ text: String) { #expect(Duration(text: text) == nil) }

    @Test("fractions of a unit are whole milliseconds")
    func fractions() {
        #expect(Duration(text: "1.5s") == .milliseconds(1500) && Duration(text: "0.25m") == .seconds(15))
        #expect(Duration.milliseconds(1500).text == "1500ms" && Duration.zero.text == "0s")
    }

    @Test("capacities are powers of ten")
    func rates() throws {
        let site = try #require(network(site: "capacity: {bits: 2.5G, queries: 800k}").sites.first)
        #expect(site.capacity == Capacity(bitsPerSecond: 2_500_000_000, queriesPerSecond: 800_000))
    }

    @Test("a service's own capacity is enough to hold a load against")
    func ownCapacity() throws {
        let services = try network(
            check: "}, {exec: {run: [/bin/load], load: true}",
            rest: """
                    capacity: {queries: 5k}
                announce: {load: {}}
                """
        ).services
        #expect(services.map(\.capacity) == [5000] && services[0].tellsLoad)
        #expect(try network().services.map(\.capacity) == [nil])
    }

    @Test("a neighbor says all that routes to it carry")
    func neighbor() throws {
        let text =
            ", port: 1179, passive: true, prepend: 2, med: 0, hold-time: 30s, communities: [64500:100, no-export], "
            + "large-communities: [64500:1:2]"
        let neighbor = try #require(network(neighbor: text).sites.first?.neighbors.first)
        #expect(neighbor.port == 1179 && neighbor.passive && neighbor.prepend == 2 && neighbor.med == 0)
        #expect(neighbor.holdTime == .seconds(30) && neighbor.communities == [Community(64500, 100), .noExport])
        #expect(neighbor.largeCommunities == [LargeCommunity(64500, 1, 2)])
    }

    @Test("states and standby reach the announcer, for all neighbors and for one")
    func states() throws {
        let text =
            ", scope: local, standby: true, degraded: {prepend: 1, med: 9}, "
            + "drain: {communities: [64500:9], graceful-shutdown: false}"
        let network = try network(
            neighbor: text, site: "asn: 65001\n    anchor: true",
            rest: """
                announce:
                  penalty: {half-life: 5m, suppress: 3, reuse: 1.5, cap: 6}
                  degraded: {prepend: 2}
                  drain: {wait: 1m, stop-wait: 8s, prepend: 5, communities: [64500:1]}
                  standby: {prepend: 6, large-communities: [64500:1:1]}
                  cover: [203.0.112.0/23]
                """)
        let (site, policy) = (try #require(network.sites.first), network.announce)
        #expect(site.asn == ASN(65001) && site.isAnchor && !site.isStandby)
        #expect(policy.penalty.halfLife == .seconds(300) && policy.penalty.suppress == 3)
        #expect(policy.penalty.reuse == 1.5 && policy.penalty.cap == 6)
        #expect(policy.drain.wait == .seconds(60) && policy.drain.stopWait == .seconds(8))
        #expect(policy.states.degraded == Attributes(prepend: 2))
        #expect(
            policy.states.draining
                == Attributes(prepend: 5, localPref: 0, communities: [.gracefulShutdown, Community(64500, 1)]))
        #expect(
            policy.states.standby
                == Attributes(prepend: 6, localPref: 50, largeCommunities: [LargeCommunity(64500, 1, 1)]))
        #expect(network.covers.map(\.description) == ["203.0.112.0/23"])
        let neighbor = try #require(site.neighbors.first)
        #expect(neighbor.scope == .local && neighbor.isStandby && neighbor.states.healthy == nil)
        #expect(neighbor.states.degraded == Attributes(prepend: 1, med: 9))
        #expect(neighbor.states.draining == Attributes(prepend: 3, localPref: 0, communities: [Community(64500, 9)]))
    }

    @Test("without a word about announcing, the engine's own defaults count")
    func announceDefaults() throws {
        let network = try network()
        #expect(network.announce == Policy() && network.covers.isEmpty && network.sites.first?.asn == ASN(65000))
        #expect(try self.network(rest: "announce: {drain: {}, penalty: {}, standby: {}}").announce == Policy())
    }

    @Test("rule 18: the hold time is 90 s unless the file says otherwise")
    func holdTime() throws {
        #expect(try network().sites.flatMap(\.neighbors).map(\.holdTime) == [.seconds(90)])
    }

    @Test("what is left out has its default")
    func defaults() throws {
        let network = try network()
        let neighbor = try #require(network.sites.first?.neighbors.first)
        #expect(neighbor.port == 179 && neighbor.med == nil)
        let check = try #require(network.services.first?.checks.first)
        #expect(check.every == .seconds(1) && check.timeout == .milliseconds(500))
        #expect(check.policy == Monitor.Policy(rise: 3, fall: 2, lease: .seconds(3)))
        #expect(network.announce.holdDown == .seconds(10) && network.announce.require == nil)
        #expect(network.internet == nil && network.services.first?.serve == nil)
    }

    @Test("rule 18: a hang is noticed between the fall-th check's timeout and one interval later")
    func detection() throws {
        let service = try #require(network(check: ", every: 200ms, timeout: 100ms, fall: 3, rise: 2").services.first)
        #expect(service.noticedAfter == .milliseconds(500)...(.milliseconds(700)))
        #expect(service.announcedAgainAfter(holdDown: .seconds(1)) == .milliseconds(1200)...(.milliseconds(1400)))
    }

    @Test("a host without addresses is for the kernel to choose, if the router ID is given")
    func anyAddress() throws {
        let text = """
            network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra: {place: FRA, router-id: 192.0.2.9, neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: peer}]}
            services:
              dns: {addresses: [203.0.113.53], checks: [{dns: {name: example.org, type: SOA}}]}
            """
        let site = try #require(load(text).get().sites.first)
        #expect(site.hosts.map(\.name) == ["fra"] && site.hosts.flatMap(\.unicast).isEmpty)
        #expect(site.hosts.map(\.routerID.description) == ["192.0.2.9"])
    }

    @Test(
        "zone files are found from the folder of the file",
        arguments: [
            ("landfall.yaml", "a.zone"), ("/landfall.yaml", "/a.zone"),
            ("/etc/landfall/x.yaml", "/etc/landfall/a.zone"),
            ("conf/x.yaml", "conf/a.zone"),
        ])
    func zonePath(_ path: String, _ expected: String) throws {
        let text = """
            network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra: {place: FRA, router-id: 192.0.2.9, neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: peer}]}
            services:
              dns:
                addresses: [203.0.113.53]
                serve: {dns: {zones: [a.zone, /b.zone], identity: "", version: ""}}
                checks: [{dns: {name: example.org, type: SOA}}]
            """
        let dns = try #require(load(text, path: path).get().services.first?.serve?.dns)
        #expect(
            dns.zones == [
                ZoneFile(path: expected, line: 7, column: 27), ZoneFile(path: "/b.zone", line: 7, column: 35),
            ])
        #expect(dns.identity == nil && dns.version == nil && dns.port == 53 && dns.threads == 1)
        #expect((dns.tcp.connections, dns.tcp.perClient, dns.tcp.idle) == (20_000, 100, .seconds(10)))
    }

    @Test("without steps, a rehearsal kills each site in turn and brings it back")
    func defaultSteps() throws {
        let rest = """
            internet:
              ases:
                transit: {asn: 64500, place: FRA}
                access: {asn: 64501, place: BER, providers: [transit], client: berlin}
            """
        let rehearsal = try network(rest: rest).rehearsal
        #expect(rehearsal.steps.map(\.name) == ["measure", "kill-fra", "restore-fra"])
        #expect(rehearsal.queriesPerSecond == 50 && rehearsal.deadline == .seconds(2))
    }

    @Test("steps of the same kind have names of their own")
    func stepNames() throws {
        let rest = """
            internet:
              ases:
                transit: {asn: 64500, place: FRA}
                access: {asn: 64501, place: BER, providers: [transit], client: berlin}
            rehearsal:
              programs: {nsd: {site: fra, run: [nsd, -d, -c, nsd.conf]}}
              steps:
                - {hang: fra, process: nsd}
                - {restore: fra}
                - measure
                - {hang: fra, process: nsd}
                - {restore: fra, name: at-last}
                - measure:
            """
        let steps = try network(rest: rest).rehearsal.steps.map(\.name)
        #expect(steps == ["hang-fra-nsd", "restore-fra", "measure", "hang-fra-nsd-2", "at-last", "measure-2"])
    }

    @Test("an exchange makes peers of every pair of members, once")
    func exchange() throws {
        let rest = """
            internet:
              ases:
                a: {asn: 64500, place: FRA, peers: [b]}
                b: {asn: 64501, place: BER, peers: [a], client: berlin}
                c: {asn: 64502, place: LHR}
                d: {asn: 64503, place: LHR, providers: [c]}
              exchanges: {ix: [c, b, a], two: [a, c]}
            """
        let links = try #require(network(rest: rest).internet).links
        #expect(links.map { [$0.a, $0.b] } == [[0, 1], [2, 3], [1, 2], [0, 2]])
        #expect(links.map { $0.relation == .transit } == [false, true, false, false])
    }
}
