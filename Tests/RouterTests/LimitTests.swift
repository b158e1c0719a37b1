import BGP
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

/// What a neighbor can make us keep, and tell.
@Suite("Limits")
struct LimitTests {
    private func rig(_ port: UInt16, _ change: (inout Router.Neighbor) -> Void) async throws -> (Rig, Crowd, Int, Int) {
        let rig = try await Rig(port: port, [.crowd(0, asn: 64501, change), .crowd(1, asn: 64502)])
        let crowd = try Crowd()
        let first = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: port)
        let second = try await crowd.connect(
            Address(v4: 0x7f01_0002), asn: 64502, port: port, readsTable: true)
        for name in ["crowd-0", "crowd-1"] { try await eventually("\(name) is up") { try await rig.isUp(name) } }
        return (rig, crowd, first, second)
    }

    private func lastError(_ rig: Rig, _ name: String) async throws -> String {
        try await rig.neighbor(name).session.lastError ?? ""
    }

    @Test("too many prefixes: a warning first, then the session ends, and stays down for its hold")
    func prefixes() async throws {
        let (rig, crowd, first, second) = try await rig(18551) {
            $0.routes.limits.prefixes = [.ipv4: 10]
            $0.session.prefixHold = .seconds(3600)
        }
        await crowd.send(announcement((0..<9).map(many), path: [64501]), first)
        try await eventually("a warning") {
            rig.record.all.contains { $0.contains("8 ipv4 prefixes received, 10 are allowed") }
        }
        try await eventually("relayed") { await crowd.heard(second).table.count == 9 }
        await crowd.send(announcement((20..<30).map(many), path: [64501]), first)
        try await eventually("ended") {
            try await lastError(rig, "crowd-0").hasPrefix(
                "more than 10 prefixes received (we said: Cease/Maximum Number of Prefixes Reached)")
        }
        try await eventually("flushed") { await crowd.heard(second).table.isEmpty }
        #expect(try await rig.neighbor("crowd-0").session.state == .idle)
        await rig.router.start("crowd-0")
        let again = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18551)
        await crowd.send(announcement((0..<9).map(many), path: [64501]), again)
        try await eventually("an operator lets it in again") { await crowd.heard(second).table.count == 9 }
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("too many prefixes to tell: the session ends instead, and a reload with another limit ends its hold")
    func prefixesOut() async throws {
        let (rig, crowd, _, second) = try await rig(18552) { $0.routes.limits.prefixesOut = [.ipv4: 10] }
        await crowd.send(announcement((0..<11).map(many), path: [64502]), second)
        try await eventually("ended") {
            try await lastError(rig, "crowd-0").contains("11 prefixes to announce, at most 10 are allowed")
        }
        #expect(
            rig.record.all.contains {
                $0.contains("its session stays down for about 2 min, or until a reload with another limit")
            })
        try await rig.change { $0.neighbors[1].routes.limits.prefixesOut = [.ipv4: 100] }
        #expect(try await rig.neighbor("crowd-0").session.state == .idle, "that was another neighbor's")
        try await rig.change { $0.neighbors[0].routes.limits.prefixesOut = [.ipv4: 11] }
        #expect(try await rig.neighbor("crowd-0").session.state != .idle)
        let again = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18552, readsTable: true)
        try await eventually("told") { await crowd.heard(again).table.count == 11 }
        #expect(try await rig.isUp("crowd-1"))
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("what was stopped stays so, also when a limit that it had met is changed")
    func stopped() async throws {
        let (rig, crowd, first, _) = try await rig(18555) { $0.routes.limits.prefixes = [.ipv4: 1] }
        await crowd.send(announcement([many(0), many(1)], path: [64501]), first)
        try await eventually("ended") { try await lastError(rig, "crowd-0").hasPrefix("more than 1 prefix") }
        await rig.router.stop("crowd-0", reason: "by hand")
        try await rig.change { $0.neighbors[0].routes.limits.prefixes = [.ipv4: 100] }
        #expect(try await rig.neighbor("crowd-0").session.state == .idle)
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("a flood of attributes ends the session when they take more memory than they may (Cease/Out of Resources)")
    func attributes() async throws {
        let (rig, crowd, first, second) = try await rig(18553) { $0.routes.limits.attributeBytes = 20_000 }
        for index in 0..<100 {
            await crowd.send(
                announcement([many(index)], path: [64501], tag: UInt32(index)) {
                    $0.communities = (0..<100).map { Community(64501, UInt16($0)) }
                }, first)
        }
        try await eventually("ended") {
            try await lastError(rig, "crowd-0").hasPrefix(
                "more than 20000 bytes of path attributes received (we said: Cease/Out of Resources)")
        }
        try await eventually("flushed") { await crowd.heard(second).table.isEmpty }
        // The last one is remembered, to be recognized.
        try await eventually("and given back") { await rig.router.withRIB { $0.size.attributeSets } <= 1 }
        #expect(try await rig.isUp("crowd-1"))
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("long paths and floods of communities are dropped, and what stood before them goes")
    func longOnes() async throws {
        let (rig, crowd, first, second) = try await rig(18554) {
            $0.routes.limits.pathLength = 50
            $0.routes.limits.communities = 100
        }
        await crowd.send(announcement([many(0), many(1), many(2)], path: [64501]), first)
        try await eventually("relayed") { await crowd.heard(second).table.count == 3 }
        let path = [64501] + (0..<60).map { 64600 + UInt32($0) }
        await crowd.send(announcement([many(0)], path: path), first)
        await crowd.send(
            announcement([many(1)], path: [64501]) {
                $0.largeCommunities = (0..<101).map { LargeCommunity(64501, 1, UInt32($0)) }
            }, first)
        try await eventually("gone") { await crowd.heard(second).table.keys.sorted() == [many(2)] }
        #expect(try await rig.isUp("crowd-0"))
        #expect(try await rig.received("crowd-0") == 3)
        await crowd.closeAll()
        await rig.stop()
    }
}
