import FoundationEssentials
import Testing

@testable import Benchmarks

@Suite("The failover benchmark")
struct FailoverTests {
    /// A query each 5 ms from second 0 on: `s` answered by the site, `o` by the other one, `.` by nobody.
    private static func trace(_ answers: String) -> Trace {
        Trace(
            answers.enumerated().map { number, letter in
                let answer: Trace.Answer = letter == "s" ? .site : letter == "o" ? .survivor : .none
                return Trace.Query(sent: Double(number) * 0.005, answer: answer)
            })
    }

    private static func entry(
        _ contender: Contender, _ failure: Failure, _ moved: [Double?], _ setting: Setting = .same
    ) -> Entry {
        Entry(
            setting: setting, failure: failure, contender: contender,
            runs: moved.map { Run(moved: $0, outage: $0 ?? 0) })
    }

    @Test("an outage is from the first query that nobody answers to the first that the survivor does")
    func outage() {
        let trace = Self.trace("sss....ooo" + String(repeating: "o", count: 30))
        #expect(abs(trace.outage(after: 0.012) - 0.020) < 1e-9)
        #expect(abs((trace.moved(after: 0.012) ?? 0) - 0.023) < 1e-9)
    }

    @Test("a client that moves without losing a query has no outage")
    func noOutage() {
        #expect(Self.trace("ssssoooo").outage(after: 0.01) == 0)
    }

    @Test("a site that answers again ends the outage, and nobody has moved")
    func healed() {
        let trace = Self.trace("ss..ssss" + String(repeating: "s", count: 30))
        #expect(abs(trace.outage(after: 0.009) - 0.010) < 1e-9)
        #expect(trace.moved(after: 0.009) == nil)
    }

    @Test("an outage that doesn't end has no end, and queries still under way are no outage")
    func endless() {
        #expect(Self.trace("ss" + String(repeating: ".", count: 50)).outage(after: 0.009) == .infinity)
        #expect(Self.trace(String(repeating: "s", count: 50) + "..").outage(after: 0.009) == 0)
    }

    @Test("what the client prints is what is read")
    func lines() {
        let trace = Trace(text: "now 1000000000 1\nsent 1000000000 1\nsent 1005000000 0\ngarbage\nsent 1 9\n")
        #expect(trace == Trace([.init(sent: 1, answer: .site), .init(sent: 1.005, answer: .none)]))
    }

    @Test("phases lie one in each part of the cycle, and a seed repeats them")
    func phases() {
        var (chance, again) = (Chance(seed: 7), Chance(seed: 7))
        let phases = chance.phases(10)
        #expect(Set(phases.map { Int($0 * 10) }) == Set(0..<10))
        #expect(phases != phases.sorted())
        #expect(again.phases(10) == phases)
    }

    @Test("20 ms behind the better peer holds, more doesn't, and 5 % do where they are more")
    func tolerance() {
        let peers = [
            Self.entry(.anycast, .serviceHung, [0.3, 0.3, 0.3]), Self.entry(.exabgp, .serviceHung, [0.9, 0.9, 0.9]),
        ]
        #expect(Judgement.complaints(peers + [Self.entry(.landfall, .serviceHung, [0.319, 0.319, 5])]).isEmpty)
        #expect(Judgement.complaints(peers + [Self.entry(.landfall, .serviceHung, [0.33, 0.33, 0.1])]).count == 2)
        let slow = [Self.entry(.anycast, .announcerStopped, [2]), Self.entry(.exabgp, .announcerStopped, [2.1])]
        #expect(Judgement.complaints(slow + [Self.entry(.landfall, .announcerStopped, [2.09])]).isEmpty)
    }

    @Test("a failure that a peer notices and we don't is a complaint; one that nobody notices isn't")
    func notNoticed() {
        let peer = Self.entry(.exabgp, .checkerStopped, [1, 1, nil])
        let ours = Self.entry(.landfall, .checkerStopped, [1, 1, nil])
        #expect(Judgement.complaints([peer, ours]) == ["(a) checker stopped: not noticed in 1 of 3 runs"])
        let blind = Self.entry(.exabgp, .checkerStopped, [nil, nil, nil])
        #expect(Judgement.complaints([blind, ours]).isEmpty)
    }

    @Test("at the defaults, a service that hangs must be noticed earlier than by both")
    func defaults() {
        let peers = [
            Self.entry(.anycast, .serviceHung, [10], .defaults), Self.entry(.exabgp, .serviceHung, [5], .defaults),
        ]
        #expect(Judgement.complaints(peers + [Self.entry(.landfall, .serviceHung, [4.9], .defaults)]).isEmpty)
        #expect(Judgement.complaints(peers + [Self.entry(.landfall, .serviceHung, [5.01], .defaults)]).count == 2)
    }

    @Test("a line of BIRD's log has the time of its route's end")
    func log() throws {
        let log = """
            2026-11-21 13:50:58.839443 <TRACE> host.ipv4 > added [best] 203.0.113.53/32 0L 3G unicast
            2026-11-21 13:51:04.613337 <TRACE> host.ipv4 > removed [sole] 203.0.113.53/32 0L 3G unicast
            2026-11-21 13:51:09.000000 <TRACE> host.ipv4 > removed [sole] 203.0.113.53/32 0L 3G unicast
            """
        let start = try #require(RouterLog.date("2026-11-21 13:51:04.500000 <TRACE> now"))
        let end = try #require(RouterLog.removed(in: log, after: start))
        #expect(abs(end.timeIntervalSince(start) - 0.113337) < 1e-3)
    }
}
