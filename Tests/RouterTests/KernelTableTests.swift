import Kernel
import Loop
import Net
import Peers
import RIB
import Synchronization
import Testing

@testable import Router

/// A sandbox with two interfaces, each with a network of both families and a cable to another sandbox, and a `KernelTable`.
private final class KernelRig: Sendable {
    let sandbox: Sandbox
    let far: Sandbox
    let namespace: Namespace
    let told = Mutex<[KernelTable.Told]>([])
    let loop: Loop

    init() async throws {
        sandbox = try await Sandbox()
        far = try await Sandbox()
        try await sandbox.connect(
            to: far, as: "left", ["192.0.2.1/24", "2001:db8::1/64"], otherwise: "l", ["192.0.2.9/24", "2001:db8::9/64"])
        try await sandbox.connect(
            to: far, as: "right", ["192.0.3.1/24", "2001:db8:3::1/64"], otherwise: "r",
            ["192.0.3.9/24", "2001:db8:3::9/64"])
        namespace = try Namespace(path: sandbox.networkPath)
        loop = try Loop(name: "kernel-test")
    }

    func table(_ options: Router.KernelOptions = .init()) async throws -> KernelTable {
        let table = try KernelTable(loop: loop, options: options, in: namespace) { [weak self] told in
            self?.told.withLock { $0.append(told) }
        }
        try await table.start()
        return table
    }

    /// `ip route show …`, a line a route, in order.
    func routes(_ words: String = "proto bgp", _ family: Int = 4) async throws -> [String] {
        let arguments = ["-\(family)", "-o", "route", "show"] + words.split(separator: " ").map(String.init)
        let output = try await sandbox.run("ip", arguments).output
        return output.split(separator: "\n").map { line in
            line.split(whereSeparator: { " \t\\".contains($0) }).joined(separator: " ").replacing(
                " pref medium", with: "")
        }.sorted()
    }

    func see(_ what: String, _ words: String = "proto bgp", family: Int = 4, is expected: [String]) async throws {
        var seen: [String] = []
        do {
            try await eventually(what, within: .seconds(20)) {
                seen = try await routes(words, family)
                return seen == expected
            }
        } catch {
            Issue.record("\(error): \(seen)")
            throw error
        }
    }

    func installation(_ prefix: String, _ nextHops: String..., blackhole: Bool = false) throws -> Installation {
        var result = Installation(
            prefix: Desk.prefix(prefix), nextHops: nextHops.map { [Desk.address($0)] },
            neighbors: nextHops.map { _ in NeighborID(rawValue: 1) })
        result.isBlackhole = blackhole
        return result
    }
}

@Suite("The kernel's table beside iproute2", .enabled(if: Sandbox.lack == nil, "\(Sandbox.lack ?? "")"), .serialized)
struct KernelTableTests {
    @Test(
        "routes of both families, spread, discarding, and of IPv4 through IPv6, are what ip route shows, and go at the end"
    )
    func install() async throws {
        let rig = try await KernelRig()
        let table = try await rig.table()
        let before = try await rig.routes("table all").map { $0.replacing(" linkdown", with: "") }
        await table.neighbor(NeighborID(rawValue: 1), at: Desk.address("fe80::7"), interface: "right")
        await table.want([
            try rig.installation("198.51.100.0/24", "192.0.2.9"),
            try rig.installation("198.51.101.0/24", "192.0.2.9", "192.0.3.9"),
            try rig.installation("198.51.102.0/24", "2001:db8::9"),
            try rig.installation("198.51.103.0/24", "fe80::7"),
            try rig.installation("198.51.100.66/32", "192.0.2.9", blackhole: true),
            try rig.installation("2001:db8:1::/48", "2001:db8::9", "2001:db8:3::9"),
            try rig.installation("2001:db8:2::/48", "fe80::7"),
        ])
        try await rig.see(
            "IPv4 routes come",
            is: [
                "198.51.100.0/24 via 192.0.2.9 dev left metric 20",
                "198.51.101.0/24 metric 20 nexthop via 192.0.2.9 dev left weight 1 "
                    + "nexthop via 192.0.3.9 dev right weight 1",
                "198.51.102.0/24 via inet6 2001:db8::9 dev left metric 20",
                "198.51.103.0/24 via inet6 fe80::7 dev right metric 20", "blackhole 198.51.100.66 metric 20",
            ])
        try await rig.see(
            "IPv6 routes come", family: 6,
            is: [
                "2001:db8:1::/48 metric 20 nexthop via 2001:db8::9 dev left weight 1 "
                    + "nexthop via 2001:db8:3::9 dev right weight 1",
                "2001:db8:2::/48 via fe80::7 dev right metric 20",
            ])
        #expect(await table.status.installed == 7)
        await table.stop(flush: true)
        let after = try await rig.routes("table all").map { $0.replacing(" linkdown", with: "") }
        #expect(after == before)
        #expect(try await rig.routes("proto bgp", 6).isEmpty)
        #expect(rig.told.withLock { $0.isEmpty })
    }

