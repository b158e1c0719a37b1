import Kernel
import Net
import RIB
import Testing

@testable import Router

@Suite("What the kernel's table should be")
struct KernelFIBTests {
    @Test(
        "routes go in by their next hops, several where the Loc-RIB has several, discarding where BLACKHOLE asks for it"
    )
    func install() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.want("198.51.101.0/24", "192.0.2.9", "192.0.3.9")
        desk.want("198.51.100.66/32", "192.0.2.9", blackhole: true)
        desk.want("2001:db8:1::/48", "2001:db8::9 fe80::9")
        desk.want("198.51.102.0/24", "2001:db8::9")
        desk.settle()
        #expect(
            desk.installed == [
                "198.51.100.0/24 192.0.2.9@2", "198.51.100.66/32 blackhole", "198.51.101.0/24 192.0.2.9@2 192.0.3.9@3",
                "198.51.102.0/24 2001:db8::9@2", "2001:db8:1::/48 2001:db8::9@2",
            ])
        desk.want("198.51.101.0/24", "192.0.3.9")
        desk.want("198.51.100.0/24")
        desk.settle()
        #expect(desk.installed.prefix(2) == ["198.51.100.66/32 blackhole", "198.51.101.0/24 192.0.3.9@3"])
        let status = desk.fib.status
        #expect(status.installed == 4 && status.wanted == 4 && status.waiting == 0 && status.repaired == 0)
    }

    @Test("prefixes of our own are not put into the kernel: others know the way to them")
    func originated() {
        let desk = Desk()
        desk.start()
        desk.want("203.0.113.0/24", "192.0.2.1", neighbor: 0)
        desk.want("203.0.113.0/24", "0.0.0.0")
        desk.settle()
        #expect(desk.installed.isEmpty && desk.fib.status.wanted == 0)
    }

    @Test("a prefix that changes a thousand times before its turn is told to the kernel once")
    func latestOnly() {
        let desk = Desk()
        desk.start()
        for round in 0..<1000 { desk.want("198.51.100.0/24", round % 2 == 0 ? "192.0.2.9" : "192.0.3.9") }
        desk.settle()
        #expect(desk.orders.count == 1 && desk.installed == ["198.51.100.0/24 192.0.3.9@3"])
        for _ in 0..<1000 {
            desk.want("198.51.100.0/24")
            desk.want("198.51.100.0/24", "192.0.3.9")
        }
        desk.settle()
        #expect(desk.orders.count == 1)
    }

    // MARK: Next hops

    @Test("a next hop behind a gateway is reached through it, and costs that route's metric (RFC 4271 §9.1.2.2 (e))")
    func recursive() {
        let desk = Desk()
        desk.have(desk.other("10.0.0.0/8", via: "192.0.2.7", protocol: 188, metric: 110))
        desk.have(desk.other("10.1.0.0/16", via: "192.0.3.7", on: 3, protocol: 188, metric: 30))
        desk.start()
        let hops = ["10.1.0.1", "10.2.0.1", "192.0.2.9", "172.16.0.1"].map { Desk.address($0) }
        desk.say(.nextHops(hops.map { NextHopUse(address: $0, isUsed: true) }))
        #expect(desk.costs == [hops[0]: 30, hops[1]: 110, hops[2]: 0, hops[3]: nil])
        desk.want("198.51.100.0/24", "10.1.0.1")
        desk.want("198.51.101.0/24", "172.16.0.1")
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.3.7@3"] && desk.fib.status.unreachable == 1)
    }

    @Test("when the route to a next hop changes, all that go there follow; when it's gone, they go")
    func following() {
        let desk = Desk()
        let (first, second) = (
            desk.other("10.0.0.0/8", via: "192.0.2.7", protocol: 188, metric: 110),
            desk.other("10.0.0.0/8", via: "192.0.3.7", on: 3, protocol: 188, metric: 50)
        )
        desk.have(first)
        desk.start()
        desk.say(.nextHops([NextHopUse(address: Desk.address("10.1.0.1"), isUsed: true)]))
        for number in 0..<50 { desk.want("198.51.\(number).0/24", "10.1.0.1") }
        desk.settle()
        #expect(desk.installed.count == 50 && desk.installed.allSatisfy { $0.hasSuffix("192.0.2.7@2") })
        desk.say(.changes([.route(second, replaces: false)]))
        desk.settle()
        #expect(desk.installed.allSatisfy { $0.hasSuffix("192.0.3.7@3") } && desk.costs[Desk.address("10.1.0.1")] == 50)
        desk.say(.changes([.routeGone(second), .routeGone(first)]))
        desk.settle()
        #expect(desk.installed.isEmpty && desk.costs[Desk.address("10.1.0.1")] == .some(nil))
    }

    @Test("a next hop isn't resolved by routes of our own, so a prefix that covers its own next hop doesn't flap")
    func circular() {
        let desk = Desk()
        desk.have(desk.other("0.0.0.0/0", via: "192.0.2.7", protocol: 4))
        desk.start()
        desk.want("198.18.0.0/15", "198.18.0.1")
        desk.settle()
        desk.say(.changes([.route(desk.other("10.0.0.0/8", via: "192.0.3.7", on: 3), replaces: false)]))
        desk.wait(.seconds(300))
        #expect(desk.installed == ["198.18.0.0/15 192.0.2.7@2"] && desk.orders.count == 1)
    }

    @Test("a link-local next hop is on the link of its neighbor (RFC 2545, RFC 8950)")
    func linkLocal() {
        let desk = Desk()
        desk.start()
        desk.say(.neighbor(NeighborID(rawValue: 7), Desk.address("fe80::7"), interface: "right"))
        desk.say(.neighbor(NeighborID(rawValue: 8), Desk.address("2001:db8::8"), interface: nil))
        desk.want("198.51.100.0/24", "fe80::7", neighbor: 7)
        desk.want("198.51.101.0/24", "fe80::8", neighbor: 8)
        desk.want("198.51.102.0/24", "fe80::9", neighbor: 9)
        desk.want("2001:db8:1::/48", "2001:db8:3::7 fe80::7", neighbor: 7)
        desk.settle()
        #expect(
            desk.installed == [
                "198.51.100.0/24 fe80::7@3", "198.51.101.0/24 fe80::8@2", "2001:db8:1::/48 fe80::7@3",
            ])
        #expect(desk.fib.status.unreachable == 1)
    }

    @Test("a next hop's cost is forgotten with its last route, and told anew when one comes back")
    func forgotten() {
        let desk = Desk()
        let hop = Desk.address("172.16.0.1")
        desk.start()
        desk.say(.nextHops([NextHopUse(address: hop, isUsed: true)]))
        #expect(desk.costs == [hop: nil])
        desk.costs = [:]
        desk.say(.nextHops([NextHopUse(address: hop, isUsed: true)]))
        #expect(desk.costs.isEmpty)
        desk.say(.nextHops([NextHopUse(address: hop, isUsed: false)]))
        desk.say(.nextHops([NextHopUse(address: hop, isUsed: true)]))
        #expect(desk.costs == [hop: nil])
    }

    @Test("whatever happens in whatever order, the table ends as it should", arguments: 0..<40)
    func anyHistory(seed: UInt64) { History(seed: seed).run() }
}

