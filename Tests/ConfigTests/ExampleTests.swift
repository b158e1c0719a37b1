import Config
import Geo
import Health
import Net
import Testing

@Suite("The example that newcomers read first")
struct ExampleTests {
    let network: Network

    init() throws {
        let path = "examples/three-sites.yaml"
        network = try Network.load(text: try Repository.bytes(path), path: path).get()
    }

    @Test("names three sites in three cities")
    func sites() {
        #expect(network.sites.map(\.name) == ["fra", "sin", "gru"])
        #expect(network.sites.map(\.place.name) == ["Frankfurt am Main", "Singapore", "Sao Paulo"])
        #expect(network.sites.allSatisfy { $0.neighbors.map(\.address.family) == [.ipv4, .ipv6] })
        #expect(network.sites.flatMap(\.hosts).map(\.routerID.description) == ["192.0.2.2", "192.0.2.6", "192.0.2.10"])
    }

    @Test("leaves every session the hold time of the network")
    func holdTime() {
        #expect(network.sites.flatMap(\.neighbors).allSatisfy { $0.holdTime == .seconds(3) && $0.port == 179 })
    }

    @Test("serves at every site unless it says where")
    func serve() throws {
        let service = try #require(network.services.first)
        #expect(service.serve?.sites == ["fra", "sin", "gru"])
        #expect(service.serve?.dns.zones.map(\.path) == ["examples/zones/example.org.zone"])
        #expect(service.serve?.dns.identity == "{site}")
    }

    @Test("checks every 200 ms, with a lease that outlives the second failure")
    func check() throws {
        let check = try #require(network.services.first?.checks.first)
        #expect(check.name == "dns www.example.org A" && check.every == .milliseconds(200))
        #expect(check.policy == Monitor.Policy(rise: 2, fall: 2, lease: .milliseconds(600)))
    }

    @Test("surrounds the sites with at least twelve ASes: tier-1s that peer, transits, access networks with clients")
    func internet() throws {
        let internet = try #require(network.internet)
        #expect(internet.ases.count >= 12)
        #expect(internet.ases.compactMap(\.client).count >= 6)
        let sold = Set(internet.links.filter { $0.relation == .transit }.map(\.b))
        let tier1 = internet.ases.indices.filter { !sold.contains($0) }
        #expect(tier1.map { internet.ases[$0].name } == ["atlantic", "pacific"])
        #expect(internet.links.filter { $0.relation == .peering }.count == 4)
    }

    @Test("says where every client lands, and each site has two")
    func landings() throws {
        let measure = try #require(network.rehearsal.steps.first)
        let clients = network.internet?.ases.compactMap(\.client) ?? []
        #expect(measure.kind == .measure && Set(measure.expect.landings.map(\.client)) == Set(clients))
        for site in network.sites {
            #expect(measure.expect.landings.count { $0.site == site.name } >= 2)
        }
    }

    @Test("numbers its steps by what they do")
    func steps() {
        let names = network.rehearsal.steps.map(\.name)
        #expect(
            names == [
                "measure", "hang-fra", "restore-fra", "kill-sin", "restore-sin", "kill-gru-serve", "restore-gru",
                "drain-gru", "undrain-gru",
            ])
        let broken = network.rehearsal.steps.filter { [.hang, .kill].contains($0.kind) }
        #expect(broken.map(\.process) == ["serve", "agent", "serve"])
    }
}
