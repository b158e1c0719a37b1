import Announce
import Config
import DNS
import Geo
import Health
import Net
import Peers
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

    @Test("rule 18: a rehearsal's sessions have a hold time of 3 s")
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

@Suite("The other examples")
struct OtherExampleTests {
    static let names = ["anchors", "recursive", "two-hosts"]

    static func network(_ name: String) throws -> Network {
        let path = "examples/\(name).yaml"
        return try Network.load(text: try Repository.bytes(path), path: path).get()
    }

    @Test("say where every client lands, and restore whatever they break", arguments: names)
    func wellFormed(name: String) throws {
        let network = try Self.network(name)
        let steps = network.rehearsal.steps
        let clients = network.internet?.ases.compactMap(\.client) ?? []
        #expect(network.name == name && steps.first?.kind == .measure)
        #expect(Set(steps.first?.expect.landings.map(\.client) ?? []) == Set(clients))
        let (broken, restored) = (
            steps.filter { [.kill, .hang].contains($0.kind) }, steps.filter { $0.kind == .restore }
        )
        #expect(broken.count == restored.count && Set(broken.map(\.target)) == Set(restored.map(\.target)))
    }

    @Test("two-hosts has two hosts at each site, and somebody else's server on all of them")
    func twoHosts() throws {
        let network = try Self.network("two-hosts")
        #expect(network.sites.map { $0.hosts.map(\.name) } == [["fra1", "fra2"], ["sin1", "sin2"]])
        #expect(network.services.allSatisfy { $0.serve == nil })
        let program = try #require(network.rehearsal.programs.first)
        #expect(network.sites.allSatisfy { site in site.hosts.allSatisfy { program.runs(at: site, on: $0) } })
        #expect(
            network.rehearsal.steps.contains {
                $0.expect.lostElsewhere == 0 && $0.expect.lastLost == .milliseconds(200)
            })
    }

    @Test("recursive asks for several names that have nothing in common, and takes their failure for a shared cause")
    func recursive() throws {
        let checks = try #require(Self.network("recursive").services.first).checks
        #expect(checks.map(\.policy.reach) == [.local, .shared])
        guard case .dns(let check) = checks[1].kind else {
            Issue.record("the second check is no DNS query")
            return
        }
        #expect(Set(check.names.compactMap { $0.description.split(separator: ".").last }).count == 3)
    }

    @Test("anchors has a cover for IPv4 and none for IPv6, and an anchor that announces it")
    func anchors() throws {
        let network = try Self.network("anchors")
        #expect(network.covers.map(\.description) == ["203.0.112.0/23"] && network.announce.require == .all)
        #expect(network.sites.map(\.isAnchor) == [true, false])
    }
}
