import Net
import Testing

@testable import Config
@testable import Lab

/// A client's queries as a script: every 20 ms, answered by whoever `site` says after `roundTrip`.
func conversation(
    client: Int = 0, from start: Int = -3000, to end: Int, roundTrip: Int = 10, _ site: (Int) -> Int?
) -> Conversation {
    var conversation = Conversation(client: client, family: .ipv4)
    for milliseconds in stride(from: start, to: end, by: 20) {
        var query = Query(sent: at(milliseconds))
        if let site = site(milliseconds) {
            query.answered(by: Server(site: site), after: .milliseconds(roundTrip))
        } else {
            query.lost()
        }
        conversation.queries.append(query)
    }
    return conversation
}

/// Milliseconds after the break.
func at(_ milliseconds: Int) -> Instant { .zero + .seconds(100) + .milliseconds(milliseconds) }

func evaluation(_ act: Evaluation.Act, to end: Int = 4000) -> Evaluation {
    Evaluation(act, from: at(0), to: at(end), deadline: .seconds(2))
}

@Suite("What clients saw of a break")
struct EvaluationTests {
    @Test("the outage ends with the sending of the first query that another site answered")
    func outage() {
        let row = evaluation(.broke(.site(0))).row(
            for: conversation(to: 4000) { $0 < 0 ? 0 : $0 < 420 ? nil : 1 }, home: 0)
        #expect(row.before == 0 && row.after == 1)
        #expect(row.outage == .milliseconds(420))
        #expect(row.lost == 21)
        #expect(row.recovered)
    }

    @Test("a client that was elsewhere has no outage")
    func elsewhere() {
        let row = evaluation(.broke(.site(0))).row(for: conversation(to: 4000) { _ in 2 }, home: 2)
        #expect(row.outage == nil && row.recovered && row.lost == 0)
    }

    @Test("a client that nobody answers any more never recovers")
    func stranded() {
        let row = evaluation(.broke(.site(0))).row(for: conversation(to: 4000) { $0 < 0 ? 0 : nil }, home: 0)
        #expect(!row.recovered && row.outage == nil && row.after == nil)
        #expect(row.lost == 200)
    }

    @Test("a server that is started again in its place is no outage, only slower")
    func inPlace() {
        var seen = conversation(to: 4000) { _ in 0 }
        let slow = seen.queries.firstIndex { $0.sent >= at(0) } ?? 0
        seen.queries[slow].answered(by: Server(site: 0), after: .milliseconds(210))
        let row = evaluation(.broke(.site(0))).row(for: seen, home: 0)
        #expect(row.outage == nil && row.recovered && row.lost == 0)
        #expect(row.slowest == .milliseconds(210) && row.medianBefore == .milliseconds(10))
    }

    @Test("a query that was under way at the break counts as lost, and says nothing about before")
    func underWay() {
        // 340 ms away: what was sent shortly before the break arrives after it, and lands elsewhere or nowhere.
        let row = evaluation(.broke(.site(0))).row(
            for: conversation(to: 4000, roundTrip: 340) { $0 < -170 ? 0 : $0 < -100 ? nil : 1 }, home: 0)
        #expect(row.before == 0)
        #expect(row.outage == .zero)
        #expect(row.lost == 3 || row.lost == 4)
    }

    @Test("at a restore, the time until the restored site answers its clients again")
    func returns() {
        let seen = conversation(to: 4000) { $0 < 1240 ? 1 : 0 }
        let home = evaluation(.restored(.site(0))).row(for: seen, home: 0)
        #expect(home.returned == .milliseconds(1240) && home.recovered && home.outage == nil)
        let stranger = evaluation(.restored(.site(2))).row(for: seen, home: 0)
        #expect(stranger.returned == nil && stranger.recovered)
    }

    @Test("a client that doesn't come back to the restored site has not recovered")
    func staysAway() {
        let row = evaluation(.restored(.site(0))).row(for: conversation(to: 4000) { _ in 1 }, home: 0)
        #expect(!row.recovered && row.returned == nil)
    }

    /// Four flows: two that host 0 of site 0 serves, two that host 1 serves. `broken`: host 0 answers no more, and then
    /// its flows are host 1's.
    func spread(broken: Range<Int>) -> Conversation {
        var seen = Conversation(client: 0, family: .ipv4, flows: 4)
        for (index, milliseconds) in stride(from: -3000, to: 4000, by: 20).enumerated() {
            var query = Query(sent: at(milliseconds))
            let host = index % 4 < 2 && milliseconds < broken.upperBound ? 0 : 1
            if host == 0, broken.contains(milliseconds) {
                query.lost()
            } else {
                query.answered(by: Server(site: 0, host: host), after: .milliseconds(10))
            }
            seen.queries.append(query)
        }
        return seen
    }

