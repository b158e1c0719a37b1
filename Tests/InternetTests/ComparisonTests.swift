import Geo
import Internet
import Net
import Testing

/// Four stubs and two transits, small enough to reckon by hand:
///
///     100 (FRA) ══ 200 (SIN)         peers
///      │    │       │     │
///     10   11      20    21           FRA, AMS, SIN, NRT
///
/// Site 0 in Frankfurt buys from 100, site 1 in Singapore from 200.
@Suite("Latency of plans, and what else could be done")
struct ComparisonTests {
    private func place(_ code: String) throws -> Place { try #require(Airport(code: code)).place }

    private struct World {
        var graph: ASGraph
        var homes: Homes
        var deployment: Deployment
        var plan: Propagation
        var latency: PathLatency
        var outcome: Outcome
    }

    private func world(
        _ homes: [UInt32: String] = [100: "FRA", 200: "SIN", 10: "FRA", 11: "AMS", 20: "SIN", 21: "NRT"],
        siteOneProvider: UInt32 = 200
    ) throws -> World {
        let graph = try ASGraph([
            .peers(ASN(100), ASN(200)), .provider(ASN(100), of: ASN(10)), .provider(ASN(100), of: ASN(11)),
            .provider(ASN(200), of: ASN(20)), .provider(ASN(200), of: ASN(21)),
        ])
        var given: [ASN: Home] = [:]
        for (asn, code) in homes { given[ASN(asn)] = Airport(code: code).flatMap { Home($0) } }
        let known = Homes(graph, given: given, useRegistrations: false)
        func session(_ site: Int, _ provider: UInt32) -> Deployment.Session {
            let origination = Origination(site: site, origin: ASN(65000), to: .neighbor(ASN(provider), .provider))
            return Deployment.Session(neighbor: "AS\(provider)", origination)
        }
        let sites = [
            Deployment.Site(name: "fra", place: try place("FRA")),
            Deployment.Site(name: "sin", place: try place("SIN")),
        ]
        let deployment = Deployment(
            asn: ASN(65000), sites: sites, sessions: [session(0, 100), session(1, siteOneProvider)])
        let plan = try deployment.propagation(on: graph)
        let latency = PathLatency(graph, known, sites: sites.map(\.place), deployment.originations)
        var outcome = Outcome(plan)
        outcome.addRoundTrips(latency, plan)
        return World(
            graph: graph, homes: known, deployment: deployment, plan: plan, latency: latency, outcome: outcome)
    }

    @Test("a client beside its site waits for what a country takes, one on another continent for the distance")
    func roundTrips() throws {
        let world = try world()
        func time(_ asn: UInt32) throws -> Double {
            Double(world.outcome.roundTrips[try #require(world.graph.position(of: ASN(asn)))])
        }
        #expect(abs(try time(10) - LatencyModel.fitted.domestic) < 0.01)
        #expect(try time(11) > time(10) && time(11) < 40)
        // Tokyo to Singapore: 5,350 km are 53.5 ms of light.
        #expect(try time(21) > 53 && time(21) < 250)
    }

    @Test("who is nowhere, or whose place nobody knows, has no round trip")
    func unknown() throws {
        let world = try world([100: "FRA", 10: "FRA"])
        let position = try #require(world.graph.position(of: ASN(21)))
        // Its provider is nowhere either, so its neighbors don't say where it is.
        #expect(world.homes.source(at: position) == .unknown && world.outcome.roundTrips[position].isNaN)
        let summary = Summary(world.outcome, Clients(of: world.graph), sites: 2, Trust(nil))
        #expect(summary.latency != nil)
    }

    @Test("an AS that nothing is said of is where most of its neighbors are")
    func neighbors() throws {
        let homes = try world([200: "SIN", 10: "FRA", 11: "FRA", 20: "SIN", 21: "NRT"]).homes
        let graph = try world().graph
        let position = try #require(graph.position(of: ASN(100)))
        #expect(homes.source(at: position) == .neighbors && homes.country(at: position)?.code == "DE")
        #expect(homes.count(.given) == 5 && homes.count(.neighbors) == 1)
    }

    @Test("a path that leads through another country takes longer than the direct one, by what it is longer")
    func detours() throws {
        // Site 1 is in Singapore, and its only way out is a transit in Frankfurt: 20 goes there and back.
        let graph = try ASGraph([
            .provider(ASN(100), of: ASN(10)), .provider(ASN(100), of: ASN(11)), .provider(ASN(100), of: ASN(200)),
            .provider(ASN(200), of: ASN(20)),
        ])
        let given = [10: "FRA", 11: "SIN", 100: "FRA", 200: "FRA", 20: "SIN"] as [UInt32: String]
        var homes: [ASN: Home] = [:]
        for (asn, code) in given { homes[ASN(asn)] = Airport(code: code).flatMap { Home($0) } }
        let known = Homes(graph, given: homes, useRegistrations: false)
        var plan = try Propagation(graph)
        try plan.announce([Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(10), .provider))])
        let latency = PathLatency(graph, known, sites: [try place("SIN")])
        let (direct, far) = (
            try #require(graph.position(of: ASN(11))), try #require(graph.position(of: ASN(20)))
        )
        // 11's provider serves it in Singapore, where it meets nobody that leads to the site: 10 is in Frankfurt.
        #expect(latency.detour(plan, at: far) > 15_000)
        #expect(latency.detour(plan, at: direct) > 15_000)
        #expect(latency.roundTrip(plan, at: far) - latency.direct(at: far, to: 0) > 75)
        let home = try #require(graph.position(of: ASN(10)))
        #expect(latency.detour(plan, at: home) == 0)
        // With a router beside the site, its provider can take packets over there.
        let session = Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(10), .provider))
        let nearer = PathLatency(graph, known, sites: [try place("SIN")], [session])
        #expect(nearer.detour(plan, at: far) == 0)
    }

    @Test("anycast stands beside one site, DNS and HTTP steering, and each costs what it should")
    func compare() throws {
        let world = try world()
        let clients = Clients(of: world.graph)
        let unicast = try UnicastTimes(world.deployment, on: world.graph, world.latency)
        let comparison = try #require(
            Comparison(world.outcome, clients, unicast, world.homes, world.deployment))
        let ways = Comparison.Kind.allCases.compactMap { comparison[$0] }
        #expect(ways.count == 5 && comparison.share == 1 && comparison.slower == 0)
        let (anycast, one) = (try #require(comparison[.anycast]), try #require(comparison[.unicast]))
        let (ideal, steered) = (try #require(comparison[.idealSteering]), try #require(comparison[.steering]))
        let redirected = try #require(comparison[.redirection])
        // Here routes lead everybody to the nearest site.
        #expect(abs(anycast.mean - ideal.mean) < 1e-9 && one.mean > anycast.mean && steered.mean >= ideal.mean)
        #expect(abs(redirected.mean - ideal.mean) < 1e-9)
        #expect(abs(redirected.firstAnswer.p50 - 2 * anycast.firstAnswer.p50) < 1e-6)
        #expect(anycast.firstAnswer.p50 == 3 * anycast.roundTrip.p50)
        #expect(anycast.failure.share == 0 && one.failure.share == 1 && one.failure.seconds == nil)
        #expect(ideal.failure.share == 0.5 && ideal.failure.seconds?.mean == 30 && ideal.failure.seconds?.longest == 60)
    }

    @Test("where routes lead to the far site, the ways that choose are nearer, and the share that could gain is said")
    func polarized() throws {
        // Site 1 stands in Singapore and buys from 100 as well, which has customers in Asia.
        let world = try world(
            [100: "FRA", 200: "SIN", 10: "FRA", 11: "AMS", 20: "SIN", 21: "NRT"], siteOneProvider: 100)
        let unicast = try UnicastTimes(world.deployment, on: world.graph, world.latency)
        let comparison = try #require(
            Comparison(world.outcome, Clients(of: world.graph), unicast, world.homes, world.deployment))
        // All land in Frankfurt: ties go to the first.
        #expect(world.plan.landings() == [6, 0])
        #expect(abs(comparison.slower - 0.5) < 0.01, "\(comparison.slower)")
        let (anycast, ideal) = (try #require(comparison[.anycast]), try #require(comparison[.idealSteering]))
        #expect(ideal.mean < anycast.mean - 50)
    }

    @Test("resolvers far away make name servers choose wrongly, and those nearby don't")
    func resolvers() throws {
        let world = try world()
        let unicast = try UnicastTimes(world.deployment, on: world.graph, world.latency)
        func mean(_ kilometers: Double) throws -> Double {
            let steering = Steering(resolvers: [.init(share: 1, kilometers: kilometers)], ttlSeconds: 300)
            let comparison = try #require(
                Comparison(world.outcome, Clients(of: world.graph), unicast, world.homes, world.deployment, steering))
            return try #require(comparison[.steering]).mean
        }
        #expect(try mean(0) == mean(200))
        #expect(try mean(8000) > mean(0) + 20)
    }

    @Test("the slowest region comes first, with the site that it lands on")
    func regions() throws {
        let world = try world()
        let regions = world.outcome.latencyByRegion(Clients(of: world.graph), world.homes)
        #expect(regions.map(\.area) == [.easternAsia, .westernEurope, .southEasternAsia])
        #expect(regions.map(\.site) == [1, 0, 1])
        #expect(abs(regions.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        let countries = world.outcome.latencyByCountry(Clients(of: world.graph), world.homes)
        #expect(countries.map(\.area.code).sorted() == ["DE", "JP", "NL", "SG"])
    }

    @Test("answers that leave over another transit than questions come in by are pointed out")
    func asymmetry() throws {
        // The site buys from 1 and 2. Its client prefers its own customer 1 on the way in; on the way out 2 is as short and
        // has the lower number.
        let graph = try ASGraph([
            .provider(ASN(5), of: ASN(30)), .provider(ASN(9), of: ASN(30)), .peers(ASN(5), ASN(9)),
        ])
        let sites = [Deployment.Site(name: "fra")]
        func session(_ provider: UInt32, prepend: Int) -> Deployment.Session {
            var origination = Origination(site: 0, origin: ASN(65000), to: .neighbor(ASN(provider), .provider))
            origination.prepend = prepend
            return Deployment.Session(neighbor: "AS\(provider)", origination)
        }
        let deployment = Deployment(
            asn: ASN(65000), sites: sites, sessions: [session(5, prepend: 2), session(9, prepend: 0)])
        let plan = try deployment.propagation(on: graph)
        let found = try Asymmetry(plan, deployment, Clients(of: graph))
        let hint = try #require(found.hints.first { $0.client == ASN(30) })
        // Questions come in through 9, since the path through 5 was made longer; answers leave through 5.
        #expect(hint.forth == [ASN(9)] && hint.back == [ASN(5)])
        #expect(found.otherSession > 0.3 && found.noWayBack == 0)
    }
}
