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

    // MARK: A predecessor

    @Test(
        "what a predecessor left is kept where it's right, corrected where it isn't, and goes when nobody wants it in time"
    )
    func adopt() {
        let desk = Desk()
        for route in [
            desk.ours("198.51.100.0/24", ("192.0.2.9", 2)), desk.ours("198.51.101.0/24", ("192.0.2.9", 2)),
            desk.ours("198.51.102.0/24", ("192.0.2.9", 2)), desk.ours("198.51.103.0/24", ("192.0.2.9", 2), metric: 99),
        ] { desk.have(route) }
        desk.have(desk.other("198.51.104.0/24", via: "192.0.2.9", protocol: 4, metric: 20))
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.want("198.51.101.0/24", "192.0.3.9")
        desk.wait(.seconds(119))
        #expect(desk.orders == [.put(desk.ours("198.51.101.0/24", ("192.0.3.9", 3)))])
        #expect(desk.fib.status.left == 1 && desk.fib.status.phase == "adopting")
        desk.wait(.seconds(5))
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2", "198.51.101.0/24 192.0.3.9@3"])
        #expect(desk.table[.init(prefix: Desk.prefix("198.51.104.0/24"), metric: 20)]?.protocol == 4)
        #expect(desk.told == [.found(3), .outdated(1)] && desk.fib.status.phase == "steady")
    }

    @Test("when all neighbors have said everything, outdated routes go at once")
    func endOfRIB() {
        let desk = Desk()
        desk.have(desk.ours("198.51.100.0/24", ("192.0.2.9", 2)))
        desk.have(desk.ours("198.51.101.0/24", ("192.0.2.9", 2)))
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.settle()
        #expect(desk.installed.count == 2)
        desk.say(.settled)
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2"])
    }

    @Test("before the table has been seen nothing is done to it, whatever is wanted")
    func notBeforeLooking() {
        let desk = Desk()
        desk.looksByItself = false
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        var isBusy = desk.fib.isBusy
        #expect(!isBusy)
        desk.say(.links(desk.links))
        desk.say(.rows(desk.rows))
        desk.say(.looked(isConsistent: true))
        isBusy = desk.fib.isBusy
        #expect(isBusy)
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2"])
    }

    // MARK: Others

    @Test("a route of ours that another program takes away or changes is put right after a moment")
    func repair() {
        let desk = Desk()
        desk.start()
        for number in 0..<20 { desk.want("198.51.\(number).0/24", "192.0.2.9") }
        desk.settle()
        let whole = desk.table
        for number in 0..<10 {
            let route = desk.ours("198.51.\(number).0/24", ("192.0.2.9", 2))
            desk.table[.init(prefix: route.prefix, metric: 20)] = nil
            desk.say(.changes([.routeGone(route)]))
        }
        let bent = desk.ours("198.51.15.0/24", ("192.0.2.8", 2))
        let alien = desk.ours("203.0.113.0/24", ("192.0.2.8", 2))
        for route in [bent, alien] {
            desk.have(route)
            desk.say(.changes([.route(route, replaces: route == bent)]))
        }
        desk.wait(.seconds(1))
        #expect(desk.table == whole && desk.fib.status.repaired == 11 && desk.told == [.lost(11)])
    }

    @Test("who undoes our routes all the time is answered more and more slowly")
    func tugOfWar() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.settle()
        let route = desk.ours("198.51.100.0/24", ("192.0.2.9", 2))
        let before = desk.orders.count
        for _ in 0..<600 {
            desk.table[.init(prefix: route.prefix, metric: 20)] = nil
            desk.say(.changes([.routeGone(route)]))
            desk.wait(.milliseconds(100))
        }
        #expect((5...30).contains(desk.orders.count - before))
        desk.wait(.seconds(30))
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2"])
    }

    @Test("where another program has a route with our metric, it stays, ours is refused, and comes when that one goes")
    func rival() {
        let desk = Desk()
        let rival = desk.other("198.51.100.0/24", via: "192.0.2.7", protocol: 4, metric: 20)
        desk.have(rival)
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.wait(.seconds(100))
        #expect(desk.orders.isEmpty && desk.fib.status.refused == 1)
        #expect(desk.fib.status.lastRefusal?.reason == "a route of protocol 4 has the same metric, 20")
        desk.table[.init(prefix: rival.prefix, metric: 20)] = nil
        desk.say(.changes([.routeGone(rival)]))
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2"] && desk.fib.status.refused == 0)
        desk.have(rival)
        desk.say(.changes([.route(rival, replaces: true)]))
        desk.wait(.seconds(1))
        #expect(desk.table[.init(prefix: rival.prefix, metric: 20)] == rival && desk.fib.status.refused == 1)
    }

    @Test("what the kernel refuses is told once a reason, tried again, and what was there before doesn't stay")
    func refusal() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.99.0/24", "192.0.2.9")
        desk.settle()
        for number in 99..<120 {
            desk.refused[Desk.prefix("198.51.\(number).0/24")] = "Nexthop has invalid gateway"
            desk.want("198.51.\(number).0/24", "192.0.3.9")
        }
        desk.want("198.51.120.0/24", "192.0.3.9")
        desk.settle()
        #expect(desk.installed == ["198.51.120.0/24 192.0.3.9@3"] && desk.fib.status.refused == 21)
        let told = desk.told.first?.text ?? ""
        #expect(told.hasSuffix("was refused: Nexthop has invalid gateway; 21 routes are refused"), "\(told)")
        #expect(desk.told.count == 1 && desk.fib.status.lastRefusal?.reason == "Nexthop has invalid gateway")
        desk.refused = [:]
        desk.wait(.seconds(10))
        #expect(desk.installed.count == 22 && desk.fib.status.refused == 0)
        let before = desk.orders.count
        desk.wait(.seconds(300))
        #expect(desk.orders.count == before)
    }

    @Test("lost changes lead to a look at everything; what it shows is put right")
    func overrun() {
        let desk = Desk()
        desk.start()
        for number in 0..<100 { desk.want("198.51.\(number).0/24", "192.0.2.9") }
        desk.wait(.seconds(121))
        let whole = desk.table
        for key in desk.table.keys where key.metric == 20 { desk.table[key] = nil }
        desk.have(desk.ours("203.0.113.0/24", ("192.0.2.8", 2)))
        desk.have(desk.ours("203.0.114.0/24", ("192.0.2.8", 2), metric: 7))
        desk.say(.overrun)
        desk.wait(.seconds(1))
        #expect(desk.table == whole && desk.looks == 2 && desk.fib.status.overruns == 1)
        #expect(desk.told == [.lost(100)])
    }

    @Test("while the table is read, what we and others change counts, not the rows that are older")
    func changesDuringALook() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.want("198.51.101.0/24", "192.0.2.9")
        desk.wait(.seconds(121))
        desk.looksByItself = false
        desk.say(.overrun)
        desk.wait(.seconds(1))
        let old = desk.rows
        desk.say(.links(desk.links))
        desk.want("198.51.100.0/24", "192.0.3.9")
        desk.want("198.51.102.0/24", "192.0.3.9")
        desk.settle()
        let gone = desk.ours("198.51.101.0/24", ("192.0.2.9", 2))
        desk.table[.init(prefix: gone.prefix, metric: 20)] = nil
        let static4 = desk.other("172.16.0.0/12", via: "192.0.2.7", protocol: 4)
        desk.say(.changes([.routeGone(gone), .route(static4, replaces: false)]))
        desk.say(.rows(old))
        desk.say(.looked(isConsistent: true))
        desk.want("198.51.103.0/24", "172.16.0.1")
        desk.wait(.seconds(1))
        #expect(
            desk.installed == [
                "198.51.100.0/24 192.0.3.9@3", "198.51.101.0/24 192.0.2.9@2", "198.51.102.0/24 192.0.3.9@3",
                "198.51.103.0/24 192.0.2.7@2",
            ])
    }

    // MARK: Interfaces

    @Test("a lost carrier takes a next hop away; of several, the others carry on; when it's back, so are they")
    func carrier() {
        let desk = Desk()
        desk.start()
        desk.say(.nextHops([NextHopUse(address: Desk.address("192.0.3.9"), isUsed: true)]))
        desk.want("198.51.100.0/24", "192.0.2.9", "192.0.3.9")
        desk.want("198.51.101.0/24", "192.0.3.9")
        desk.settle()
        desk.setLink(3, up: true, carrier: false)
        desk.settle()
        #expect(
            desk.installed == ["198.51.100.0/24 192.0.2.9@2"] && desk.costs[Desk.address("192.0.3.9")] == .some(nil))
        desk.setLink(3, up: true)
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2 192.0.3.9@3", "198.51.101.0/24 192.0.3.9@3"])
    }

    @Test("IPv4 routes that the kernel drops without a word with their interface are found missing and put back")
    func silentDrop() {
        let desk = Desk()
        desk.start()
        for number in 0..<50 { desk.want("198.51.\(number).0/24", "192.0.3.9") }
        desk.settle()
        let whole = desk.table
        for route in desk.rows where route.protocol == 186 { desk.table[.init(prefix: route.prefix, metric: 20)] = nil }
        // Down and up in one reading: no order went out in between.
        let (down, connected) = (Interface(index: 3, name: "right", isUp: false), desk.other("192.0.3.0/24", on: 3))
        desk.say(.changes([.link(down), .link(desk.links[1]), .route(connected, replaces: false)]))
        desk.wait(.seconds(1))
        #expect(desk.table == whole)
    }

    // MARK: The end

    @Test("a flush takes away all of ours, whatever their metric, and nothing else")
    func flush() {
        let desk = Desk()
        desk.have(desk.ours("203.0.113.0/24", ("192.0.2.9", 2)))
        desk.have(desk.ours("203.0.114.0/24", ("192.0.2.9", 2), metric: 9))
        desk.have(desk.other("203.0.115.0/24", via: "192.0.2.9", protocol: 4, metric: 20))
        let others = desk.table.filter { $0.value.protocol != 186 }
        desk.start()
        for number in 0..<100 { desk.want("198.51.\(number).0/24", "192.0.3.9") }
        desk.settle()
        desk.say(.stop(flush: true))
        desk.settle()
        #expect(desk.isStopped && desk.table == others)
        desk.want("198.51.100.0/24", "192.0.3.9")
        desk.wait(.seconds(200))
        #expect(desk.table == others)
    }

    @Test("without a flush everything stays as it is")
    func stay() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.100.0/24", "192.0.3.9")
        desk.settle()
        let whole = desk.table
        desk.say(.stop(flush: false))
        desk.wait(.seconds(200))
        #expect(desk.isStopped && desk.table == whole)
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