    @Test("of two hosts, the flows of the one that dies are lost until they move, and the other's are not touched")
    func oneOfTwo() {
        let row = evaluation(.broke(.host(0, site: 0))).row(for: spread(broken: 0..<120), home: 0)
        #expect(row.hostsBefore == [0, 1] && row.hostsAfter == [1])
        #expect(row.lost == 2 && row.lostElsewhere == 0 && row.lastLost == .milliseconds(60))
        #expect(row.outage == .milliseconds(120))
        #expect(row.before == 0 && row.after == 0 && row.recovered)
    }

    @Test("a lost query is that host's which served its flow before")
    func lostElsewhere() {
        var seen = spread(broken: 0..<0)
        for index in seen.queries.indices where seen.queries[index].sent >= at(40) && seen.queries[index].sent < at(120)
        {
            seen.queries[index].lost()
        }
        let row = evaluation(.broke(.host(0, site: 0))).row(for: seen, home: 0)
        #expect(row.lost == 4 && row.lostElsewhere == 2)
    }

    @Test("a flow that was last asked before its client moved is where its client is")
    func moved() {
        var seen = Conversation(client: 0, family: .ipv4, flows: 200)
        for milliseconds in stride(from: -6000, to: 4000, by: 20) {
            var query = Query(sent: at(milliseconds))
            // Back at site 0 for a second, and not every flow has been asked since.
            let site = milliseconds < -1000 || milliseconds >= 400 ? 1 : 0
            if (0..<400).contains(milliseconds) {
                query.lost()
            } else {
                query.answered(by: Server(site: site, host: site), after: .milliseconds(10))
            }
            seen.queries.append(query)
        }
        let row = evaluation(.broke(.site(0))).row(for: seen, home: 0)
        #expect(row.outage == .milliseconds(400) && row.lost == 20 && row.lostElsewhere == 0)
        #expect(row.hostsBefore == [0])
    }

    @Test("an answer that doesn't say which host it is from is nobody else's loss")
    func unknownHost() {
        let seen = conversation(to: 4000) { $0 < 0 ? 0 : $0 < 100 ? nil : 0 }
        let row = evaluation(.broke(.host(0, site: 0))).row(for: seen, home: 0)
        #expect(row.lost == 5 && row.lostElsewhere == 0 && row.hostsBefore.isEmpty)
        #expect(!row.wasServed(by: .host(0, site: 0)) && row.wasServed(by: .site(0)))
    }

    @Test("who is moved by a drain has no outage, and who stays has recovered all the same")
    func drained() {
        let moved = evaluation(.drained(.site(0))).row(for: conversation(to: 4000) { $0 < 60 ? 0 : 1 }, home: 0)
        #expect(moved.moved == .milliseconds(60) && moved.outage == nil && moved.lost == 0 && moved.recovered)
        let kept = evaluation(.drained(.site(0))).row(for: conversation(to: 4000) { _ in 0 }, home: 0)
        #expect(kept.moved == nil && kept.recovered)
    }

    @Test("after a flap, a client is back when nobody else answers it any more")
    func flapped() {
        let seen = conversation(to: 4000) { $0 < 0 ? 0 : $0 < 300 ? nil : $0 < 2500 ? 1 : 0 }
        let row = evaluation(.flapped(.site(0))).row(for: seen, home: 0)
        #expect(row.outage == .milliseconds(300) && row.returned == .milliseconds(2500) && row.recovered)
        let away = evaluation(.flapped(.site(0))).row(for: conversation(to: 4000) { $0 < 0 ? 0 : 1 }, home: 0)
        #expect(!away.recovered)
    }

    @Test("under a load, a client of which two thirds of the queries are lost is served")
    func loaded() {
        let row = evaluation(.loaded(.site(0))).row(
            for: conversation(to: 4000) { $0 < 0 || $0 / 20 % 30 == 0 ? 0 : nil }, home: 0)
        #expect(row.recovered && row.lost > 100)
    }

    @Test("for who stays at the site, the outage lasts until the first answer after the first loss")
    func gap() {
        let row = evaluation(.broke(.site(0))).row(
            for: conversation(to: 4000) { (100..<700).contains($0) ? nil : 0 }, home: 0)
        #expect(row.outage == .milliseconds(700) && row.recovered)
    }

    @Test("one lost packet at the end is no outage")
    func forgives() {
        let row = evaluation(.nothing).row(for: conversation(to: 4000) { $0 == 3980 ? nil : 0 }, home: 0)
        #expect(row.recovered && row.lost == 1)
    }

    @Test("nothing is decided while a query is neither answered nor past its deadline")
    func decisions() {
        var seen = conversation(to: 4000) { _ in 0 }
        #expect(evaluation(.nothing).isDecided(seen))
        seen.queries.append(Query(sent: at(3999)))
        #expect(!evaluation(.nothing).isDecided(seen))
    }
}
