import Dialect
import Net
import Testing

@testable import Config
@testable import Lab

/// A network of one site behind two transits, a tier 1 above them, and clients below.
func network(_ change: (String) -> String = { $0 }) throws -> Network {
    let text = """
        network: {name: test, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: 3s}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: [192.0.2.2, 2001:db8:0:1::2]}}
            neighbors:
              - {name: rhine-v4, address: 192.0.2.1, asn: 64501, role: provider}
              - {name: rhine-v6, address: "2001:db8:0:1::1", asn: 64501, role: provider, passive: true}
          gru:
            place: GRU
            hosts: {gru1: {unicast: 192.0.2.6}}
            neighbors: [{name: tiete, address: 192.0.2.5, asn: 64502, role: peer, prepend: 2}]
        services:
          dns:
            addresses: [203.0.113.53, 2001:db8:113::53]
            serve: {dns: {zones: [example.org.zone], identity: "dns-{host}"}}
            checks: [{dns: {name: www.example.org, type: A}}]
        internet:
          ases:
            top: {asn: 64496, place: LHR}
            rhine: {asn: 64501, place: FRA, providers: [top]}
            tiete: {asn: 64502, place: GRU, providers: [top]}
            a-very-long-name-of-a-network: {asn: 64510, place: BER, providers: [rhine, tiete], client: berlin}
        """
    return try Network.load(text: Array(change(text).utf8), path: "test.yaml").get()
}

@Suite("What a rehearsal builds")
struct BlueprintTests {
    @Test("a node for every AS, site and client, and a cable for every link")
    func nodes() throws {
        let blueprint = try Blueprint(of: network())
        #expect(
            blueprint.nodes.map(\.name) == [
                "top", "rhine", "tiete", "a-very-long-name-of-a-network", "fra", "gru", "berlin",
            ])
        #expect(blueprint.cables.count == 4 + 2 + 1)
        #expect(blueprint.clients == [.init(name: "berlin", access: 3, node: 6)])
    }

    @Test("both families of a neighbor share a cable, whose ends have the file's addresses")
    func site() throws {
        let blueprint = try Blueprint(of: network())
        let cable = blueprint.cables[4]
        #expect(cable.ends[0].addresses.map(\.own) == [Address("192.0.2.2"), Address("2001:db8:0:1::2")])
        #expect(cable.ends[0].addresses.map(\.peer) == [Address("192.0.2.1"), Address("2001:db8:0:1::1")])
        #expect(cable.ends[0].routes.map(\.gateway) == [Address("192.0.2.1"), Address("2001:db8:0:1::1")])
        #expect(cable.ends[1].addresses.map(\.own) == cable.ends[0].addresses.map(\.peer))
        #expect(cable.delay == .zero)
    }

    @Test("a router waits for a site that connects, and connects to one that waits")
    func passive() throws {
        let sessions = try Blueprint(of: network()).routers[1].neighbors.filter { $0.asn == ASN(65000) }
        #expect(sessions.map(\.name) == ["to_fra_v4", "to_fra_v6"])
        #expect(sessions.map(\.passive) == [true, false])
        #expect(sessions.map(\.relation) == [.customer, .customer])
    }

    @Test("the AS that a host hangs on tells everybody the host's own addresses")
    func unicast() throws {
        let routers = try Blueprint(of: network()).routers
        #expect(routers[1].origins.map(\.prefix.description) == ["192.0.2.2/32", "2001:db8:0:1::2/128"])
        #expect(routers[2].origins.map(\.prefix.description) == ["192.0.2.6/32"])
    }

    @Test("the two ends of a link see each other as provider and customer")
    func relations() throws {
        let routers = try Blueprint(of: network()).routers
        #expect(routers[0].neighbors.map(\.relation) == [.customer, .customer, .customer, .customer])
        #expect(routers[1].neighbors.first { $0.asn == ASN(64496) }?.relation == .provider)
        #expect(routers[2].neighbors.first { $0.asn == ASN(65000) }?.relation == .peer)
    }

    @Test("names of interfaces fit Linux, and differ within a namespace")
    func interfaces() throws {
        let blueprint = try Blueprint(of: network())
        for node in blueprint.nodes.indices {
            let names = blueprint.cables.flatMap(\.ends).filter { $0.node == node }.map(\.interface)
            #expect(Set(names).count == names.count)
            #expect(names.allSatisfy { (1...15).contains($0.utf8.count) && !$0.contains(" ") && !$0.contains("/") })
        }
    }

    @Test("no address is used twice, and none of the file is taken for something else")
    func addresses() throws {
        let network = try network()
        let blueprint = try Blueprint(of: network)
        let ends = blueprint.cables.flatMap(\.ends).flatMap(\.addresses).map(\.own)
        #expect(Set(ends).count == ends.count)
        #expect(ends.allSatisfy { end in !network.prefixes.contains { $0.contains(end) } })
    }

    @Test("addresses come from a range that the file doesn't touch")
    func plan() throws {
        let taken = try #require(Prefix("198.18.7.0/24"))
        let plan = try #require(AddressPlan(avoiding: [taken]))
        #expect(!(taken.contains(plan.link(0, .ipv4).0)))
        #expect(plan.client(0, .ipv4)?.description == "100.65.0.0/28")
        #expect(plan.client(3, .ipv6)?.description == "2001:2:0:4::/64")
        #expect(AddressPlan(avoiding: [try #require(Prefix("0.0.0.0/0"))]) == nil)
    }

    @Test("AS hops go up, at most once across, and down; prepending makes a site farther")
    func hops() throws {
        let network = try network()
        #expect(network.hops(from: 3, to: 0) == 2)
        // tiete is the site's peer: it tells its customers, and nobody else.
        #expect(network.hops(from: 3, to: 1) == 4)
        #expect(network.hops(from: 1, to: 1) == nil)
    }

    @Test(
        "a name server's identity tells the site",
        arguments: [("dns-fra1", 0), ("gru", 1), ("gru1", 1), ("ns2.gru.example.net", 1)])
    func identities(identity: String, site: Int) throws {
        #expect(Identities(of: try network()).server(Array(identity.utf8)) == Server(site: site, host: site))
    }

    @Test("an identity that names no site tells nothing", arguments: ["", "dns-fra2", "grunt", "\u{0}"])
    func strangers(identity: String) throws {
        #expect(Identities(of: try network()).server(Array(identity.utf8)) == nil)
    }
}

