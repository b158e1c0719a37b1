import Announce
import Net
import Testing

@Suite("Anchors, covers, standby and scope")
struct AnchorTests {
    @Test("rule 9: a failing anchor is less preferred, and names the neighbors that have no other site")
    func failing() {
        var alone = Neighbor(name: "b", family: .ipv4)
        alone.hasAlternative = false
        var stage = Stage(
            configuration(neighbors: [Neighbor(name: "a", family: .ipv4), alone]) { $0.isAnchor = true })
        stage.healthy(1)
        stage.failing(5)
        #expect(stage.told.map(\.prepend) == [3] && stage.announcer.table(for: "b").map(\.prepend) == [3])
        #expect(stage.alarms == [.anchorFails(prefix4, withoutAlternative: ["b"])])
        stage.healthy(6)
        stage.pass(until: 50)
        #expect(stage.moves == ["1 announce", "5 change", "16 change"] && stage.alarms.isEmpty)
    }

    @Test(
        "rule 9: a service says for itself whether it is an anchor",
        arguments: [(true, false, ["1 announce", "5 change"]), (false, true, ["1 announce", "5 withdraw"])])
    func service(_ isAnchor: Bool, site: Bool, expected: [String]) {
        var stage = Stage(
            configuration {
                $0.isAnchor = site
                $0.services[0].isAnchor = isAnchor
            })
        stage.healthy(1)
        stage.failing(5)
        #expect(stage.moves == expected && stage.alarms.isEmpty == !isAnchor)
    }

    @Test("rule 9: an anchor guards against verdicts only")
    func stops() {
        var stage = Stage(configuration { $0.isAnchor = true })
        stage.healthy(1)
        stage.failing(5)
        stage.at(6, .stop(within: .zero))
        #expect(stage.told.isEmpty)
        var drained = Stage(configuration { $0.isAnchor = true })
        drained.healthy(1)
        drained.drain(2)
        drained.failing(5)
        drained.pass(until: 40)
        #expect(drained.moves == ["1 announce", "2 change", "32 withdraw"])
    }

    @Test("rule 9: an anchor announces nothing before its checks have passed")
    func unproven() {
        var stage = Stage(configuration { $0.isAnchor = true })
        stage.failing(1)
        #expect(stage.told.isEmpty)
    }

    @Test("rule 9: a cover is announced from start to stop, so the specific prefix can be withdrawn normally")
    func cover() {
        let cover = prefix("203.0.112.0/23")
        var stage = Stage(
            configuration {
                $0.isAnchor = true
                $0.covers = [cover]
            })
        stage.at(0, .start)
        #expect(stage.told.map(\.prefix) == [cover])
        stage.healthy(1)
        stage.failing(5)
        #expect(stage.told.map(\.prefix) == [cover] && stage.alarms.isEmpty)
        stage.drain(10)
        stage.pass(until: 60)
        #expect(stage.told.map(\.prefix) == [cover] && stage.told.map(\.prepend) == [3])
        stage.at(70, .stop(within: .zero))
        #expect(stage.told.isEmpty)
    }

    @Test("rule 11: a standby site is announced less preferred, so that BGP itself does the switching")
    func standbySite() {
        var stage = Stage(configuration { $0.isStandby = true })
        stage.healthy(1)
        #expect(stage.told.map(\.prepend) == [3])
        stage.drain(2)
        #expect(stage.told.map(\.prepend) == [6])
    }

    @Test("rule 11: neighbors have prepends, MED, communities, scope and standby of their own")
    func perNeighbor() {
        var local = Neighbor(name: "a", family: .ipv4, prepend: 1, med: 5, communities: [Community(64500, 1)])
        local.isLocal = true
        local.states.degraded = Attributes(med: 50, largeCommunities: [LargeCommunity(1, 2, 3)])
        var standby = Neighbor(name: "b", family: .ipv4)
        standby.isStandby = true
        standby.states.draining = Attributes(prepend: 1, communities: [.gracefulShutdown])
        var stage = Stage(
            configuration(neighbors: [local, standby]) {
                $0.policy.states.healthy = Attributes(communities: [Community(64500, 7)])
                $0.policy.states.degraded = Attributes(prepend: 2)
            })
        stage.healthy(1)
        #expect(stage.told.map(\.communities) == [[Community(64500, 1), Community(64500, 7), .noExport]])
        #expect(stage.announcer.table(for: "b").map(\.prepend) == [3])
        stage.degraded(2)
        #expect(stage.told.map(\.prepend) == [1] && stage.told.map(\.med) == [50])
        #expect(stage.told.map(\.largeCommunities) == [[LargeCommunity(1, 2, 3)]])
        #expect(stage.told.map(\.communities) == [[Community(64500, 1), .noExport]])
        #expect(stage.announcer.table(for: "b").map(\.prepend) == [5])
        stage.drain(3)
        #expect(stage.announcer.table(for: "b").map(\.prepend) == [4])
    }

    @Test("rule 7: a host never changes its attributes alone among those of its site")
    func siblings() {
        var stage = Stage(
            configuration {
                $0.sharesSite = true
                $0.policy.states.degraded = Attributes(prepend: 2)
            })
        stage.healthy(1)
        stage.degraded(2)
        #expect(stage.moves == ["1 announce"])
        stage.failing(3)
        #expect(stage.told.isEmpty)
    }
}
