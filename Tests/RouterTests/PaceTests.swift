import BGP
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

/// When neighbors hear of what has changed.
@Suite("Rounds and pauses")
struct PaceTests {
    private let source = Router.Neighbor.crowd(0, asn: 64501)
    private let listener = Router.Neighbor.crowd(1, asn: 64502) { $0.mrai = .seconds(3600) }

    @Test("with MRAI, the table comes at once, later announcements wait, and withdrawals don't (RFC 4271 §9.2.1.1)")
    func pause() async throws {
        let rig = try await Rig(port: 18531, [source, listener])
        let crowd = try Crowd()
        let from = try await crowd.connect(source.address, asn: 64501, port: 18531)
        await crowd.send(announcement([many(0), many(1), many(2)], path: [64501], tag: 1), from)
        try await eventually("heard") { try await rig.received("crowd-0") == 3 }
        let to = try await crowd.connect(listener.address, asn: 64502, port: 18531, readsTable: true)
        try await eventually("the table") { await crowd.heard(to).table.count == 3 }

        await crowd.send(announcement([many(0), many(5)], path: [64501], tag: 2), from)
        await crowd.send(withdrawal([many(1)]), from)
        try await eventually("withdrawn at once") { await crowd.heard(to).table[many(1)] == nil }
        #expect(await crowd.heard(to).table == [many(0): 1, many(2): 1])
        // What was withdrawn and comes back waits as well, and its second withdrawal isn't news.
        await crowd.send(announcement([many(1)], path: [64501], tag: 2) + withdrawal([many(1)]), from)
        await crowd.send(withdrawal([many(2)]), from)
        try await eventually("the next one too") { await crowd.heard(to).table == [many(0): 1] }
        let updates = await crowd.heard(to).updates

        try await rig.change { $0.neighbors[1].mrai = .zero }
        try await eventually("without MRAI, the rest comes") {
            await crowd.heard(to).table == [many(0): 2, many(5): 2]
        }
        #expect(await crowd.heard(to).updates > updates)
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("after the pause all that has changed meanwhile comes together, as it is then")
    func rounds() async throws {
        var paced = listener
        paced.mrai = .seconds(1)
        let rig = try await Rig(port: 18532, [source, paced, .crowd(2, asn: 64503)])
        let crowd = try Crowd()
        let from = try await crowd.connect(source.address, asn: 64501, port: 18532)
        let to = try await crowd.connect(paced.address, asn: 64502, port: 18532, readsTable: true)
        let other = try await crowd.connect(
            Router.Neighbor.crowd(2, asn: 64503).address, asn: 64503, port: 18532, readsTable: true)
        try await eventually("all up") {
            for name in ["crowd-0", "crowd-1", "crowd-2"] where try await !rig.isUp(name) { return false }
            return true
        }
        let begin = ContinuousClock.now
        for tag in 1...50 as ClosedRange<UInt32> {
            await crowd.send(announcement([many(0)], path: [64501], tag: tag), from)
            try await eventually("\(tag) where nothing waits") { await crowd.heard(other).table == [many(0): tag] }
        }
        let time = ContinuousClock.now - begin
        try await eventually("the last one") { await crowd.heard(to).table == [many(0): 50] }
        let (heard, all) = (await crowd.heard(to), await crowd.heard(other))
        #expect(all.updates - all.ends == 50)
        // At the beginning, after each pause that went by meanwhile, of which the jitter takes a quarter at most, and at the end.
        #expect(heard.updates - heard.ends <= 2 + Int(time / .milliseconds(750)), "\(heard) in \(time)")
        await crowd.closeAll()
        await rig.stop()
    }
}
