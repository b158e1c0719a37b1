import Config
import Files
import Geo
import Glibc
import Internet
import Net
import Planner
import Testing

@Suite("Where the ASes of a plan are, and how long packets take")
struct GeographyTests {
    private static let text = """
        network: {name: two, asn: 65000, prefixes: [203.0.113.0/24]}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: [192.0.2.2]}}
            neighbors: [{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}]
          sin:
            place: SIN
            hosts: {sin1: {unicast: [192.0.2.6]}}
            neighbors: [{name: straits, address: 192.0.2.5, asn: 64502, role: provider}]
        services:
          dns: {addresses: [203.0.113.53], checks: [{tcp: {port: 53}, every: 1s, timeout: 500ms}]}
        internet:
          ases:
            rhine: {asn: 64501, place: FRA, peers: [straits]}
            straits: {asn: 64502, place: SIN}
            berlin: {asn: 65541, place: BER, providers: [rhine], client: berlin}
            tokyo: {asn: 65542, place: NRT, providers: [rhine, straits]}

        """

    private func planned(_ change: (inout PlanOptions) -> Void = { _ in }) throws -> Plan {
        var options = PlanOptions()
        change(&options)
        let network = try Network.load(text: Array(Self.text.utf8), path: "two.yaml").get()
        return try Plan(network, from: "two.yaml", options)
    }

    private func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let path = "/tmp/landfall-geography-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try File.write(Array(text.utf8), to: path)
        defer { unlink(path) }
        return try body(path)
    }

    @Test("a plan knows round trips, where they are worst, and what else could be done with the same sites")
    func latency() throws {
        let plan = try planned()
        let all = try #require(plan.summary.latency)
        #expect(all.p50 > 3 && all.p50 < 60 && all.p95 > 150, "\(all)")
        #expect(plan.outcome.latencyByCountry(plan.clients, plan.geography.homes).first?.area.code == "JP")
        let comparison = try #require(plan.geography.comparison)
        #expect(comparison.ways.map(\.kind) == Comparison.Kind.allCases && comparison.share == 1)
        let (anycast, ideal) = (try #require(comparison[.anycast]), try #require(comparison[.idealSteering]))
        // Tokyo prefers the lower number and goes to Frankfurt, though Singapore is nearer.
        #expect(anycast.mean > ideal.mean && anycast.roundTrip.p50 == ideal.roundTrip.p50)
        #expect(plan.geography.homes.count(.given) == 4)
    }

    @Test("a deadline that is over leaves the other ways out, and says so")
    func deadline() throws {
        let network = try Network.load(text: Array(Self.text.utf8), path: "two.yaml").get()
        let plan = try Plan(network, from: "two.yaml", PlanOptions(), Pace(deadline: .zero))
        #expect(plan.geography.comparison == nil && plan.geography.asymmetry?.clients == 0)
        #expect(plan.notes.contains("The deadline passed before this was found: what each site would be alone."))
        #expect(plan.summary.latency != nil)
    }

    @Test("files say where ASes are, and the later one counts")
    func places() throws {
        let organizations = """
            # format:org_id|changed|org_name|country|source
            A|1|x|ZA|R
            # format:aut|changed|aut_name|org_id|opaque_id|source
            65541|1|y|A||R

            """
        try withFile("as,country\n65542,DE\n65541,FR\n") { table in
            try withFile("as,airport\n65541,SIN\n") { later in
                try withFile(organizations) { organizations in
                    let plan = try planned { $0.places = [organizations, table, later] }
                    let graph = plan.surroundings.graph
                    let berlin = try #require(graph.position(of: ASN(65541)))
                    let tokyo = try #require(graph.position(of: ASN(65542)))
                    let homes = plan.geography.homes
                    #expect(homes.country(at: berlin)?.code == "SG" && homes.country(at: tokyo)?.code == "DE")
                }
            }
        }
    }

    @Test("a place that is none is refused with its file, line and column")
    func wrong() throws {
        try withFile("as,country\n65542,QQ\n") { path in
            do { _ = try planned { $0.places = [path] } } catch let error as PlanError {
                guard case .file(let lines) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(lines.first?.hasPrefix("\(path):2:7: \"QQ\" where a country's code") == true, "\(lines)")
                return
            }
            Issue.record("it was taken")
        }
    }
}
