import Kernel
import Net
import RIB
import Testing

@testable import Router

@Suite("The kernel's table and the links that we are on")
struct KernelLinkTests {
    @Test("the network on a link of ours is never somebody else's, whatever its metric")
    func connected() {
        let link = Desk().other("2001:db8::/64", metric: 256)
        let desk = Desk(others: [link, Desk().other("2001:db8:3::/64", on: 3, metric: 256)])
        desk.start()
        desk.want("2001:db8::/64", "2001:db8:3::9")
        desk.want("2001:db8:0:0:8000::/65", "2001:db8:3::9")
        desk.settle()
        #expect(
            desk.installed == ["2001:db8:0:0:8000::/65 2001:db8:3::9@3"], "what is more specific is a policy's matter")
        #expect(desk.fib.status.lastRefusal?.reason == "it is the network on a link of ours")
        desk.table = desk.table.filter { $0.value != link }
        desk.say(.changes([.routeGone(link)]))
        desk.settle()
        #expect(desk.installed.first == "2001:db8::/64 2001:db8:3::9@3")
        desk.have(link)
        desk.say(.changes([.route(link, replaces: false)]))
        desk.settle()
        #expect(desk.installed == ["2001:db8:0:0:8000::/65 2001:db8:3::9@3"])
    }

    @Test("from inside our AS, a link-local address counts where the global one is on that link too (RFC 2545 §3)")
    func linkLocalInside() {
        let desk = Desk()
        desk.have(desk.other("2001:db8:f::/48", via: "2001:db8::7", protocol: 188))
        desk.start()
        desk.say(.neighbor(NeighborID(rawValue: 7), Desk.address("2001:db8::8"), interface: nil, isInternal: true))
        desk.want("2001:db8:1::/48", "2001:db8:f::1 fe80::bad", neighbor: 7)
        desk.want("2001:db8:2::/48", "2001:db8::9 fe80::9", neighbor: 7)
        desk.want("2001:db8:3::/48", "2001:db8:3::9 fe80::bad", neighbor: 7)
        desk.want("2001:db8:4::/48", "fe80::8", neighbor: 7)
        desk.want("2001:db8:5::/48", "2001:db8:77::1 fe80::bad", neighbor: 7)
        desk.settle()
        #expect(
            desk.installed == [
                "2001:db8:1::/48 2001:db8::7@2", "2001:db8:2::/48 fe80::9@2", "2001:db8:3::/48 2001:db8:3::9@3",
                "2001:db8:4::/48 fe80::8@2",
            ])
        // In another AS it is one hop away, and the link-local address on our link.
        desk.say(.neighbor(NeighborID(rawValue: 7), Desk.address("2001:db8::8"), interface: nil))
        desk.settle()
        #expect(desk.installed.first == "2001:db8:1::/48 fe80::bad@2")
    }
}
