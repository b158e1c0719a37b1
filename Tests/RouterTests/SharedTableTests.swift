import Kernel
import Net
import RIB
import Testing

@testable import Router

@Suite("The kernel's table, which is not ours alone")
struct SharedTableTests {
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

    @Test("a route of another program that nobody has told us of isn't replaced by ours: that counts as refused")
    func unseen() {
        let desk = Desk()
        desk.start()
        let unseen = desk.other("198.51.100.0/24", via: "192.0.2.7", protocol: 4, metric: 20)
        desk.have(unseen)
        desk.want("198.51.100.0/24", "192.0.2.9")
        desk.wait(.seconds(100))
        let key = Desk.Key(prefix: unseen.prefix, metric: 20)
        #expect(desk.table[key] == unseen && desk.fib.status.refused == 1 && desk.fib.status.installed == 0)
        #expect(desk.fib.status.lastRefusal?.reason == "another route has the same metric, 20")
        desk.table[key] = nil
        desk.say(.changes([.routeGone(unseen)]))
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.2.9@2"] && desk.fib.status.refused == 0)
        desk.want("198.51.100.0/24", "192.0.3.9")
        desk.settle()
        #expect(desk.installed == ["198.51.100.0/24 192.0.3.9@3"], "our own is replaced without a gap")
        #expect(desk.orders.last == .put(desk.ours("198.51.100.0/24", ("192.0.3.9", 3))))
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

    @Test(
        "a flush that the kernel always fails at ends nevertheless, and says that routes may be left",
        arguments: [1, 5]
    )
    func brokenFlush(seconds: Int) {
        let desk = Desk()
        desk.start()
        for number in 0..<100 { desk.want("198.51.\(number).0/24", "192.0.3.9") }
        desk.settle()
        desk.isBroken = true
        desk.say(.stop(flush: true))
        desk.wait(.seconds(seconds))
        #expect(desk.isStopped == (seconds == 5) && (desk.told.last == .abandoned) == (seconds == 5))
        desk.isBroken = false
        desk.wait(.seconds(5))
        #expect(desk.isStopped && desk.installed.isEmpty == (seconds == 1))
    }

    @Test("a flush in which somebody goes on adding routes with our number ends, and says so")
    func endlessFlush() {
        let desk = Desk()
        desk.start()
        desk.want("198.51.100.0/24", "192.0.3.9")
        desk.settle()
        desk.comesBack = desk.ours("203.0.113.0/24", ("192.0.2.9", 2))
        desk.say(.stop(flush: true))
        desk.wait(.seconds(10))
        #expect(desk.isStopped && desk.told.last == .abandoned && desk.installed == ["203.0.113.0/24 192.0.2.9@2"])
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
}
