import DNS
import Nameserver
import Net
import Peers
import Testing

/// A file with every common type, read by us and by others: what is on the wire must be the same.
@Suite("Types of records")
struct TypesTests {
    private static let path = Repository.root + "/Tests/NameserverTests/Vectors/types.zone"
    private static let origin = "example."

    @Test(
        "are served as dnspython reads them in the same file",
        .enabled(if: DNSPython.lack == nil, "\(DNSPython.lack ?? "")"))
    func dnspython() async throws {
        let fixture = try Fixture(zones: Zones([try Zone.parse(readBytes(Self.path) ?? [], path: Self.path)]))
        defer { fixture.server.stop() }
        let findings = try await DNSPython.compare(
            Self.path, origin: Self.origin, at: "127.0.0.1", port: fixture.endpoint.port,
            in: try await Sandbox(fresh: false))
        #expect(findings.equal > 40 && findings.differences.isEmpty, "\(findings.differences.joined(separator: "\n"))")
    }

    @Test(
        "are served as NSD and Knot serve them",
        .enabled(if: Program.lack("nsd", "knotd") == nil, "\(Program.lack("nsd", "knotd") ?? "")"))
    func nameservers() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let lines = try #require(readFile(Self.path)).split(separator: "\n")
        // NSD 4.6 and Knot 3.2 don't read HIP.
        let known = lines.filter { !$0.contains(" HIP ") }
        let others = sandbox.folder + "/types.zone"
        try writeFile(others, known.joined(separator: "\n") + "\n")
        let trio = try await Trio(
            [(name: Self.origin, file: Self.path)], others: [(name: Self.origin, file: others)], in: sandbox)
        let owners = Set(known.map { $0.prefix { $0 != " " } }.filter { !$0.hasPrefix("$") && !$0.hasPrefix(";") })
        let questions = owners.sorted().flatMap { owner in
            (UInt16(1)...110).filter { $0 != 41 }.map { DNSQuestion("\(owner == "@" ? "" : owner + ".")example.", $0) }
        }
        let tally = try trio.compare(questions, DNSQuestion.Options(dnssec: false), tcp: true, bare: true)
        #expect(tally.alone.isEmpty && tally.all > 4000, "\(tally.alone.prefix(5).joined(separator: "\n"))")
        await trio.stop()
    }
}
