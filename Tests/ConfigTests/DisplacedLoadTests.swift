import Announce
import Config
import Net
import Peers
import Testing

@Suite("A file of displaced load")
struct DisplacedLoadTests {
    private static let example = """
        displaced-load: 1
        network: example
        prefix: 203.0.113.0/24
        made: 2026-11-21T23:02:47Z
        basis: "scenario, uncalibrated"
        sites:
          fra:
            load: 450000
            capacity: 800000
            withdrawn: {lost: 12, to: {sin: {load: 250000, added: 300000, most: 400000}}}
            degraded: {lost: 0}
            neighbors:
              rhine-v4: {asn: 64501, withdrawn: {lost: 0, to: {sin: {load: 250000, added: 300000}}}}
              new-v4: {asn: 64502}
          sin:
            load: 250000
            withdrawn: {lost: 0}
            degraded: {lost: 0}

        """

    private func read(_ text: String) -> Result<DisplacedLoads, Diagnostics> {
        DisplacedLoads.load(text: Array(text.utf8), path: "table.yaml")
    }

    private func errors(_ text: String) -> [String] {
        if case .failure(let problems) = read(text) { problems.all.map(\.description) } else { [] }
    }

    @Test("is read as it is written")
    func values() throws {
        let table = try read(Self.example).get()
        let fra = try #require(table["fra"])
        #expect(table.made.description == "2026-11-21T23:02:47Z" && table.basis == "scenario, uncalibrated")
        #expect(fra.load == 450_000 && fra.capacity == 800_000 && table["sin"]?.capacity == nil)
        #expect(
            fra.withdrawn == .init(to: [.init(site: "sin", load: 250_000, added: 300_000, most: 400_000)], lost: 12))
        #expect(fra.neighbors.map(\.name) == ["rhine-v4", "new-v4"] && fra.neighbors[1].withdrawn == nil)
    }

    @Test("the one in the documentation is read")
    func documented() throws {
        let parts = try Repository.text("docs/displaced-load.md").components(between: "```text\n", and: "```")
        let text = try #require(parts.first { $0.hasPrefix("displaced-load: 1") })
        let table = try read(text).get()
        #expect(table.sites.map(\.name) == ["fra", "sin", "gru"])
    }

    @Test("what is written is read as the same, in YAML and through JSON", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let table = random.table()
        let again = try read(table.text).get()
        #expect(again == table, "seed \(seed)")
    }

    @Test("as JSON it is the same")
    func json() throws {
        let text = """
            {"displaced-load": 1, "network": "n", "prefix": "203.0.113.0/24", "made": "2026-11-21T23:02:47Z", "basis": "b",
             "sites": {"a": {"load": 1.5, "withdrawn": {"lost": 0}, "degraded": {"lost": 0}}}}
            """
        #expect(try read(text).get()["a"]?.load == 1.5)
    }

    @Test("errors name the place, the value and what would be accepted")
    func located() {
        let example = Self.example
        func with(_ old: String, _ new: String) -> [String] {
            errors(example.replacing(old, with: new, maxReplacements: 1))
        }
        #expect(
            with("displaced-load: 1", "displaced-load: 2") == [
                "table.yaml:1:17: displaced-load: version 2, and this Landfall reads 1"
            ])
        #expect(
            with("23:02:47Z", "23:02:60Z")[0].hasPrefix(
                "table.yaml:4:7: made: \"2026-11-21T23:02:60Z\" is not a time such as"))
        #expect(
            with("    load: 450000\n", "").map {
                $0.hasPrefix("table.yaml:8:5: fra: \"load\" is missing; it should be a number")
            } == [true])
        #expect(with("load: 450000", "load: -1")[0].hasPrefix("table.yaml:8:11: load: \"-1\" is not a number"))
        #expect(with("load: 450000", "load: 9999999999999999")[0].contains("is not a number"))
        #expect(with("lost: 12", "lots: 12").contains { $0.contains("unknown key \"lots\"; did you mean \"lost\"?") })
        #expect(
            with("sin: {load: 250000", "syn: {load: 250000") == [
                "table.yaml:7:3: sites: fra: load moves to \"syn\", which is no site of the table"
            ])
        #expect(
            with("to: {sin", "to: {fra") == ["table.yaml:7:3: sites: fra: when it withdraws, nothing moves to itself"])
        #expect(with("asn: 64501", "asn: x").count == 1)
        #expect(errors("") == ["table.yaml:1:1: the document is empty"])
    }

    @Test("every beginning of it, and it without any one line, is read or refused with a place inside")
    func truncations() {
        let bytes = Array(Self.example.utf8)
        for count in bytes.indices {
            if case .failure(let problems) = DisplacedLoads.load(text: Array(bytes[..<count]), path: "x") {
                #expect(!problems.all.isEmpty, "cut after \(count) bytes")
            }
        }
        let lines = Self.example.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            guard case .failure(let problems) = read((lines[..<index] + lines[(index + 1)...]).joined(separator: "\n"))
            else { continue }
            #expect(problems.all.allSatisfy { (1...lines.count).contains($0.line) }, "without line \(index + 1)")
        }
    }
}

extension String {
    fileprivate func components(between start: String, and end: String) -> [String] {
        split(separator: start).dropFirst().map { String($0.split(separator: end, maxSplits: 1)[0]) }
    }
}

extension SeededRandom {
    fileprivate mutating func table() -> DisplacedLoads {
        let names = (0..<Int.random(in: 1...5, using: &self)).map { "s\($0)" }
        return DisplacedLoads(
            network: "n", prefix: Prefix("2001:db8::/48") ?? Prefix(host: Address(v4: 0)),
            made: UTCSecond(seconds: Int.random(in: 0...10_000_000_000, using: &self)), basis: "a \"b\" \\ c: {d}",
            sites: names.map { site($0, names) })
    }

    private mutating func site(_ name: String, _ names: [String]) -> DisplacedLoads.Site {
        let others = names.filter { $0 != name }
        return DisplacedLoads.Site(
            name: name, load: load(), capacity: Bool.random(using: &self) ? load() : nil, withdrawn: row(others),
            degraded: row(others),
            neighbors: (0..<Int.random(in: 0...2, using: &self)).map { number in
                .init(
                    name: "n\(number)", asn: ASN(UInt32.random(in: 1...99, using: &self)),
                    withdrawn: Bool.random(using: &self) ? row(others) : nil)
            })
    }

    private mutating func row(_ others: [String]) -> DisplacedLoads.Row {
        let to = others.filter { _ in Bool.random(using: &self) }
        return DisplacedLoads.Row(
            to: to.map { site in
                .init(site: site, load: load(), added: load() + 1, most: Bool.random(using: &self) ? load() : nil)
            }, lost: load())
    }

    private mutating func load() -> Double { Double(Int.random(in: 0...2_000_000, using: &self)) }
}
