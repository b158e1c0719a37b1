import DNS
import Nameserver
import Net
import Peers
import Testing

@Suite(
    "Clients that others wrote",
    .enabled(if: Program.lack("dig", "kdig") == nil, "\(Program.lack("dig", "kdig") ?? "")"))
struct DigTests {
    private func ask(
        _ program: String, _ fixture: Fixture, _ question: String, _ options: [String] = []
    ) async throws -> Dig {
        let sandbox = try await Sandbox(fresh: false)
        return try await Dig.ask(
            question, at: "127.0.0.1", port: Int(fixture.endpoint.port), in: sandbox, with: program, options)
    }

    @Test(
        "dig and kdig get an answer with authority and the site's name, over UDP and TCP",
        arguments: ["dig", "kdig"], ["+notcp", "+tcp"])
    func answer(_ program: String, _ transport: String) async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let dig = try await ask(program, fixture, "www.example.org A", ["+nsid", "+norecurse", transport])
        #expect(dig.status == "NOERROR" && dig.flags.contains("aa"), "\(dig.text)")
        #expect(dig.answer == ["www.example.org. 3600 IN A 192.0.2.80", "www.example.org. 3600 IN A 192.0.2.81"])
        #expect(dig.nsid == "fra-1", "\(dig.text)")
        #expect(!dig.text.lowercased().contains("warning"), "\(dig.text)")
    }

    @Test("dig and kdig see a denial, a referral and an alias", arguments: ["dig", "kdig"])
    func others(_ program: String) async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let denial = try await ask(program, fixture, "nowhere.example.org A")
        #expect(denial.status == "NXDOMAIN" && denial.authority.count == 1, "\(denial.text)")
        let referral = try await ask(program, fixture, "www.child.example.org A", ["+norec"])
        #expect(referral.authority.count == 3 && !referral.flags.contains("aa"), "\(referral.text)")
        let alias = try await ask(program, fixture, "chain.example.org A")
        #expect(alias.answer.count == 5, "\(alias.text)")
    }

    @Test("dig and kdig ask for the server's names", arguments: ["dig", "kdig"])
    func identity(_ program: String) async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        for name in ["id.server", "hostname.bind"] {
            let dig = try await ask(program, fixture, "\(name) CH TXT")
            #expect(dig.answer.first?.hasSuffix("CH TXT \"fra-1\"") == true, "\(dig.text)")
        }
    }

    @Test("dig falls back to TCP when an answer is truncated")
    func fallback() async throws {
        let text = (0..<20).map { "big TXT \"\($0) \(String(repeating: "x", count: 90))\"\n" }.joined()
        let zone = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n" + text
        let fixture = try Fixture(zones: Zones([try Zone.parse([UInt8](zone.utf8), path: "big.zone")]))
        defer { fixture.server.stop() }
        let dig = try await ask("dig", fixture, "big.example.org TXT")
        #expect(dig.answer.count == 20, "\(dig.text)")
        #expect(eventually { fixture.server.counters.truncated == 1 && fixture.server.counters.tcp.answers == 1 })
    }
}