/// Random events, and in the end the table is what the last wishes come to.
private struct History {
    var random: Xorshift
    let desk = Desk()
    var wanted: [String: [String]] = [:]

    init(seed: UInt64) { random = Xorshift(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1) }

    func run() {
        var history = self
        desk.have(desk.ours("198.51.1.0/24", ("192.0.2.9", 2)))
        desk.start()
        for _ in 0..<400 { history.step() }
        for index in desk.links.indices { desk.setLink(desk.links[index].index, up: true) }
        desk.refused = [:]
        desk.say(.overrun)
        desk.wait(.seconds(300))
        let expected = history.wanted.map { prefix, hops in
            prefix + hops.sorted().map { " \($0)@\($0.hasPrefix("192.0.2") ? 2 : 3)" }.joined()
        }
        #expect(desk.installed.sorted() == expected.sorted())
        let status = desk.fib.status
        #expect(status.installed == expected.count && status.wanted == expected.count && status.waiting == 0)
        desk.say(.stop(flush: true))
        desk.settle()
        #expect(desk.installed.isEmpty && desk.isStopped)
    }

    private mutating func step() {
        let prefix = "198.51.\(random.below(30)).0/24"
        let key = Desk.Key(prefix: Desk.prefix(prefix), metric: 20)
        switch random.below(12) {
        case 0...4:
            let hops = [["192.0.2.9"], ["192.0.3.9"], ["192.0.2.9", "192.0.3.9"], ["192.0.2.8"]][random.below(4)]
            wanted[prefix] = hops
            desk.say(.want([desk.installation(prefix, hops)]))
        case 5:
            wanted[prefix] = nil
            desk.want(prefix)
        case 6: for _ in 0..<3 where desk.fib.isBusy { desk.turn() }
        case 7:
            let route = desk.table.removeValue(forKey: key)
            if let route, random.below(2) == 0 { desk.say(.changes([.routeGone(route)])) }
        case 8:
            let route = desk.ours(prefix, ("192.0.2.200", 2))
            let replaces = desk.table.updateValue(route, forKey: key) != nil
            if random.below(2) == 0 { desk.say(.changes([.route(route, replaces: replaces)])) }
        case 9: desk.setLink(Int32(2 + random.below(2)), up: random.below(3) > 0)
        case 10: desk.refused[key.prefix] = random.below(2) == 0 ? "no" : nil
        default: desk.wait(.milliseconds(random.below(3000)))
        }
    }
}

private struct Xorshift {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
