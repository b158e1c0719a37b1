import BGP
import Glibc
import Net
import Peers
import RIB
import Speaker
import Testing

@testable import Router

extension Router {
    /// Next hops of which something is known from the kernel.
    fileprivate var watchedHops: Int { installing?.costs.count ?? 0 }
}

@Suite(
    "A router whose neighbors have many next hops",
    .enabled(if: lack == nil && getuid() == 0, "\(lack ?? "needs root")"))
struct NextHopLimitTests {
    /// 198.20.0.0/16 is on a link.
    private static let link = Once {
        let sandbox = try await Sandbox(fresh: false)
        try await sandbox.ip("link add name hops0 type veth peer name hops1")
        for words in ["addr add 198.20.0.1/16 dev hops0", "link set hops0 up", "link set hops1 up"] {
            try await sandbox.ip(words)
        }
    }

    private func announce(_ number: Int, hop: UInt32) -> [UInt8] {
        announcement([many(number)], path: [64501]) { $0.nextHop = Address(v4: hop) }
    }

    @Test("thousands of next hops are resolved, used and put into the kernel; nothing is kept of those that are gone")
    func thousands() async throws {
        try await Self.link.wait()
        var options = Router.KernelOptions()
        options.table = 1003
        let rig = try await Rig(port: 18581, [.crowd(0, asn: 64501)]) { $0.kernel = options }
        let crowd = try Crowd()
        let first = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18581)
        try await eventually("up") { try await rig.isUp("crowd-0") }
        let near = (0..<2500).map { announce($0, hop: 0xc614_0002 + UInt32($0)) }
        let far = (2500..<3000).map { announce($0, hop: 0x6440_0000 + UInt32($0)) }
        await crowd.send((near + far).flatMap { $0 }, first)
        try await eventually("those on the link are in the kernel", within: .seconds(60)) {
            try #require(await rig.router.kernelStatus()).installed == 2500
        }
        try await eventually("the others aren't used", within: .seconds(60)) {
            await rig.router.withRIB { $0.match(many(2999).address) == nil && $0.match(many(0).address) != nil }
        }
        try await eventually("all are watched", within: .seconds(60)) { await rig.router.watchedHops == 3000 }
        await crowd.close(first)
        try await eventually("all are gone", within: .seconds(60)) {
            try #require(await rig.router.kernelStatus()).installed == 0
        }
        // The last one is remembered, to be recognized.
        try await eventually("and nothing is known of them", within: .seconds(60)) {
            await rig.router.watchedHops <= 1
        }
        await crowd.closeAll()
        await rig.stop()
    }

    @Test(
        "more next hops than a neighbor may have end its session (Cease/Out of Resources)"
    )
    func limit() async throws {
        let rig = try await Rig(port: 18582, [.crowd(0, asn: 64501) { $0.routes.limits.nextHops = 10 }])
        let crowd = try Crowd()
        let first = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18582)
        try await eventually("up") { try await rig.isUp("crowd-0") }
        for number in 0..<20 { await crowd.send(announce(number, hop: 0xc614_0002 + UInt32(number)), first) }
        try await eventually("ended", within: .seconds(60)) {
            try await rig.neighbor("crowd-0").session.lastError?.hasPrefix(
                "routes to more than 10 next hops received (we said: Cease/Out of Resources)") ?? false
        }
        try await rig.change { $0.neighbors[0].routes.limits.nextHops = 100 }
        let again = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18582)
        try await eventually("another limit lets it in", within: .seconds(60)) { try await rig.isUp("crowd-0") }
        for number in 0..<20 { await crowd.send(announce(number, hop: 0xc614_0002 + UInt32(number)), again) }
        try await eventually("heard", within: .seconds(60)) { try await rig.received("crowd-0") == 20 }
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("a neighbor that is configured no longer is not waited for before a predecessor's routes go")
    func settling() async throws {
        try await Self.link.wait()
        let sandbox = try await Sandbox(fresh: false)
        try await sandbox.ip("route add 192.0.2.0/24 via 198.20.0.9 dev hops0 table 1004 proto bgp metric 20")
        var options = Router.KernelOptions()
        (options.table, options.settle) = (1004, .seconds(3600))
        let rig = try await Rig(port: 18583, [.crowd(0, asn: 64501)]) { $0.kernel = options }
        try await eventually("it is found", within: .seconds(60)) {
            try #require(await rig.router.kernelStatus()).left == 1
        }
        let more = await rig.router.configuration.adding([.crowd(1, asn: 64502), .crowd(2, asn: 64503)])
        #expect(await rig.router.additions(of: more) == 2)
        try await rig.change { $0.neighbors = [] }
        try await eventually("it is gone", within: .seconds(60)) {
            let status = try #require(await rig.router.kernelStatus())
            return status.left == 0 && status.installed == 0
        }
        await rig.stop()
    }
}

extension Router.Configuration {
    fileprivate func adding(_ more: [Router.Neighbor]) -> Self {
        var copy = self
        copy.neighbors += more
        return copy
    }
}