@Suite("Several hosts at a site, in a rehearsal")
struct HostTests {
    /// Two hosts in Frankfurt, and São Paulo at the same router if asked for.
    func twoHosts(shared: Bool = false) throws -> Network {
        let alone = "{fra1: {unicast: [192.0.2.2, 2001:db8:0:1::2]}}"
        let both = alone.dropLast() + ", fra2: {unicast: [192.0.2.3, 2001:db8:0:1::3]}}"
        let (own, other) = ("asn: 64502, role: peer", "asn: 64501, role: provider")
        return try network { $0.replacing(alone, with: both).replacing(own, with: shared ? other : own) }
    }

    @Test("each has a namespace and a cable of its own, and the router its one address at the end of each")
    func hosts() throws {
        let blueprint = try Blueprint(of: twoHosts())
        #expect(blueprint.nodes.map(\.name).suffix(4) == ["fra1", "fra2", "gru", "berlin"])
        let ends = blueprint.cables.flatMap(\.ends).filter { $0.node == 1 && $0.interface.hasPrefix("fra") }
        #expect(ends.map(\.interface) == ["fra1", "fra2"])
        #expect(ends.map { $0.addresses.map(\.own) }.allSatisfy { $0 == ends[0].addresses.map(\.own) })
        #expect(ends.map { $0.addresses[0].peer } == [Address("192.0.2.2"), Address("192.0.2.3")])
        #expect(
            blueprint.sessions.filter { $0.router == 1 && $0.host == 1 }.map(\.name) == ["to_fra2_v4", "to_fra2_v6"])
    }

    @Test("only their router spreads flows, and it ranks whatever else it hears")
    func spreading() throws {
        let routers = try Blueprint(of: twoHosts()).routers
        #expect(routers.map(\.spreadsFlows) == [false, true, false, false])
        #expect(routers[0].neighbors.allSatisfy { $0.order == nil })
        let ranks = Dictionary(grouping: routers[1].neighbors) { $0.order?.rank ?? -1 }.mapValues { $0.map(\.name) }
        #expect(
            ranks == [
                0: ["to_top_v4", "to_top_v6"],
                1: ["to_a_very_long_name_of_a__v4", "to_a_very_long_name_of_a__v6"],
                2: ["to_fra1_v4", "to_fra1_v6", "to_fra2_v4", "to_fra2_v6"],
            ])
    }

    @Test("flows are not spread over two sites at one router: one of them is preferred")
    func sites() throws {
        let neighbors = try Blueprint(of: twoHosts(shared: true)).routers[1].neighbors
        let rank = { (name: String) in neighbors.first { $0.name == name }?.order?.rank }
        #expect(rank("to_fra1_v4") == rank("to_fra2_v4") && rank("to_fra1_v4") != rank("to_gru_v4"))
    }

    @Test(
        "an identity tells the host, or the site alone",
        arguments: [
            ("dns-fra2", Server(site: 0, host: 1)), ("ns.fra1.example", Server(site: 0, host: 0)),
            ("fra", Server(site: 0)),
        ])
    func identities(identity: String, server: Server) throws {
        #expect(Identities(of: try twoHosts()).server(Array(identity.utf8)) == server)
    }
}
