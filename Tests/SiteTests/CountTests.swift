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

    private static let (four, six) = (Address(family: .ipv4, bits: 4), Address(family: .ipv6, bits: 6))

    /// What comes of a check over IPv6 that times out each second, with counts over IPv4 and IPv6, while one over IPv4
    /// timed out `lately`.
    private func verdicts(_ counts: [(UInt64, UInt64)], lately: Bool) -> [Bool] {
        var overload = Overload()
        return counts.enumerated().map { second, count in
            overload.note(
                [Self.four: count.0, Self.six: count.1], at: Self.six, beside: lately ? [Self.four] : [],
                now: at(Double(second)))
        }
    }

    @Test(
        "rule 1: a flood over IPv4 doesn't withdraw IPv6, where nobody else asks; a hang does, and IPv6 alone as well")
    func flood() {
        #expect(verdicts([(0, 10), (900, 12), (1800, 15)], lately: false) == [false, true, true], "it answers others")
        #expect(verdicts([(0, 10), (900, 10), (1800, 10)], lately: true) == [false, true, true], "IPv4 suffers too")
        #expect(verdicts([(0, 10), (900, 10), (1800, 10)], lately: false) == [false, false, false], "IPv4 is well")
        #expect(verdicts([(900, 10), (900, 10), (900, 10)], lately: true) == [false, false, false], "all of it hangs")
    }

    @Test("rule 1: an address that is dead fails after a minute, however long another one suffers")
    func dead() {
        let counts = (0..<100).map { (UInt64($0) * 900, UInt64(10)) }
        let seconds = verdicts(counts, lately: true).enumerated().filter(\.element).map(\.offset)
        #expect(seconds == Array(1...60))
        let alive = (0..<100).map { (UInt64($0) * 900, UInt64($0 / 50)) }
        #expect(verdicts(alive, lately: true)[50...].allSatisfy { $0 }, "somebody was answered in between")
        var overload = Overload()
        _ = overload.note([Self.four: 1, Self.six: 1], at: Self.six, beside: [], now: at(0))
        overload.notePass(now: at(100))
        _ = overload.note([Self.four: 2, Self.six: 1], at: Self.six, beside: [Self.four], now: at(101))
        let others = overload.note([Self.four: 3, Self.six: 1], at: Self.six, beside: [Self.four], now: at(102))
        #expect(others, "a pass is a sign of life")
    }

    @Test("rule 1: a check suffers for ten seconds after a timeout, or for two intervals")
    func suffering() {
        var overload = Overload()
        #expect(!overload.suffered(every: .seconds(1), now: at(0)))
        _ = overload.note([:], at: Self.four, beside: [], now: at(0))
        #expect(!overload.suffered(every: .seconds(1), now: at(0)), "nobody counts")
        _ = overload.note([Self.four: 1], at: Self.four, beside: [], now: at(0))
        let seconds = [0.0, 10, 10.1, 60, 60.1]
        #expect(
            seconds.map { overload.suffered(every: .seconds(1), now: at($0)) } == [true, true, false, false, false])
        #expect(seconds.map { overload.suffered(every: .seconds(30), now: at($0)) } == [true, true, true, true, false])
    }

    @Test("rule 1: what a service answers speaks for checks of it, and not for those of one neighbor's link")
    func link() throws {
        let text = """
            network: {name: test, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48]}
            sites:
              fra:
                place: FRA
                hosts: {fra1: {unicast: 192.0.2.2}}
                neighbors: [{name: r4, address: 192.0.2.1, asn: 64500, role: provider}]
            services:
              dns:
                addresses: [203.0.113.53, "2001:db8:113::53"]
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
        let other = network.services[0].addresses[1]
        #expect(
            network.services[0].checks.map { traffic.counts(for: $0, at: address) } == [
                [address: 0, other: 0], [address: 0, other: 0], [:], [:],
            ])
    }
}
