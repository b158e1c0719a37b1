import Kernel
import Net
import RIB
import Speaker
import Testing

@testable import Router

@Suite("A router's configuration")
struct ConfigurationTests {
    @Test("what nobody says is as in the RFCs: port 179, announcements at once, the kernel left alone")
    func usual() {
        let configuration = Router.Configuration(asn: ASN(64500), routerID: RouterID(rawValue: 1), neighbors: [])
        #expect(configuration.listenPort == 179 && configuration.kernel == nil)
        let address = Address(v4: 0xc000_0201)
        let neighbor = Router.Neighbor(
            session: Speaker.Neighbor(name: "a", address: address, asn: ASN(64501)),
            routes: RIB.Neighbor(asn: ASN(64501), address: address))
        #expect(neighbor.mrai == .zero)
    }

    @Test("more neighbors than there are numbers for are refused before any of them is one")
    func neighbors() {
        let rib = RIB(asn: ASN(64500), id: RouterID(rawValue: 1))
        let most = rib.neighborsLeft
        #expect(most == RIB.mostNeighbors && RouterEdition.excess(most) == nil)
        let excess = RouterEdition.excess(most + 1)
        #expect(excess?.contains("65535 neighbors; one router can have 65534") == true, "\(excess ?? "")")
    }

    @Test("after more changes of interfaces than could be heard, those that are used and not there any more are gone")
    func interfaces() {
        let all = [Interface(index: 2, name: "left"), Interface(index: 3, name: "right", isUp: false)]
        #expect(Links.changes([2, 7, 3, 7], all) == [.link(all[0]), .link(all[1]), .linkGone(7)])
        #expect(Links.changes([], all) == [.link(all[0]), .link(all[1])])
    }
}