    @Test("what a predecessor left is kept without a gap, corrected, or removed at the end; routes of others stay")
    func reconcile() async throws {
        let rig = try await KernelRig()
        let predecessor = try await rig.table()
        await predecessor.want([
            try rig.installation("198.51.100.0/24", "192.0.2.9"), try rig.installation("198.51.101.0/24", "192.0.2.9"),
            try rig.installation("2001:db8:1::/48", "2001:db8::9"),
            try rig.installation("198.51.102.0/24", "192.0.2.9"),
        ])
        try await rig.see(
            "the predecessor's routes come", "198.51.102.0/24",
            is: ["198.51.102.0/24 via 192.0.2.9 dev left proto bgp metric 20"])
        await predecessor.stop(flush: false)
        try await rig.sandbox.ip("route add 203.0.113.0/24 via 192.0.2.9 proto bgp metric 77")
        try await rig.sandbox.ip("route add 203.0.114.0/24 via 192.0.2.9 proto static metric 20")
        let watched = try RouteChanges(without: RouteSocket(in: rig.namespace), in: rig.namespace)
        let table = try await rig.table()
        await table.want([
            try rig.installation("198.51.100.0/24", "192.0.2.9"), try rig.installation("198.51.101.0/24", "192.0.3.9"),
            try rig.installation("2001:db8:1::/48", "2001:db8::9"),
        ])
        let kept = [
            "198.51.100.0/24 via 192.0.2.9 dev left metric 20", "198.51.101.0/24 via 192.0.3.9 dev right metric 20",
        ]
        try await rig.see(
            "the wrong one is corrected",
            is: kept + [
                "198.51.102.0/24 via 192.0.2.9 dev left metric 20", "203.0.113.0/24 via 192.0.2.9 dev left metric 77",
            ])
        await table.settled()
        try await rig.see("what nobody wants goes", is: kept)
        #expect(try await rig.routes("proto static") == ["203.0.114.0/24 via 192.0.2.9 dev left metric 20"])
        var changes: [String] = []
        _ = try watched.read { change in
            switch change {
            case .route(let route, let replaces): changes.append("\(replaces ? "replaced" : "added") \(route.prefix)")
            case .routeGone(let route): changes.append("removed \(route.prefix)")
            default: break
            }
        }
        #expect(changes.sorted() == ["removed 198.51.102.0/24", "removed 203.0.113.0/24", "replaced 198.51.101.0/24"])
        await table.stop(flush: true)
    }

