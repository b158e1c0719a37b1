import Net
import RIB
import Router
import Speaker
import Testing

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
}
