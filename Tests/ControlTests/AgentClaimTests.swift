import Control
import Testing

@Suite("An agent's claim")
struct AgentClaimTests {
    @Test("has a name that fits a Unix socket, cut between characters")
    func name() {
        #expect(AgentClaim.name(network: "n", site: "fra", host: "fra1") == "@landfall/n/fra/fra1")
        let long = AgentClaim.name(network: "n", site: "fra", host: String(repeating: "x", count: 200))
        #expect(long.utf8.count == 100)
        let wide = AgentClaim.name(network: "n", site: "fra", host: String(repeating: "€", count: 200))
        #expect((98...100).contains(wide.utf8.count) && wide.hasSuffix("€") && !wide.contains("\u{fffd}"))
    }

    @Test("counts when root has it, or one of the users whose agent it may be, and never when nobody knows who")
    func holders() {
        #expect(AgentClaim.counts(0, for: []) && AgentClaim.counts(7, for: [6, 7]))
        #expect(!AgentClaim.counts(8, for: [6, 7]) && !AgentClaim.counts(nil, for: [0, 7]))
    }
}
