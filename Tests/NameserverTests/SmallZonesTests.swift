import DNS
import Net
import Peers
import Testing

/// Zones of a few records each, made at random after the pattern of Ferret's: delegations, DNAMEs, aliases and wildcards
/// above, below and beside each other.
@Suite("Small zones", .enabled(if: Program.lack("nsd", "knotd") == nil, "\(Program.lack("nsd", "knotd") ?? "")"))
struct SmallZonesTests {
    @Test(
        "whatever stands in them, the answer is that of NSD or Knot",
        arguments: [1] as [UInt64])
    func equal(_ seed: UInt64) async throws {
        let sandbox = try await Sandbox(fresh: false)
        var random = SeededRandom(seed: seed)
        var zones: [(name: String, file: String)] = []
        var questions: [DNSQuestion] = []
        var texts: [String: String] = [:]
        // Every fifth is a part of the one before, delegated there or not.
        let origins = (0..<400).map { $0 % 5 == 4 ? "a.z\($0 - 1)." : "z\($0)." }
        for origin in origins {
            let zone = SmallZone(origin, &random)
            let file = "\(sandbox.folder)/\(zone.origin)zone"
            try writeFile(file, zone.text)
            zones.append((name: zone.origin, file: file))
            texts[zone.origin] = zone.text
            questions += zone.questions(25, &random)
        }
        let trio = try await Trio(zones, in: sandbox)
        let tally = try trio.compare(questions, DNSQuestion.Options(payload: nil, dnssec: false), tcp: true)
        judge(tally, seed, texts)
        await trio.stop()
    }

    @Test(
        "signed, they are proven as NSD or Knot prove them",
        .enabled(if: lackOfSigners == nil, "\(lackOfSigners ?? "")"),
        arguments: SignedZone.Denial.allCases)
    func signed(_ denial: SignedZone.Denial) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let seed: UInt64 = 2
        var random = SeededRandom(seed: seed)
        var zones: [(name: String, file: String)] = []
        var questions: [DNSQuestion] = []
        var texts: [String: String] = [:]
        for number in 0..<Self.signedCount {
            var zone = SmallZone("z\(number).", &random)
            zone.addKeys(&random)
            let file = "\(sandbox.folder)/\(zone.origin)zone"
            try writeFile(file, zone.text)
            let signed = try await SignedZone(file, origin: zone.origin, denial, in: sandbox)
            zones.append((name: zone.origin, file: signed.file))
            texts[zone.origin] = zone.text
            questions += zone.questions(40, &random)
        }
        let trio = try await Trio(zones, in: sandbox)
        let tally = try trio.compare(questions, DNSQuestion.Options(dnssec: true), tcp: true)
        judge(tally, seed, texts)
        await trio.stop()
    }

    private func judge(_ tally: Trio.Tally, _ seed: UInt64, _ texts: [String: String]) {
        #expect(tally.alone.isEmpty, "seed \(seed): \(tally.alone.count) of \(tally.count); as all: \(tally.all)")
        for one in tally.alone.prefix(10) {
            let origin = one.prefix { $0 != " " }.split(separator: ".").last.map { "\($0)." } ?? ""
            Issue.record("seed \(seed): \(one)\n\(texts[origin] ?? "")\n\(texts["a." + origin] ?? "")")
        }
    }

    private static let signedCount = 12
}

private let lackOfSigners = Program.lack("ldns-signzone", "ldns-keygen", "dnssec-signzone", "dnssec-keygen")

private struct SmallZone {
    let origin: String
    private var records: [(owner: String, type: String, data: String)]

    init(_ origin: String, _ random: inout SeededRandom) {
        self.origin = origin
        records = [
            (origin, "SOA", "ns1.outside.edu. root.campus.edu. 3 604800 86400 2419200 604800"),
            (origin, "NS", "ns1.outside.edu."),
        ]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let record = record(&random)
            guard fits(record) else { continue }
            guard record.type == "NS", record.data.hasSuffix(".\(record.owner)") || record.data == record.owner else {
                records.append(record)
                continue
            }
            // A server below its own delegation needs an address here.
            let glue = (owner: record.data, type: "A", data: "192.0.2.\(100 + records.count)")
            if fits(glue) { records += [record, glue] }
        }
    }

    /// Makes some delegations secure.
    mutating func addKeys(_ random: inout SeededRandom) {
        let cuts = Set(records.filter { $0.type == "NS" && $0.owner != origin }.map(\.owner)).sorted()
        for cut in cuts where Bool.random(using: &random) {
            records.append((owner: cut, type: "DS", data: "1 13 1 0123456789012345678901234567890123456789"))
        }
    }

    var text: String { records.map { "\($0.owner) 500 IN \($0.type) \($0.data)\n" }.joined() }

    private static let labels = ["a", "b", "c", "*"]

    private func name(_ depth: ClosedRange<Int>, _ random: inout SeededRandom) -> String {
        let labels = (0..<Int.random(in: depth, using: &random)).map { _ in
            Self.labels[Int.random(in: 0..<Self.labels.count, using: &random)] + "."
        }
        return labels.joined() + origin
    }

    private func record(_ random: inout SeededRandom) -> (owner: String, type: String, data: String) {
        let owner = name(0...3, &random)
        let target = Int.random(in: 0..<8, using: &random) == 0 ? "a.outside." : name(0...3, &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: return (owner, "NS", target)
        case 2: return (owner, "DNAME", target)
        case 3, 4: return (owner, "CNAME", target)
        case 5: return (owner, "AAAA", "2001:db8::\(records.count)")
        case 6: return (owner, "TXT", "\"\(records.count)\"")
        default: return (owner, "A", "192.0.2.\(records.count)")
        }
    }

    /// What a zone may not have, and what servers refuse to load: an alias beside anything, two DNAMEs, anything below a
    /// DNAME, a delegation of the origin's wildcard.
    private func fits(_ record: (owner: String, type: String, data: String)) -> Bool {
        let beside = records.filter { $0.owner == record.owner }
        switch record.type {
        case "CNAME": guard beside.isEmpty else { return false }
        case "DNAME":
            // RFC 6672 §3.3 leaves open what a wildcard's DNAME is, and NSD and Knot differ.
            if record.owner.hasPrefix("*") { return false }
            guard !beside.contains(where: { $0.type == "DNAME" || $0.type == "NS" && $0.owner != origin }) else {
                return false
            }
        case "NS":
            // The address of a zone's own name server must be in it.
            if record.owner.hasPrefix("*") || record.owner == origin || beside.contains(where: { $0.type == "DNAME" }) {
                return false
            }
        default: break
        }
        if beside.contains(where: { $0.type == "CNAME" }) { return false }
        func below(_ one: String, _ other: String) -> Bool { one.hasSuffix("." + other) }
        return !records.contains { other in
            other.type == "DNAME" && below(record.owner, other.owner)
                || record.type == "DNAME" && below(other.owner, record.owner)
        }
    }

    func questions(_ count: Int, _ random: inout SeededRandom) -> [DNSQuestion] {
        let types = ["A", "AAAA", "NS", "SOA", "TXT", "CNAME", "DNAME", "DS"]
        return (0..<count).map { _ in
            let own = records[Int.random(in: 0..<records.count, using: &random)].owner
            let name = Bool.random(using: &random) ? own : name(0...4, &random)
            return DNSQuestion(name, types[Int.random(in: 0..<types.count, using: &random)])
        }
    }
}
