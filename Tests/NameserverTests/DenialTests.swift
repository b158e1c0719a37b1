import DNS
import Nameserver
import Net
import Peers
import Testing

/// A zone with one of everything that decides what a denial looks like, signed by other people's programs. What is there
/// and what isn't is held against NSD and Knot, and validated by delv and Unbound.
@Suite("Signed zones", .enabled(if: Signed.lack == nil, "\(Signed.lack ?? "")"))
struct DenialTests {
    @Test("answers are those of NSD or Knot, RRset by RRset", arguments: SignedZone.Denial.allCases)
    func equal(_ denial: SignedZone.Denial) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let zone = try await Signed.zone(denial, in: sandbox)
        let trio = try await Trio([(name: Signed.origin, file: zone.file)], in: sandbox)
        for dnssec in [true, false] {
            let tally = try trio.compare(Signed.questions, DNSQuestion.Options(dnssec: dnssec), tcp: true)
            #expect(tally.alone.isEmpty && tally.count > 500, "\(tally.alone.count) of \(tally.count)")
            for one in tally.alone.prefix(5) { Issue.record("\(denial): \(one)") }
        }
        await trio.stop()
    }

    @Test(
        "delv validates every answer and every denial",
        .enabled(if: Program.lack("delv") == nil, "\(Program.lack("delv") ?? "")"),
        arguments: SignedZone.Denial.allCases)
    func delv(_ denial: SignedZone.Denial) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let zone = try await Signed.zone(denial, in: sandbox)
        let fixture = try Fixture(zones: Zones([try Zone.parse(readBytes(zone.file) ?? [], path: zone.file)]))
        defer { fixture.server.stop() }
        for (question, kind) in Signed.judged {
            let delv = try await Delv.ask(
                question, at: "127.0.0.1", port: fixture.endpoint.port, trusting: zone, origin: Signed.origin,
                in: sandbox)
            #expect(kind.agrees(with: delv.verdicts, denial), "\(denial) \(question): \(delv.text)")
        }
    }

    @Test(
        "Unbound finds nothing bogus",
        .enabled(if: Program.lack("unbound", "dig") == nil, "\(Program.lack("unbound", "dig") ?? "")"),
        arguments: SignedZone.Denial.allCases)
    func unbound(_ denial: SignedZone.Denial) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let zone = try await Signed.zone(denial, in: sandbox)
        let fixture = try Fixture(zones: Zones([try Zone.parse(readBytes(zone.file) ?? [], path: zone.file)]))
        defer { fixture.server.stop() }
        let address = Fixture.unusedAddress()
        let unbound = try await Unbound(
            in: sandbox, address: address, port: 5300, zone: zone, origin: Signed.origin,
            server: fixture.endpoint.port)
        let questions = Signed.resolvable
        let replies = try await Dig.askAll(
            questions.map(\.description), at: address, port: 5300, in: sandbox, ["+dnssec"])
        for (question, reply) in zip(questions, replies) {
            let isFound = reply.status == "NOERROR" || reply.status == "NXDOMAIN"
            // Where unsigned delegations are left out, a denial is no proof, nor is what leans on one.
            let isProven = reply.flags.contains("ad") || denial == .optOut
            #expect(isFound && isProven, "\(denial) \(question): \(reply.text)")
        }
        #expect(replies.count { $0.flags.contains("ad") } > 100)
        await unbound.stop()
    }
}

private enum Signed {
    static let lack = Program.lack("nsd", "knotd", "ldns-signzone", "ldns-keygen", "dnssec-signzone", "dnssec-keygen")
    static let origin = "example."

    static func zone(_ denial: SignedZone.Denial, in sandbox: Sandbox) async throws -> SignedZone {
        let path = Repository.root + "/Tests/NameserverTests/Vectors/denials.zone"
        return try await SignedZone(path, origin: origin, denial, in: sandbox)
    }

