import Kernel
import Net
import RIB
import Testing

@testable import Router

@Suite("Many next hops and the kernel's table")
struct KernelHopsTests {
    private static func hop(_ number: Int) -> Address { Address(v4: 0x0a00_0000 + UInt32(number)) }

    private static let way = "10.0.0.0/8"

    /// Next hops from 10.0.0.1 on, all by one route.
    private func desk() -> Desk {
        let desk = Desk()
        desk.have(desk.other(Self.way, via: "192.0.2.7", protocol: 188, metric: 110))
        desk.start()
        return desk
    }

    private func track(_ desk: Desk, _ numbers: ClosedRange<Int>) {
        desk.say(.nextHops(numbers.map { NextHopUse(address: Self.hop($0), isUsed: true) }))
    }

    /// A prefix of its own for each next hop.
    private func want(_ desk: Desk, _ numbers: ClosedRange<Int>) {
        let all = numbers.map { number in
            Installation(
                prefix: Prefix(host: Address(v4: 0xc633_0000 + UInt32(number))), nextHops: [[Self.hop(number)]],
                neighbors: [NeighborID(rawValue: 1)])
        }
        desk.say(.want(all))
    }

    @Test("next hops that are new are resolved, and no others again")
    func newOnes() {
        let desk = desk()
        for batch in 0..<20 {
            let before = desk.fib.tally.resolved
            track(desk, batch * 1000 + 1...batch * 1000 + 1000)
            #expect(desk.fib.tally.resolved == before + 1000)
        }
        #expect(desk.costs.count == 20_000 && desk.costs.values.allSatisfy { $0 == 110 })
        desk.say(.nextHops((1...19_999).map { NextHopUse(address: Self.hop($0), isUsed: false) }))
        let tracked = desk.fib.tracked.end
        track(desk, 30_001...49_999)
        #expect(desk.fib.tracked.end == tracked, "those that went left their places")
    }

    @Test("when something around changes, each is resolved once, in slices, and told once where that changes its cost")
    func aroundChanges() {
        let desk = desk()
        track(desk, 1...5000)
        want(desk, 1...5000)
        desk.settle()
        #expect(desk.installed.count == 5000)
        desk.costs = [:]
        var before = desk.fib.tally.resolved
        let nearer = desk.other(Self.way, via: "192.0.3.7", on: 3, protocol: 188, metric: 50)
        desk.say(.changes([.route(nearer, replaces: false)]))
        #expect(desk.fib.tally.resolved - before <= FIB.slice)
        for _ in 0..<10 {
            before = min(before, desk.fib.tally.resolved)
            desk.turn()
        }
        #expect(desk.fib.tally.resolved == before + 10_000)
        #expect(desk.costs.count == 5000 && desk.costs.values.allSatisfy { $0 == 50 })
        desk.settle()
        #expect(desk.installed.allSatisfy { $0.hasSuffix("192.0.3.7@3") })
    }

    @Test("neighbors that come, many at once, have all resolved once, in turns")
    func neighborsCome() {
        let desk = desk()
        track(desk, 1...5000)
        want(desk, 1...5000)
        desk.settle()
        let before = desk.fib.tally.resolved
        for id in 1...500 as ClosedRange<UInt16> {
            let address = Self.hop(100_000 + Int(id))
            desk.say(.neighbor(NeighborID(rawValue: id), address, interface: nil))
        }
        #expect(desk.fib.tally.resolved == before)
        desk.settle()
        #expect(desk.fib.tally.resolved == before + 10_000)
    }

    @Test("routes of others by which no next hop is reached have none resolved again")
    func nobodysRoutes() {
        let desk = desk()
        track(desk, 1...5000)
        want(desk, 1...5000)
        desk.settle()
        let before = desk.fib.tally.resolved
        for third in 0..<200 {
            desk.say(.changes([.route(desk.other("172.16.\(third).0/24", via: "192.0.2.7"), replaces: false)]))
            desk.say(.changes([.routeGone(desk.other("172.16.\(third).0/24", via: "192.0.2.7"))]))
        }
        #expect(desk.fib.tally.resolved == before)
        desk.say(.nextHops((1...5000).map { NextHopUse(address: Self.hop($0), isUsed: false) }))
        desk.say(
            .want(
                (1...5000).map { number in
                    Installation(prefix: Prefix(host: Address(v4: 0xc633_0000 + UInt32(number))), nextHops: [])
                }))
        desk.say(.changes([.route(desk.other("10.0.0.0/9", via: "192.0.2.7"), replaces: false)]))
        #expect(desk.fib.tally.resolved == before, "nor is anything remembered of those that are gone")
    }

    @Test("under a route that comes and goes all the time, those that lost theirs are found out and told to the kernel")
    func flapping() {
        let desk = desk()
        desk.have(desk.other("172.16.0.0/12", via: "192.0.2.7"))
        desk.say(.changes([.route(desk.other("172.16.0.0/12", via: "192.0.2.7"), replaces: false)]))
        want(desk, 1...8000)
        desk.want("203.0.113.0/24", "172.16.0.1")
        desk.settle()
        desk.say(.changes([.routeGone(desk.other(Self.way, via: "192.0.2.7", protocol: 188, metric: 110))]))
        let orders = desk.orders.count
        for turn in 0..<20 {
            let restless = desk.other("172.16.0.0/12", via: "192.0.2.7")
            desk.say(.changes([turn.isMultiple(of: 2) ? .routeGone(restless) : .route(restless, replaces: false)]))
            desk.turn()
        }
        let unreachable = desk.fib.unreachable
        #expect(unreachable >= 8000)
        #expect(desk.orders.count > orders + 100)
        desk.settle()
        #expect(desk.installed == ["203.0.113.0/24 192.0.2.7@2"])
    }

    @Test("what is put into the kernel after it was read, and before all is compared, isn't missed")
    func afterALook() {
        let desk = desk()
        want(desk, 1...6000)
        desk.settle()
        desk.say(.overrun)
        desk.wait(.zero)
        desk.now = desk.now + .seconds(20)
        desk.looksByItself = false
        desk.say(.due(.look))
        desk.say(.links(desk.links))
        desk.say(.rows(desk.rows))
        desk.say(.looked(isConsistent: true))
        want(desk, 6001...6002)
        desk.settle()
        let status = desk.fib.status
        #expect(status.installed == 6002 && status.repaired == 0 && status.resyncs == 1)
    }
}
