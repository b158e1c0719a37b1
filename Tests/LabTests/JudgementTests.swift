import Net
import Testing

@testable import Config
@testable import Lab

@Suite("What a step's expectations make of it")
struct JudgementTests {
    let names = Judgement.Names(clients: ["berlin", "tokyo"], sites: ["fra", "sin"])

    func row(_ client: Int, _ before: Int?, _ after: Int?, outage: Int? = nil, lost: Int = 0) -> Evaluation.Row {
        var row = Evaluation.Row(client: client, family: .ipv4)
        (row.before, row.after, row.lost, row.recovered) = (before, after, lost, after != nil)
        row.outage = outage.map { .milliseconds($0) }
        return row
    }

    func judge(
        _ rows: [Evaluation.Row], withdrawn: Bool = true, seen: Sightings = Sightings(),
        _ change: (inout Rehearsal.Expectation) -> Void
    ) -> Judgement {
        var expectation = Rehearsal.Expectation(landings: [])
        change(&expectation)
        return Judgement(
            rows, of: .broke(.site(0)), withdrawn: withdrawn, seen: seen, expecting: expectation, names: names)
    }

    @Test("median and maximum are over the clients that were on the broken site")
    func outages() {
        let judgement = judge([row(0, 0, 1, outage: 300), row(1, 0, 1, outage: 500), row(1, 1, 1)]) { _ in }
        #expect(judgement.affected == 2)
        #expect(judgement.medianOutage == .milliseconds(400) && judgement.maxOutage == .milliseconds(500))
        #expect(judgement.isOK)
    }

    @Test("an outage longer than expected, and queries lost beyond what is expected, are each named")
    func exceeded() {
        let judgement = judge([row(0, 0, 1, outage: 1300, lost: 60)]) {
            ($0.medianOutage, $0.maxOutage, $0.lost) = (.seconds(1), .seconds(1), 10)
        }
        #expect(
            judgement.failures == [
                "median outage 1.30 s, expected at most 1.00 s", "longest outage 1.30 s, expected at most 1.00 s",
                "60 queries lost, expected at most 10",
            ])
    }

    @Test("an outage that is expected to be short where nobody was is not known to be")
    func vacuous() {
        let judgement = judge([row(0, 1, 1)]) { $0.medianOutage = .seconds(1) }
        #expect(judgement.failures == ["no client was on fra, so nothing is known about an outage"])
    }

    @Test("queries that others served, or that were sent too late to be excused, are named when they are lost")
    func strictness() {
        var one = row(0, 0, 0, lost: 7)
        (one.lostElsewhere, one.lastLost) = (2, .milliseconds(340))
        let judgement = judge([one]) { ($0.lostElsewhere, $0.lastLost) = (0, .milliseconds(200)) }
        #expect(
            judgement.failures == [
                "2 queries lost that others served, expected at most 0",
                "a query sent after 340 ms was lost, expected none after 200 ms",
            ])
        #expect(judge([one]) { ($0.lostElsewhere, $0.lastLost) = (2, .milliseconds(340)) }.isOK)
    }

    @Test("a client that never recovers makes the step not ok, whatever is expected")
    func stranded() {
        #expect(judge([row(0, 0, nil)]) { _ in }.failures == ["berlin (ipv4) never recovered: no answer at all"])
    }

    @Test("landings and withdrawals are held against what happened")
    func landings() {
        let judgement = judge([row(0, 0, 0), row(1, 1, 1)], withdrawn: true) {
            $0.landings = [("berlin", "sin"), ("tokyo", "sin")]
            $0.withdrawn = false
        }
        #expect(judgement.failures == ["berlin (ipv4) landed on fra, expected sin", "a route was withdrawn"])
    }

    @Test("withdrawals and announcements are held against what each neighbor saw of each prefix")
    func sightings() throws {
        var seen = Sightings()
        let prefix = try #require(Prefix("203.0.113.0/24"))
        seen.routes = [.init(host: "fra1", neighbor: "rhine", prefix: prefix)]
        (seen.routes[0].withdrawals, seen.routes[0].announcements) = (1, 2)
        #expect(judge([], seen: seen) { ($0.withdrawals, $0.announcements) = (1, 2) }.isOK)
        #expect(
            judge([], seen: seen) { $0.announcements = 1 }.failures == [
                "rhine saw 2 announcements of 203.0.113.0/24, expected 1"
            ])
        #expect(judge([]) { $0.withdrawals = 1 }.failures == ["no neighbor saw any withdrawals, expected 1"])
        #expect(judge([]) { $0.degraded = true }.failures == ["no check was degraded"])
    }

    @Test("queries that weren't sent and connections that broke are counted")
    func counts() {
        var one = row(0, 0, 1)
        (one.queries, one.connection) = (999, .broken(.reset))
        let judgement = judge([one, row(1, 1, 1)]) { ($0.queries, $0.connectionsBroken) = (1000, 0) }
        #expect(
            judgement.failures == [
                "999 queries sent, expected at least 1000", "1 of 1 TCP connections broken, expected at most 0",
            ])
    }

    @Test("an answer much slower than before is named")
    func slower() {
        var slow = row(0, 0, 0)
        (slow.medianBefore, slow.slowest) = (.milliseconds(10), .milliseconds(330))
        #expect(
            judge([slow]) { $0.slower = .milliseconds(300) }.failures == [
                "berlin (ipv4) had an answer 320 ms slower than before, expected at most 300 ms"
            ])
    }
}
