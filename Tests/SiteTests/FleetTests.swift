import Glibc
import Peers
import Testing

/// Drains that look at other hosts first, or are done at several.
@Suite("Two sites", .serialized, .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct FleetTests {
    @Test(
        "rule 13: a site is drained when another is confirmed as announcing; the last one isn't; who wasn't reached is named"
    )
    func site() async throws {
        let sites = try await TwoSites()
        let birds = (try await sites.fra.startBIRD(), try await sites.sin.startBIRD())
        let agents = (try sites.fra.startAgent(sites.file), try sites.sin.startAgent(sites.file))
        try await sites.announced(at: birds.0)
        try await sites.announced(at: birds.1)

        let fra = try await sites.landfall("drain", "--site", "fra", "--via", sites.via, sites.file)
        #expect(fra.status == 0 && fra.output.contains("Confirmed as announcing: sin1 (sin)"), "\(fra.output)")
        #expect(fra.output.contains("Not confirmed: sin2 (sin): ssh: connect to host sin2 port 22"), "\(fra.output)")
        #expect(fra.output.contains("fra1 (fra): withdrawn"), "\(fra.output)")
        try await sites.withdrawn(at: birds.0)

        let last = try await sites.landfall("drain", "--site", "sin", "--via", sites.via, sites.file)
        #expect(last.status == 1 && last.output.contains("nobody else is confirmed"), "\(last.output)")
        #expect(last.output.contains("fra1 (fra): does not announce 203.0.113.0/24"), "\(last.output)")
        #expect(try await birds.1.route(to: "203.0.113.0/24")?.path == [65000])

        #expect(try await sites.landfall("undrain", "--site", "fra", "--via", sites.via, sites.file).status == 0)
        try await sites.announced(at: birds.0)
        let sin = try await sites.landfall("drain", "--site", "sin", "--via", sites.via, sites.file, "--json")
        #expect(sin.status == 1 && sin.output.contains("not reached, and as it was: sin2"), "\(sin.output)")
        #expect(sin.output.contains("\"state\" : \"withdrawn\"") && sin.output.contains("\"state\" : \"unreached\""))
        try await sites.withdrawn(at: birds.1)

        let again = try await sites.landfall("drain", "--site", "sin", "--via", sites.via, sites.file)
        #expect(again.status == 1 && again.output.contains("sin1 (sin): withdrawn"), "\(again.output)")
        let back = try await sites.landfall("undrain", "--site", "sin", "--via", sites.via, sites.file)
        #expect(back.status == 1 && back.output.contains("sin1 (sin): end of the drain"), "\(back.output)")
        await agents.0.stop()
        await agents.1.stop()
    }

    @Test("rule 13: one host asks the others of the file that its agent runs with, within a bound, however they hang")
    func host() async throws {
        let sites = try await TwoSites()
        let birds = (try await sites.fra.startBIRD(), try await sites.sin.startBIRD())
        let agents = (try sites.fra.startAgent(sites.file), try sites.sin.startAgent(sites.file))
        try await sites.announced(at: birds.0)
        try await sites.announced(at: birds.1)
        try writeFile(sites.fra.host.folder + "/hang", "")
        let dry = try await sites.landfall(
            "drain", "--host", "--via", sites.via, "--dry-run", "--socket", sites.fra.socket)
        #expect(dry.status == 0 && dry.output.contains("Confirmed as announcing: sin1 (sin)"), "\(dry.output)")
        #expect(dry.output.contains("sin2 (sin): no answer within 10 s"), "\(dry.output)")
        unlink(sites.fra.host.folder + "/hang")
        agents.1.signal(SIGSTOP)
        let alone = try await sites.landfall(
            "drain", "--host", "--via", sites.via, "--socket", sites.fra.socket)
        agents.1.signal(SIGCONT)
        #expect(alone.status == 1 && alone.output.contains("sin1 (sin): landfall: status:"), "\(alone.output)")
        #expect(try await birds.0.route(to: "203.0.113.0/24")?.path == [65000])
        await agents.0.stop()
        await agents.1.stop()
    }

    @Test("rule 13: two operators who drain two sites at the same moment don't take the prefix away everywhere")
    func twoOperators() async throws {
        let sites = try await TwoSites()
        let birds = (try await sites.fra.startBIRD(), try await sites.sin.startBIRD())
        let agents = (try sites.fra.startAgent(sites.file), try sites.sin.startAgent(sites.file))
        try await sites.announced(at: birds.0)
        try await sites.announced(at: birds.1)
        // Each has the other's answer before either hears it and begins.
        let folder = sites.fra.host.folder
        try writeFile(
            folder + "/slow",
            """
            me=$1; shift; sh \(folder)/via "$@"; code=$?
            case "$me $1 $3" in
            "fra sin1 status"|"sin fra1 status")
                : >\(folder)/asked.$me
                for i in $(seq 80); do [ -e \(folder)/asked.fra ] && [ -e \(folder)/asked.sin ] && break; sleep 0.1; done ;;
            esac; exit $code
            """)
        func words(_ me: String) -> [String] {
            ["--wait", "4s", "--via", "sh \(folder)/slow \(me) {host}", sites.file]
        }
        let wordsAtFra = ["drain", "--site", "fra"] + words("fra")
        let wordsAtSin = ["drain", "--host", "--socket", sites.sin.socket] + words("sin")
        async let one = sites.fra.host.run(Landfall.path, wordsAtFra)
        async let two = sites.fra.host.run(Landfall.path, wordsAtSin)
        let (fra, sin) = (try await one, try await two)
        #expect(fra.status == 1 || sin.status == 1, "\(fra.output)\n\(sin.output)")
        #expect((fra.output + sin.output).contains("it was taken back"), "\(fra.output)\n\(sin.output)")
        let left = [
            try await birds.0.route(to: "203.0.113.0/24"), try await birds.1.route(to: "203.0.113.0/24"),
        ]
        #expect(left.contains { $0 != nil }, "\(fra.output)\n\(sin.output)")
        await agents.0.stop()
        await agents.1.stop()
    }

    @Test("what is wrong with --via or --site is said before anything is done")
    func usage() async throws {
        let sites = try await TwoSites()
        let cases: [([String], String)] = [
            (["--site", "fra"], "--site needs --via"),
            (["--site", "fra", "--via", "ssh x", sites.file], "it should hold {host} or {address}"),
            (["--site", "frx", "--via", "ssh {host}", sites.file], "the file has fra, sin"),
            (["--site", "fra", "--host"], "say what: one of"),
            (
                ["--site", "fra", "--confirmed", "fra", "--via", "ssh {host}", sites.file],
                "that is the site to be drained"
            ),
            (["--site", "fra", "--via", "ssh {host}", "/nowhere.yaml"], "No such file"),
        ]
        for (words, message) in cases {
            let (code, text) = try await sites.fra.host.run(Landfall.path, ["drain"] + words)
            #expect(code == 2 && text.contains(message), "\(words): \(text)")
        }
        let (code, text) = try await sites.landfall(
            "drain", "--site", "fra", "--via", "echo {host} >&2; false", sites.file)
        #expect(code == 1 && text.contains("no host of the site was reached; nothing was done"), "\(text)")
    }
}