    /// Names of the zone, and those beside, between and below them that don't exist.
    private static let inside = [
        "", "ns1", "mail", "www", "alias", "loose", "outside", "to-wild", "to-walias", "to-nodata", "empty", "b.empty",
        "a.b.empty", "wild", "*.wild", "there.wild", "y.wild", "x.y.wild", "walias", "*.walias", "*.wloose", "*.wchain",
        "ent", "below.ent", "dname", "target", "host.target", "out-dname", "to-dname", "srv", "zz",
        "a", "nowhere", "zzz", "below.www", "x.y.www", "x.empty", "x.b.empty", "x.a.b.empty", "any.wild",
        "a.b.any.wild",
        "*.any.wild", "x.there.wild", "z.y.wild", "any.walias", "x.any.walias", "any.wloose", "any.wchain", "x.ent",
        "host.dname", "absent.dname", "a.host.dname", "x.out-dname", "x.target", "*", "*.*", "*.www", "x.*.wild",
    ]

    private static let cuts = ["insecure", "bare", "sibling", "secure", "deleg.below.ent"]

    private static let below = [
        "ns.insecure", "x.insecure", "a.b.insecure", "x.bare", "x.sibling", "ns.secure", "x.secure", "*.secure",
        "x.deleg.below.ent", "to-sub",
    ]

    private static let types = [
        "A", "AAAA", "NS", "SOA", "DS", "DNSKEY", "TXT", "MX", "CNAME", "DNAME", "SRV", "HTTPS", "NSEC3PARAM",
        "TYPE65280",
    ]

    private static func full(_ name: String) -> String { name.isEmpty ? origin : "\(name).\(origin)" }

    static let questions: [DNSQuestion] = (inside + cuts + below).flatMap { name in
        types.map { DNSQuestion(full(name), $0) }
    }

    /// The last is one that Unbound takes for the wildcard itself, and finds bogus from any server.
    private static let beyond = ["outside", "out-dname", "x.out-dname", "*.any.wild"]

    /// What leads to no server outside of the zone.
    static let resolvable: [DNSQuestion] =
        inside.filter { !beyond.contains($0) }.flatMap { name in
            ["A", "MX", "TXT", "DNSKEY", "TYPE65280"].map { DNSQuestion(full(name), $0) }
        } + cuts.map { DNSQuestion(full($0), "DS") }

    enum Kind {
        case answer
        /// An answer from a wildcard, which is proven by the denial of nearer names: no proof where the NSEC3 that denies
        /// them may leave names out (RFC 5155 §9.2).
        case expanded
        case denial

        func agrees(with verdicts: Set<Delv.Verdict>, _ denial: SignedZone.Denial) -> Bool {
            switch self {
            case .answer: verdicts == [.validated]
            case .expanded where denial == .optOut: verdicts.contains(.unsigned)
            case .expanded: verdicts == [.validated]
            case .denial: verdicts == [.deniedValidated]
            }
        }
    }

    /// One question for each way of answering.
    static let judged: [(DNSQuestion, Kind)] = [
        ("", "SOA", Kind.answer), ("", "DNSKEY", .answer), ("www", "A", .answer), ("alias", "A", .answer),
        ("*.wild", "A", .answer), ("host.dname", "A", .answer), ("to-dname", "A", .answer), ("secure", "DS", .answer),
        ("any.wild", "A", .expanded), ("a.b.any.wild", "TXT", .expanded), ("to-wild", "A", .expanded),
        ("*.any.wild", "A", .expanded), ("any.walias", "A", .expanded), ("to-walias", "TXT", .expanded),
        ("any.wchain", "A", .expanded),
        ("nowhere", "A", .denial), ("x.y.www", "A", .denial), ("zzz", "A", .denial), ("a", "A", .denial),
        ("x.b.empty", "A", .denial), ("x.there.wild", "A", .denial), ("z.y.wild", "A", .denial), ("*", "A", .denial),
        ("", "AAAA", .denial), ("www", "AAAA", .denial), ("b.empty", "A", .denial), ("y.wild", "A", .denial),
        ("wild", "A", .denial), ("any.wild", "AAAA", .denial), ("below.ent", "A", .denial), ("mail", "TXT", .denial),
        ("www", "DS", .denial), ("insecure", "DS", .denial), ("deleg.below.ent", "DS", .denial),
    ].map { (DNSQuestion(full($0), $1), $2) }
}
