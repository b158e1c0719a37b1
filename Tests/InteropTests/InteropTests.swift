import Glibc
import Interop
import Peers
import Testing

private let lack: String? =
    Sandbox.lack
    ?? (getenv("LANDFALL_ISOLATED").map { String(cString: $0) } == "yes"
        ? nil : "needs a network namespace of its own: scripts/isolate makes one")

/// Our speaker and routers that we didn't write, with all that both of each pair know. What a router lacks stands in no
/// list: it comes from its OPEN, its parser's refusal, or what it does.
@Suite("Sessions with other people's routers", .enabled(if: lack == nil, "\(lack ?? "")"))
struct InteropTests {
    @Test(
        "over IPv4 and IPv6, whoever connects: routes with all that they carry, withdrawals, refreshes and farewells",
        arguments: Make.allCases)
    func exchange(make: Make) async throws {
        if let lack = make.lack { try Test.cancel("\(lack)") }
        let field = try await Field(make)
        var exchange = Exchange(field)
        do { try await exchange.run() } catch {
            Issue.record("\(error)\n\(field.router.output.suffix(2000))\n\(field.lines.suffix(8))")
        }
        let report = exchange.report
        #expect(report.failures.isEmpty)
        // Whatever else a router of our days may lack.
        for topic in [Topic.ipv4, .ipv6, .fourByteASN, .communities, .largeCommunities, .extendedCommunities] {
            #expect(report.findings[topic]?.isBoth == true, "\(topic.rawValue): \(report.findings)")
        }
        #expect(report.findings.count == Topic.allCases.count)
        await field.stop()
    }
}
