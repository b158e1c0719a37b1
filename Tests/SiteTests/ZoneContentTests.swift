import FoundationEssentials
import Glibc
import Peers
import Testing

/// What zones are made of, and what agents say about their content.
@Suite(
    "The content of zones", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct ZoneContentTests {
    private static let outer = """
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns hostmaster 7 3600 600 86400 60
             NS  ns
        ns   A   203.0.113.53
        $INCLUDE hosts/web.inc
        """

    private func rig(_ options: Rig.Options) async throws -> Rig {
        let rig = try await Rig(options)
        mkdir(rig.host.folder + "/hosts", 0o755)
        return rig
    }

    @Test("an included file is part of the zone: served, watched, refused with its line, kept, and gone back to")
    func included() async throws {
        var options = Rig.Options()
        options.zone = Self.outer
        let rig = try await rig(options)
        let web = rig.host.folder + "/hosts/web.inc"
        try writeFile(web, "www A 192.0.2.80\n")
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        func answer() async throws -> String {
            try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router).answer.first ?? ""
        }
        #expect(try await answer().hasSuffix("192.0.2.80"))

        try writeFile(web, "www A 192.0.2\n")
        let refused = try await rig.landfall("reload")
        #expect(refused.status == 2, "\(refused.output)")
        #expect(refused.output.contains("hosts/web.inc:1:7: A: '192.0.2' where an IPv4 address should be"))
        #expect(try await answer().hasSuffix("192.0.2.80"), "the old one stays")

        try writeFile(web, "www A 192.0.2.81\n")
        try await eventually("the difference on the disk is seen") {
            try await rig.status().contains("\"onDisk\":\"differs\"")
        }
        let reloaded = try await rig.landfall("reload")
        #expect(reloaded.status == 0 && reloaded.output.contains("~ zone "), "\(reloaded.output)")
        try await eventually("the new file is served") { try await answer().hasSuffix("192.0.2.81") }

        unlink(web)
        let before = try await rig.service()
        kill(before, SIGKILL)
        try await eventually("another process serves, without a file of the disk") {
            let now = try await rig.service()
            guard now != before else { return false }
            return try await answer().hasSuffix("192.0.2.81")
        }
        let missing = try await rig.landfall("reload")
        #expect(missing.status == 2 && missing.output.contains("hosts/web.inc' can't be included"), "\(missing.output)")
        #expect(try await rig.landfall("rollback").status == 0)
        try await eventually("what was included before is served") { try await answer().hasSuffix("192.0.2.80") }
        await agent.stop()
    }

    @Test("signatures that end soon are an alarm, those that have ended a critical one, and nothing is withdrawn")
    func signatures() async throws {
        func zone(ends: Date) -> String {
            let text = ends.formatted(Date.ISO8601FormatStyle()).filter(\.isNumber)
            return Rig.zone + "\nwww RRSIG A 13 3 300 \(text) 20260101000000 1 example.org. AAAA\n"
        }
        var options = Rig.Options()
        options.zone = zone(ends: Date(timeIntervalSinceNow: 86400 * 30))
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        #expect(!rig.hasRaised("LF-A701"))
        for (seconds, word) in [(86400.0, "ends at"), (-86400, "has ended at")] {
            try writeFile(rig.host.folder + "/example.org.zone", zone(ends: Date(timeIntervalSinceNow: seconds)))
            #expect(try await rig.landfall("reload").status == 0)
            try await eventually("the alarm says so") {
                try await rig.alarms().contains {
                    $0.hasPrefix("example.org.: the signature of www.example.org. A \(word) ") && !$0.contains(".000")
                }
            }
        }
        #expect(rig.hasRaised("LF-A701") && !rig.has("withdrawn"))
        #expect(try await rig.routes(at: bird) == 2)
        try writeFile(rig.host.folder + "/example.org.zone", zone(ends: Date(timeIntervalSinceNow: 86400 * 30)))
        #expect(try await rig.landfall("reload").status == 0)
        try await rig.hasNoAlarm()
        await agent.stop()
    }

    @Test(
        "two hosts with other zones are an alarm at both, by serial or by content; one silent address doesn't hide it")
    func sameData() async throws {
        var options = Rig.Options()
        options.hasTwoSites = true
        options.serve = "serve: {dns: {zones: [example.org.zone], same-data: {every: 1s, after: 1s}}}"
        let rig = try await Rig(options)
        // The other host is where a router would be, whose port it needs: there is no BGP.
        try await rig.router.ip("address add 192.0.2.3/24 dev down")
        try await rig.router.ip("address add 2001:db8:f::3/64 dev down")
        let folder = rig.router.folder
        chmod(folder, 0o777)
        try writeFile(folder + "/landfall.yaml", readFile(rig.file) ?? "")
        try writeFile(folder + "/example.org.zone", Rig.zone)
        let agent = try rig.startAgent()
        let other = try rig.router.start(
            Landfall.path,
            [
                "run", folder + "/landfall.yaml", "--site", "ams", "--socket", folder + "/control", "--state",
                folder + "/state", "--events", folder + "/events",
            ])
        try await rig.answers()
        func says(_ text: String) async throws -> Bool { try await rig.alarms().contains { $0.contains(text) } }

        let question = "example.org.zone-hash.landfall CH TXT"
        var told = ""
        try await eventually("the other host tells its zone") {
            told = try await Dig.ask(question, at: "192.0.2.3", in: rig.host).answer.first ?? ""
            return told.contains("\"7 ")
        }
        #expect(try await Dig.ask(question, at: "192.0.2.2", in: rig.router).answer.first == told)
        #expect(
            try await Dig.ask("example.com.zone-hash.landfall CH TXT", at: "192.0.2.2", in: rig.router).status
                == "REFUSED")

        func change(_ change: (String) -> String) async throws {
            try writeFile(folder + "/example.org.zone", change(Rig.zone))
            let done = try await rig.router.run(Landfall.path, ["reload", "--socket", folder + "/control"])
            #expect(done.status == 0, "\(done.output)")
        }
        try await change { $0.replacing("hostmaster 7", with: "hostmaster 8") }
        try await eventually("another serial") { try await says("example.org.: serial 7 here, 8 at ams1") }
        try await eventually("and at the other one") {
            (readFile(folder + "/events") ?? "").contains("serial 8 here, 7 at fra1")
        }
        try await change { $0.replacing("192.0.2.80", with: "192.0.2.81") }
        try await eventually("other content") {
            try await says("example.org.: ams1 has other records with the same serial 7")
        }
        try await change { "; a comment\n" + $0 }
        try await eventually("the same again") { try await !says("example.org.:") }
        try await change { $0.replacing("hostmaster 7", with: "hostmaster 9") }
        try await eventually("another serial") { try await says("9 at ams1") }

        // What goes to its first address is swallowed.
        try await rig.host.ip("neighbor replace 192.0.2.3 lladdr 02:00:00:00:00:99 nud permanent dev up")
        try await change { $0.replacing("hostmaster 7", with: "hostmaster 10") }
        try await eventually("its second address tells", within: .seconds(30)) { try await says("10 at ams1") }
        await other.stop()
        try await eventually("nobody says that it differs") { try await !says("at ams1") }
        #expect(rig.hasRaised("LF-A702") && !rig.has("withdrawn"))
        await agent.stop()
    }
}