    @Test("ip route flush, replace and del by another program are put right; its own routes are left alone")
    func others() async throws {
        let rig = try await KernelRig()
        let table = try await rig.table()
        var all = try (0..<200).map { try rig.installation("198.18.\($0).0/24", "192.0.2.9", "192.0.3.9") }
        all += try (0..<50).map { try rig.installation("2001:db8:\(100 + $0)::/48", "2001:db8::9", "2001:db8:3::9") }
        await table.want(all)
        try await eventually("all are there") { await table.status.installed == 250 }
        let (whole, whole6) = (try await rig.routes(), try await rig.routes("proto bgp", 6))
        #expect(whole.count == 200 && whole6.count == 50)
        try await rig.sandbox.ip("route flush proto bgp")
        try await rig.sandbox.ip("-6 route flush proto bgp")
        try await rig.see("IPv4 routes are back", is: whole)
        try await rig.see("IPv6 routes are back", family: 6, is: whole6)
        try await rig.sandbox.ip("route replace 198.18.7.0/24 via 192.0.2.8 proto bgp metric 20")
        try await rig.sandbox.ip("-6 route del 2001:db8:107::/48 via 2001:db8::9")
        try await rig.sandbox.ip("route add 203.0.113.0/24 via 192.0.2.8 proto bgp metric 20")
        try await eventually("a change is noticed") { await table.status.repaired > 250 }
        try await rig.see("a changed route is as before", is: whole)
        try await rig.see("a next hop is back", family: 6, is: whole6)
        try await rig.sandbox.ip("route replace 198.18.9.0/24 via 192.0.2.8 proto static metric 20")
        try await eventually("we give way") { await table.status.refused == 1 }
        #expect(try await rig.routes("proto static") == ["198.18.9.0/24 via 192.0.2.8 dev left metric 20"])
        try await rig.sandbox.ip("route del 198.18.9.0/24 proto static")
        try await rig.see("ours is back", is: whole)
        await table.stop(flush: true)
        #expect(try await rig.routes().isEmpty)
    }

    @Test("an interface that goes down takes its next hops along, and brings them back with itself")
    func flap() async throws {
        let rig = try await KernelRig()
        let table = try await rig.table()
        await table.nextHops([NextHopUse(address: Desk.address("192.0.3.9"), isUsed: true)])
        await table.want([
            try rig.installation("198.51.100.0/24", "192.0.3.9"),
            try rig.installation("198.51.101.0/24", "192.0.2.9", "192.0.3.9"),
        ])
        let both = [
            "198.51.100.0/24 via 192.0.3.9 dev right metric 20",
            "198.51.101.0/24 metric 20 nexthop via 192.0.2.9 dev left weight 1 nexthop via 192.0.3.9 dev right weight 1",
        ]
        try await rig.see("both are used", is: both)
        for (down, up) in [("right", "right"), ("r", "r")] {
            let sandbox = down == "r" ? rig.far : rig.sandbox
            try await sandbox.ip("link set \(down) down")
            try await rig.see("one is left", is: ["198.51.101.0/24 via 192.0.2.9 dev left metric 20"])
            try await sandbox.ip("link set \(up) up")
            try await rig.see("both are used again", is: both)
        }
        // Too short for anybody to notice in between.
        try await rig.sandbox.ip("link set right down")
        try await rig.sandbox.ip("link set right up")
        try await rig.see("both are used after a flap", is: both)
        let costs = rig.told.withLock { $0 }.flatMap { told -> [UInt32?] in
            if case .costs(let costs) = told { return costs.map { $0.cost } }
            return []
        }
        #expect(costs.first == .some(0) && costs.contains(nil) && costs.last == .some(0), "\(costs)")
        await table.stop(flush: true)
    }

    @Test("flows are spread over both next hops")
    func spread() async throws {
        let rig = try await KernelRig()
        try await rig.sandbox.ip("addr add 203.0.113.1/32 dev lo")
        try await rig.far.ip("addr add 198.51.100.1/32 dev lo")
        let table = try await rig.table()
        await table.want([try rig.installation("198.51.100.0/24", "192.0.2.9", "192.0.3.9")])
        try await eventually("the route is there") { await table.status.installed == 1 }
        // iproute2 asks the kernel which way each flow goes.
        var ways: [String: Int] = [:]
        let hash = "echo 1 > /proc/sys/net/ipv4/fib_multipath_hash_policy"
        _ = try await rig.sandbox.run("sh", ["-c", hash])
        for port in 0..<40 {
            let words = "route get 198.51.100.1 ipproto udp sport \(40000 + port) dport 53".split(separator: " ").map(
                String.init)
            let output = try await rig.sandbox.run("ip", words).output
            ways[output.contains("dev left") ? "left" : output.contains("dev right") ? "right" : output, default: 0] +=
                1
        }
        #expect(ways.count == 2 && ways.values.allSatisfy { $0 >= 5 }, "\(ways)")
        await table.stop(flush: true)
    }
}
