import Glibc
import Peers
import Testing

/// What an agent makes of a table of displaced load that appears, is of use, and grows old.
@Suite("Displaced load", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct DisplacedTests {
    private func table(made: String = "2100-01-01T00:00:00Z") -> String {
        """
        displaced-load: 1
        network: test
        prefix: 203.0.113.0/24
        made: \(made)
        basis: "scenario, uncalibrated"
        sites:
          fra:
            load: 700
            capacity: 1000
            withdrawn: {lost: 20, to: {ams: {load: 300, added: 680, most: 700}}}
            degraded: {lost: 0, to: {ams: {load: 300, added: 400}}}
            neighbors: {r4: {asn: 64500, withdrawn: {lost: 0, to: {ams: {load: 300, added: 500}}}}}
          ams:
            load: 300
            capacity: 900
            withdrawn: {lost: 0, to: {fra: {load: 700, added: 300}}}
            degraded: {lost: 0}
            neighbors: {r4: {asn: 64500}}

        """
    }

    private func drain(_ rig: Rig, _ words: String...) async throws -> String {
        let words = ["drain"] + words + ["--dry-run", "--force", "--socket", rig.control]
        return try await rig.host.run(Landfall.path, words).output
    }

    @Test("rule 13: a drain says what moves where by the table, and why it can't while there is none of use")
    func says() async throws {
        var options = Rig.Options()
        (options.hasTwoSites, options.announce) = (true, ", displaced-load: {file: moves.yaml}")
        let rig = try await Rig(options)
        let path = rig.host.folder + "/moves.yaml"
        let agent = try rig.startAgent()
        try await eventually("the table is missed") { rig.hasRaised("LF-A606") }
        #expect(try await drain(rig, "--host").contains("What moves where isn't known: \(path): No such file"))

        try writeFile(path, table(made: now()))
        try await eventually("the table is read") {
            try await drain(rig, "--host").contains("to ams  +680  to 700  queries/s  then 980 of 900: overloaded")
        }
        let said = try await drain(rig, "--host")
        #expect(said.contains("(scenario, uncalibrated)") && said.contains("20 queries/s have no other way"), "\(said)")
        #expect(try await drain(rig, "--neighbor", "r4").contains("to ams  +500"))
        #expect(try await drain(rig, "--neighbor", "r6").contains("doesn't have the neighbor r6"))
        #expect(try await drain(rig, "--service", "dns").contains("about all services of a site together"))
        #expect(try await drain(rig, "--host", "--json").replacing(" ", with: "").contains("\"added\":680"))
        #expect(try await rig.alarms().allSatisfy { !$0.contains("moves.yaml") })

        try writeFile(path + ".new", table())
        #expect(rename(path + ".new", path) == 0)
        try await eventually("a table from the future isn't used") {
            try await rig.alarms().contains { $0.contains("made at 2100-01-01T00:00:00Z, which is yet to come") }
        }
        try writeFile(path, table().replacing("displaced-load: 1", with: "displaced-load: 7"))
        try await eventually("nor one with errors") {
            try await rig.alarms().contains { $0.contains("moves.yaml:1:17: displaced-load: version 7") }
        }
        await agent.stop()
    }

    private func now() -> String {
        var (time, parts) = (Glibc.time(nil), tm())
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
