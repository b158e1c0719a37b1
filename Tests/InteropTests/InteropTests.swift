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
            let ours = field.lines.suffix(12).joined(separator: "\n")
            Issue.record("\(error)\n\(field.router.output.suffix(3000))\n\(ours)")
        }
        #expect(exchange.report.failures.isEmpty)
        for topic in Topic.allCases { print("INTEROP", make, topic.rawValue, exchange.report.findings[topic].map { "\($0)" } ?? "-") }
        await field.stop()
    }
}
