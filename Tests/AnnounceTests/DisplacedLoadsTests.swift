import Announce
import Net
import Testing

@Suite("The table of displaced load")
struct DisplacedLoadsTests {
    static let made = UTCSecond("2026-11-21T23:02:47Z") ?? UTCSecond(seconds: 0)

    private var table: DisplacedLoads {
        let row = DisplacedLoads.Row(to: [.init(site: "sin", load: 200, added: 150)])
        let neighbors = [DisplacedLoads.Neighbor(name: "a4", asn: ASN(64500), withdrawn: row)]
        return DisplacedLoads(
            network: "n", prefix: prefix4, made: Self.made, basis: "scenario",
            sites: [
                .init(name: "fra", load: 400, capacity: 800, withdrawn: row, degraded: row, neighbors: neighbors),
                .init(name: "sin", load: 200, capacity: 400, withdrawn: .init(), degraded: .init()),
            ])
    }

    private func fleet(_ change: (inout DisplacedLoads.Fleet) -> Void = { _ in }) -> DisplacedLoads.Fleet {
        let a4 = DisplacedLoads.Fleet.Neighbor(name: "a4", asn: ASN(64500), family: .ipv4)
        let a6 = DisplacedLoads.Fleet.Neighbor(name: "a6", asn: ASN(64500), family: .ipv6)
        var fleet = DisplacedLoads.Fleet(
            network: "n", prefixes: [prefix4, prefix6],
            sites: [.init(name: "fra", neighbors: [a4, a6]), .init(name: "sin", neighbors: [])])
        change(&fleet)
        return fleet
    }

    private func objection(
        after seconds: Int = 60, _ change: (inout DisplacedLoads.Fleet) -> Void = { _ in }
    ) -> String? {
        let now = UTCSecond(seconds: Self.made.seconds + seconds)
        return table.objection(fleet(change), now: now, maxAge: .seconds(3600))
    }

    @Test("rule 7: a table is used as long as the network is the one that it was made for")
    func objections() {
        #expect(objection() == nil, "an IPv6 neighbor is none of a plan of IPv4")
        #expect(objection { $0.network = "m" } == "it is about the network n, not m")
        #expect(objection { $0.prefixes = [prefix6] } == "it is about 203.0.113.0/24, which isn't announced any more")
        #expect(objection { $0.sites[1].name = "gru" } == "it knows no site gru")
        #expect(objection { $0.sites.removeLast() } == "it reckons with site sin, which there isn't any more")
        #expect(
            objection { $0.sites[0].neighbors[0].asn = ASN(64501) } == "it doesn't know fra's neighbor a4 (AS64501)")
        #expect(
            objection { $0.sites[0].neighbors.removeFirst() }
                == "it reckons with fra's neighbor a4, which there isn't any more")
    }

    @Test("rule 7: a table that is too old, or from the future, isn't used")
    func age() {
        #expect(objection(after: 3600) == nil && objection(after: -3600) == nil)
        #expect(objection(after: 3601)?.hasPrefix("it was made at 2026-11-21T23:02:47Z, longer ago than") == true)
        #expect(objection(after: -3601) == "it was made at 2026-11-21T23:02:47Z, which is yet to come")
    }

    @Test("rule 7: what a step displaces is held against what survivors can carry, if the table says that")
    func step() {
        #expect(
            table.step(at: "fra")
                == .known(
                    DisplacedLoad(
                        survivors: [.init(site: "sin", load: 200, added: 150, capacity: 400)], planned: 0.5)))
        var silent = table
        silent.sites[1].capacity = nil
        #expect(silent.step(at: "fra") == .unusable("it doesn't say what site sin can carry"))
        #expect(silent.step(at: "sin") == .known(DisplacedLoad(survivors: [], planned: nil)))
        #expect(silent.step(at: "gru") == .unusable("it knows no site gru"))
    }

    @Test(
        "times are those of the calendar",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("2026-11-21T23:02:47Z", 1_795_302_167),
            ("2100-03-01T00:00:00Z", 4_107_542_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func times(_ text: String, _ seconds: Int) {
        #expect(UTCSecond(text)?.seconds == seconds && UTCSecond(seconds: seconds).description == text)
        for count in 0..<text.count { #expect(UTCSecond(text.prefix(count)) == nil) }
    }

    @Test(
        "what is no time isn't taken",
        arguments: [
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-04-00T00:00:00Z", "2026-04-01T24:00:00Z", "2026-04-01T00:60:00Z", "2026-04-01T00:00:60Z",
            "2026-04-01 00:00:00Z", "2026-04-01T00:00:00+", "1969-12-31T23:59:59Z", "٢٠٢٦-04-01T00:00Z", "",
        ])
    func noTimes(_ text: String) { #expect(UTCSecond(text) == nil) }

    @Test("every day of 130 years comes after the one before")
    func days() {
        for day in 0..<47_482 {
            let second = UTCSecond(seconds: day * 86_400 + 3723)
            #expect(UTCSecond(second.description) == second)
        }
    }
}
