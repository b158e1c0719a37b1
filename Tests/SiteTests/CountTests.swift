import Announce
import Config
import Net
import Testing

@testable import Site

/// What agents make of counts, without any.
@Suite("Counts of traffic")
struct CountTests {
    private func at(_ seconds: Double) -> Instant { .zero + .seconds(seconds) }

    /// `before` a second, and then silence.
    private func shares(of before: Double, after seconds: Double) -> [Double] {
        var drains = TrafficDrains()
        drains.follow([.host], at: at(0)) { _ in before }
        return drains.shares(at: at(seconds)) { _, window in seconds * 1000 >= window.milliseconds ? 0 : before }
            .map(\.share)
    }

    @Test("a drain knows after a second that a hundred queries a second have moved, and after ten that two have")
    func few() {
        #expect(shares(of: 100, after: 0.5) == [1] && shares(of: 100, after: 1) == [0])
        #expect(shares(of: 2, after: 1) == [] && shares(of: 2, after: 9) == [], "silence is no sign yet")
        #expect(shares(of: 2, after: 10) == [0])
        #expect(shares(of: 0, after: 1) == [0], "there was nobody")
    }

    @Test("a drain of which nothing is known says nothing, and one that began again is held against that moment")
    func again() {
        var drains = TrafficDrains()
        drains.follow([.host], at: at(0)) { _ in nil }
        #expect(drains.shares(at: at(20)) { _, _ in 5 }.isEmpty)
        drains.follow([], at: at(21)) { _ in nil }
        drains.follow([.host], at: at(22)) { _ in 10 }
        #expect(drains.shares(at: at(23)) { _, _ in 5 }.map(\.share) == [0.5])
    }

    @Test("rule 1: what a service answers speaks for checks of it, and not for those of one neighbor's link")
    func link() throws {
        let text = """
            network: {name: test, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra:
                place: FRA
                hosts: {fra1: {unicast: 192.0.2.2}}
                neighbors: [{name: r4, address: 192.0.2.1, asn: 64500, role: provider}]
            services:
              dns:
                addresses: [203.0.113.53]
                serve: {dns: {zones: [example.org.zone]}}
                checks:
                  - {dns: {name: www.example.org, type: A}}
                  - {exec: {run: [loss]}}
                  - {exec: {run: [loss]}, neighbor: r4}
                  - {icmp: {address: 192.0.2.1}}
            """
        let network = try Network.load(text: Array(text.utf8), path: "test.yaml").get()
        let traffic = Traffic { Issue.record("\($0)") }
        traffic.follow(network.services, at: "fra")
        let address = try #require(network.services[0].addresses.first)
        #expect(network.services[0].checks.map { traffic.count(for: $0, at: address) } == [0, 0, nil, nil])
    }
}
