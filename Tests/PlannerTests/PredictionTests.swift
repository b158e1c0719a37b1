import Config
import Internet
import Net
import Planner
import Testing

@Suite("What a rehearsal is compared with")
struct PredictionTests {
    /// Two sites, an AS that hears both of them, and one that hears both through two others.
    private static let text = """
        network: {name: two, asn: 65000, prefixes: [203.0.113.0/24], hold-time: 3s}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: 192.0.2.6}}
            neighbors: [{name: rhine, address: 192.0.2.5, asn: 64501, role: provider}, {name: both, address: 192.0.2.13, asn: 64503, role: provider}]
          sin:
            place: SIN
            hosts: {sin1: {unicast: 192.0.2.2}}
            neighbors: [{name: straits, address: 192.0.2.1, asn: 64502, role: provider}, {name: both, address: 192.0.2.9, asn: 64503, role: provider}]
        services:
          dns: {addresses: [203.0.113.53], checks: [{tcp: {port: 53}, every: 1s, timeout: 500ms}]}
        internet:
          ases:
            rhine: {asn: 64501, place: FRA}
            straits: {asn: 64502, place: SIN, peers: [rhine]}
            both: {asn: 64503, place: LHR}
            mumbai-net: {asn: 64504, place: BOM, providers: [straits, rhine], client: mumbai}
            berlin-net: {asn: 64505, place: BER, providers: [rhine], client: berlin}
        """

    private func network(_ change: (String) -> String = { $0 }) throws -> Network {
        try Network.load(text: Array(change(Self.text).utf8), path: "two.yaml").get()
    }

    private func prediction(_ network: Network) throws -> Prediction {
        try Prediction(network, from: "two.yaml", of: Address("203.0.113.53") ?? Address(v4: 0))
    }

    @Test("ties end at the lowest router ID: of ASes at their numbers, of sites at their hosts'")
    func ties() throws {
        let prediction = try prediction(network())
        #expect(prediction.site(of: ASN(64504)) == 0 && prediction.possibleSites(of: ASN(64504)) == [0, 1])
        #expect(prediction.path(of: ASN(64504)) == [ASN(64501), ASN(65000)])
        // sin1 has the lower address, and so the lower router ID.
        #expect(prediction.site(of: ASN(64503)) == 1 && prediction.possibleSites(of: ASN(64503)) == [0, 1])
        #expect(prediction.gaps.isEmpty)
    }

    @Test("a plan of the file's own Internet decides ties as its rehearsal does, unless another rule is asked for")
    func plans() throws {
        var options = PlanOptions()
        func landing() throws -> Int? {
            let plan = try Plan(network(), from: "two.yaml", options)
            return plan.surroundings.graph.position(of: ASN(64503)).flatMap { plan.outcome.site(at: $0) }
        }
        #expect(try landing() == 1)
        options.ties = .lowestASN
        #expect(try landing() == 0)
        options.ties = .routerID
        #expect(try landing() == 1)
    }

    @Test("the AS at which a path leaves the plan is found, and the rule by which the plan's route is better")
    func partings() throws {
        let prediction = try prediction(network())
        let tie = try #require(prediction.parting(of: ASN(64504), on: [ASN(64502), ASN(65000)], at: 1))
        #expect(tie.asn == ASN(64504) && tie.rule == .routerID && tie.planned == [ASN(64501), ASN(65000)])
        let far = [ASN(64501), ASN(64502), ASN(65000)]
        let better = try #require(prediction.parting(of: ASN(64505), on: far, at: 1))
        #expect(better.name == "rhine (AS64501)" && better.rule == .relation)
        #expect(better.taken == [ASN(64502), ASN(65000)] && better.planned == [ASN(65000)])
        let same = try #require(prediction.parting(of: ASN(64503), on: [ASN(65000)], at: 0))
        #expect(same.asn == ASN(64503) && same.rule == .order)
        let unheard = try #require(prediction.parting(of: ASN(64505), on: [ASN(64504), ASN(65000)], at: 1))
        #expect(unheard.rule == nil)
        #expect(prediction.parting(of: ASN(64505), on: [ASN(64501), ASN(65000)], at: 0) == nil)
    }

    @Test("what rehearsed routers do and a plan can't express makes it inexact, and is named")
    func gaps() throws {
        func gaps(_ neighbor: String) throws -> [String] {
            try prediction(
                network {
                    $0.replacing("asn: 64501, role: provider}", with: "asn: 64501, role: provider, \(neighbor)}")
                }
            ).gaps
        }
        #expect(try gaps("communities: [graceful-shutdown]").first?.hasPrefix("fra to rhine carries GRACEFUL") == true)
        // What rehearsed routers don't know does nothing there.
        #expect(try gaps("communities: [\"64501:70\", no-peer]").isEmpty && gaps("med: 10").isEmpty)
        let metric = try prediction(
            network {
                $0.replacing(
                    "192.0.2.13, asn: 64503, role: provider}", with: "192.0.2.13, asn: 64503, role: provider, med: 5}")
            })
        #expect(metric.gaps.count == 1 && metric.gaps[0].hasPrefix("fra tells AS64503 a MED of 5"))
    }

    @Test("what sites say at the moment is what is planned")
    func told() throws {
        let address = try #require(Address("203.0.113.53"))
        let withdrawn = try Prediction(network(), from: "two.yaml", of: address) { site, _, _ in site == 0 ? [] : nil }
        #expect(withdrawn.site(of: ASN(64505)) == 1 && withdrawn.site(of: ASN(64504)) == 1)
        let silent = try Prediction(network(), from: "two.yaml", of: address) { _, _, _ in [] }
        #expect(silent.site(of: ASN(64505)) == nil && silent.path(of: ASN(64505)) == nil)
        #expect(silent.possibleSites(of: ASN(64505)).isEmpty)
        let prepended = try Prediction(network(), from: "two.yaml", of: address) { site, _, prefix in
            var told = Announcement(prefix: prefix)
            told.prepend = site == 0 ? 1 : 0
            return [told]
        }
        #expect(prepended.site(of: ASN(64504)) == 1 && prepended.possibleSites(of: ASN(64504)) == [1])
    }
}
