import Glibc
import Peers
import Testing

/// Every example of `landfall VERB --help`, typed as it stands, where somebody would type it.
@Suite(
    "The examples of --help",
    .enabled(if: Landfall.lack("bird", "jq") == nil, "\(Landfall.lack("bird", "jq") ?? "")"))
struct HelpExamplesTests {
    /// What a line ends with, and something that it prints. Lines are typed in this order, at one desk.
    private struct Line {
        var text: String
        var exit: Int32
        /// Until somebody has seen enough.
        var goesOn: Bool
        var prints: String

        init(_ text: String, _ exit: Int32 = 0, goesOn: Bool = false, prints: String = "") {
            (self.text, self.exit, self.goesOn, self.prints) = (text, exit, goesOn, prints)
        }
    }

    /// Beside the agent of fra, which announces, as that of sin does.
    private static let beside = [
        Line("landfall help check", prints: "Usage: landfall check FILE"),
        Line("landfall check landfall.yaml", prints: "What may happen"),
        Line("landfall check landfall.yaml --strict && git push", 1, prints: "LF-L"),
        Line("landfall check landfall.yaml --json | jq '.findings[].code'", prints: "\"LF-L"),
        Line("landfall diff landfall.yaml --site fra --site gru", 1, prints: "med"),
        Line("landfall diff landfall.yaml --site fra --site gru --json | jq '.differences[].text'", 1, prints: "med"),
        Line("landfall doctor landfall.yaml", prints: "neighbor"),
        Line("landfall doctor landfall.yaml --site fra --host fra1 --strict", 1, prints: "LF-D"),
        Line("landfall doctor landfall.yaml --site fra --json | jq '.findings[]'", prints: "LF-D"),
        Line("landfall handoff landfall.yaml --site fra --for junos", prints: "policy-statement landfall-fra-ipv4"),
        Line("landfall handoff landfall.yaml --site fra --for bird --only router", prints: "protocol bgp landfall_"),
        Line("landfall handoff landfall.yaml --site fra --only roas", prints: "\"maxLength\" : 24"),
        Line("landfall status", prints: "203.0.113.0/24"),
        Line("landfall status --check", prints: "LANDFALL OK"),
        Line("landfall status --watch", goesOn: true, prints: "landfall.status/2"),
        Line("landfall status --json | jq '.prefixes[] | select(.state != \"announced\")'"),
        Line("landfall check-now", prints: "healthy"),
        Line("landfall check-now exec --address 203.0.113.53", prints: "healthy"),
        Line("landfall drain --host --dry-run", 1, prints: "nobody else is confirmed"),
        Line("landfall drain --neighbor transit-a", 1, prints: "nobody else is confirmed"),
        Line("landfall drain --host --via 'ssh {host}' --for 30m", prints: "Confirmed as announcing: sin1"),
        Line("landfall undo --dry-run", prints: "drain"),
        Line("landfall undo", prints: "drain"),
        Line("landfall drain --site fra --via 'ssh {host}' landfall.yaml", prints: "fra1 (fra): withdrawn"),
        Line("landfall undrain --site fra --via 'ssh {host}' landfall.yaml", prints: "end of the drain"),
        Line("landfall drain --host --via 'ssh {host}' --for 30m"),
        Line("landfall undrain --host", prints: "end"),
        Line("landfall undo 7", 2, prints: "there is no act 7"),
        Line("landfall history", prints: "undone by"),
        Line("landfall history --json | jq '.acts[] | select(.standing == \"in-effect\")'"),
        Line("landfall events", prints: "withdrawn"),
        Line("landfall events --since 30m --code withdrawn --code verdict", prints: "verdict"),
        Line("landfall events --follow --json | jq -r .reason", 130, goesOn: true, prints: "drain"),
        Line("landfall explain LF-A401", prints: "prefix-withdrawn"),
        Line("landfall explain withdrawn", prints: "LF-E"),
        Line("landfall explain 17", prints: "17"),
        Line("landfall explain", prints: "LF-A401"),
        Line("landfall explain 203.0.113.0/24", prints: "203.0.113.0/24"),
        Line("landfall explain 203.0.113.53", prints: "203.0.113.0/24"),
        Line("landfall neighbors", prints: "Established"),
        Line("landfall neighbors transit-a", prints: "Established for"),
        Line("landfall neighbors --json | jq -r '.neighbors[] | select(.state != \"Established\") | .name'"),
        Line("landfall dns stats", prints: "NOERROR"),
        Line("landfall dns stats --rssac002", 1, prints: "no day is over"),
        Line("landfall dns zones --json | jq -r '.zones[] | [.name, .serial, .hash] | @tsv'", prints: "example.org."),
        Line("landfall dns clients --top 5", prints: "NETWORK"),
        Line("landfall dns clients --csv | tee measured.csv", prints: "prefix,site,weight"),
        Line("landfall dns reload --dry-run", prints: "nothing changes"),
        Line("landfall dns reload", prints: "nothing changes"),
        Line("landfall dns query www.example.org AAAA --dnssec", prints: "NOERROR"),
        Line("landfall reload --dry-run", prints: "hold-down"),
        Line("landfall reload"),
        Line("landfall reload --confirm 5m && landfall status && landfall confirm"),
        Line("landfall confirm", 1),
        Line("landfall rollback --list"),
        Line("landfall rollback --dry-run", prints: "hold-down"),
        Line("landfall rollback 16", 2),
        Line("landfall completion bash | tee landfall.bash", prints: "complete -F _landfall landfall"),
        Line("landfall completion zsh | tee _landfall", prints: "#compdef landfall"),
        Line("landfall completion sites landfall.yaml", prints: "fra"),
        Line("landfall man run | tee landfall-run.1", prints: ".Dt LANDFALL-RUN 1"),
        Line("landfall man --into man"),
    ]

    /// Programs that serve until they are stopped: each at a host of its own.
    private static let lasting = [
        "landfall run landfall.yaml", "landfall run landfall.yaml --site fra",
        "landfall run landfall.yaml --site fra --host fra1",
        "landfall run landfall.yaml --site fra --events - --quiet | jq .", "landfall serve landfall.yaml --site fra",
        "systemd-socket-activate -d -l 127.0.0.1:5353 landfall serve landfall.yaml --site fra",
    ]

    /// Beside a router that announces a prefix of its own, and whose neighbors aren't there.
    private static let besideRouter = [
        Line("landfall routes", prints: "203.0.113.0/24"),
        Line("landfall routes 203.0.113.53", prints: "203.0.113.0/24"),
        Line("landfall routes --filtered transit-a"),
        Line("landfall routes --withheld peer-a --origin 64510"),
        Line("landfall routes --all --json | jq -r 'select(.state == \"lost\") | .step' | sort | uniq -c"),
    ]

    /// Beside an AS graph, and tables of what is asked and seen on it.
    private static let onGraphs = [
        Line("landfall plan examples/three-sites.yaml", prints: "Scenario, uncalibrated"),
        Line(
            "landfall plan landfall.yaml --graph 20240801.as-rel2.txt.bz2 --weights users.csv --load 1.2M",
            prints: "of 1 M"),
        Line(
            "landfall plan landfall.yaml --graph 20240801.as-rel2.txt.bz2 --catchment measured.csv --origins vrps.json",
            prints: "Measured: 1 AS,"),
        Line("landfall plan examples/three-sites.yaml --csv | grep ,sin,", prints: "64502,sin,predicted"),
        Line(
            "landfall plan examples/three-sites.yaml --json | jq '.sites[] | {name, share}'", prints: "\"share\": 0.42"),
        Line("landfall plan examples/three-sites.yaml --load 900k --drain fra", prints: "Draining fra"),
        Line("landfall explain AS65548 examples/three-sites.yaml", prints: "chosen"),
        Line("landfall internet stats 20240801.as-rel2.txt.bz2", prints: "transit links"),
        Line("landfall internet cone 20240801.as-rel2.txt.bz2 --as AS15169", prints: "15169"),
        Line(
            "landfall internet extract 20240801.as-rel2.txt.bz2 --as 64500 --as 3356 --ases 300 | tee part.txt",
            prints: "3356|64500|-1"),
        Line("landfall internet latency rtt.csv.gz --seed 1", prints: "one constant factor"),
        Line("landfall internet generate --ases 5000 --seed 7 | tee internet.txt", prints: "|-1"),
    ]

    private static let routers = [
        "landfall router examples/router.yaml", "landfall router landfall.yaml --name edge1",
        "landfall router landfall.yaml --events - --quiet | jq .",
    ]

    /// These take half a minute and have tests of their own (RehearsalTests).
    private static let rehearsals = [
        "landfall rehearse examples/three-sites.yaml", "landfall rehearse landfall.yaml --json | jq .ok",
        "landfall rehearse landfall.yaml --keep", "landfall rehearse landfall.yaml --mrai 30s",
    ]

    @Test("are all known here")
    func complete() async throws {
        let sandbox = try await Sandbox(fresh: false)
        func help(_ words: String...) async throws -> [String] {
            try await sandbox.run(Landfall.path, words).output.split(separator: "\n").map(String.init)
        }
        var lines: [String] = []
        for verb in try await help("--help") where verb.hasPrefix("  ") {
            let name = String(verb.split(separator: " ")[0])
            let text = try await help(name, "--help")
            let examples = text.drop { $0 != "Examples:" }.dropFirst().filter { !$0.hasPrefix("  #") }
            #expect(!examples.isEmpty, "landfall \(name) --help has no example")
            lines += examples.map { String($0.dropFirst(2)) }
        }
        #expect(lines.count > 30)
        let known = Set(
            (Self.beside + Self.besideRouter + Self.onGraphs).map { $0.text } + Self.lasting + Self.routers
                + Self.rehearsals)
        #expect(Set(lines).subtracting(known) == [])
        #expect(known.subtracting(lines) == [])
    }

    @Test("do what they say, beside an agent that announces")
    func besideAnAgent() async throws {
        let desk = try await Desk()
        for line in Self.beside {
            if line.text == "landfall reload --dry-run" { try desk.edit("hold-down: 300ms", "hold-down: 400ms") }
            let (exit, output) =
                line.goesOn
                ? try await desk.interrupt(line.text) { $0.contains(line.prints) } : try await desk.type(line.text)
            #expect(exit == line.exit && output.contains(line.prints), "\(line.text) exited \(exit): \(output)")
            if line.text.contains("undrain") || line.text == "landfall undo" { try await desk.announcing() }
        }
    }

    @Test("do what they say, beside a router")
    func besideARouter() async throws {
        let desk = try await Desk(isRunning: false)
        try desk.writeRouters()
        for line in Self.besideRouter {
            let (exit, output) = try await desk.typeBesideRouter(line.text)
            #expect(exit == line.exit && output.contains(line.prints), "\(line.text) exited \(exit): \(output)")
        }
    }

    @Test("do what they say, on AS graphs")
    func onGraphs() async throws {
        let desk = try await Desk(isRunning: false)
        try desk.writeGraph()
        for line in Self.onGraphs {
            let (exit, output) = try await desk.type(line.text)
            #expect(exit == line.exit && output.contains(line.prints), "\(line.text) exited \(exit): \(output)")
        }
    }

    @Test("start a router, until it is stopped", arguments: routers)
    func router(line: String) async throws {
        let desk = try await Desk(isRunning: false)
        try desk.writeRouters()
        let (exit, output) = try await desk.interrupt(line) { !$0.isEmpty }
        #expect(exit == 0, "\(line) exited \(exit): \(output)")
    }

    @Test("start what goes on until it is stopped", arguments: lasting)
    func untilStopped(line: String) async throws {
        let desk = try await Desk(isRunning: false)
        let (exit, output) = try await desk.interrupt(line) { _ in
            line.contains("activate")
                ? try await desk.answers("127.0.0.1", 5353) : try await desk.answers("203.0.113.53")
        }
        #expect(exit == 0, "\(line) exited \(exit): \(output)")
    }
}

/// Where an operator sits: a shell in a folder with a landfall.yaml, `landfall` and an `ssh` that reaches the hosts.
private final class Desk: Sendable {
    private let sites: TwoSites
    private let birds: [BIRD]
    private let agents: [Child]
    private let folder: String

    init(isRunning: Bool = true) async throws {
        sites = try await TwoSites()
        folder = sites.fra.host.folder
        let text = (readFile(sites.file) ?? "").replacing("rhine", with: "transit-a")
            .replacing("announce: {", with: "announce: {penalty: {half-life: 1s}, ")
            .replacing("checks: [", with: "checks: [{exec: {run: [\"true\"]}}, ")
        try writeFile(sites.file, text.replacing("services:", with: Self.gru))
        mkdir(folder + "/bin", 0o755)
        symlink(Landfall.path, folder + "/bin/landfall")
        try writeFile(folder + "/bin/git", "#!/bin/sh\necho pushed\n")
        chmod(folder + "/bin/git", 0o755)
        try writeFile(
            folder + "/bin/ssh",
            """
            #!/bin/sh
            case $1 in
            fra1) export LANDFALL_SOCKET=\(sites.fra.socket) ;;
            sin1) export LANDFALL_SOCKET=\(sites.sin.socket) ;;
            *) echo "ssh: connect to host $1 port 22: No route to host" >&2; exit 255 ;;
            esac
            shift; exec sh -c "$*"

            """)
        chmod(folder + "/bin/ssh", 0o755)
        guard isRunning else {
            try await sites.fra.host.ip("address add 203.0.113.53 dev lo")
            (birds, agents) = ([], [])
            return
        }
        birds = [try await sites.fra.startBIRD(), try await sites.sin.startBIRD()]
        agents = [try sites.fra.startAgent(sites.file), try sites.sin.startAgent(sites.file)]
        try await announcing()
    }

    /// A third site, which nobody runs.
    private static let gru = """
          gru:
            place: GRU
            hosts: {gru1: {unicast: 192.0.2.10}}
            neighbors: [{name: tiete, address: 192.0.2.9, asn: 64501, role: provider, med: 7}]
        services:
        """

    func announcing() async throws {
        for bird in birds { try await sites.announced(at: bird) }
    }

    func edit(_ old: String, _ new: String) throws {
        try writeFile(sites.file, (readFile(sites.file) ?? "").replacing(old, with: new))
    }

    /// In the place of the agent's file: one router, whose neighbors nobody is.
    func writeRouters() throws {
        mkdir(folder + "/examples", 0o755)
        symlink(Repository.root + "/examples/router.yaml", folder + "/examples/router.yaml")
        try writeFile(
            sites.file,
            """
            routers:
              edge1:
                asn: 64500
                router-id: 192.0.2.1
                policy: gao-rexford
                networks: [203.0.113.0/24]
                neighbors:
                  - {name: transit-a, address: 192.0.2.9, asn: 64501, role: provider}
                  - {name: peer-a, address: 192.0.2.13, asn: 64502, role: peer}

            """)
    }

    /// An AS graph around the sites' transits, and tables of its networks.
    func writeGraph() throws {
        mkdir(folder + "/examples", 0o755)
        symlink(Repository.root + "/examples/three-sites.yaml", folder + "/examples/three-sites.yaml")
        try edit("place: FRA", "place: FRA\n    capacity: {queries: 1M}")
        let stubs = (100_000..<100_300).map { "3356|\($0)|-1\n" }.joined()
        let files = [
            "20240801.as-rel2.txt.bz2": stubs + "3356|64500|-1\n3356|64501|-1\n3356|15169|0\n64500|65541|-1\n",
            "users.csv": "as,users\n15169,10\n65541,20\n", "measured.csv": "prefix,site\n192.0.2.0/24,sin\n",
            "rtt.csv.gz": "country1,country2,rtt\nDE,NL,12\nDE,FR,14\nDE,US,95\nDE,JP,230\nUS,JP,150\nBR,US,120\n",
            "vrps.json": #"{"roas": [{"asn": "AS65541", "prefix": "192.0.2.0/24", "maxLength": 24}]}"#,
        ]
        for (name, text) in files { try writeFile("\(folder)/\(name)", text) }
    }

    func typeBesideRouter(_ line: String) async throws -> (status: Int32, output: String) {
        try await type(
            """
            landfall router landfall.yaml --quiet &
            until [ -S /run/landfall/router ]; do sleep 0.05; done
            \(line); status=$?
            kill %1; wait; exit $status
            """)
    }

    /// In bash, with places of its own for what an agent or a state folder would be by default.
    func type(_ line: String) async throws -> (status: Int32, output: String) {
        let child = try start(line)
        return (try await child.wait().status, child.output)
    }

    /// The same, with a Ctrl-C when somebody has seen enough. For a minute at most.
    func interrupt(_ line: String, when isEnough: (String) async throws -> Bool) async throws -> (
        status: Int32, output: String
    ) {
        let child = try start("timeout --preserve-status -s INT 60 " + line)
        try await eventually(line) {
            guard child.isRunning else { throw PeerError("\(line) has ended: \(child.output)") }
            return try await isEnough(child.output)
        }
        // Which hands it on to the program.
        family(of: child.id).first { $0.command.hasPrefix("timeout ") }?.signal(SIGINT)
        return (try await child.wait().status, child.output)
    }

    /// Whether a service of this host does.
    func answers(_ address: String, _ port: Int = 53) async throws -> Bool {
        try await Dig.ask("www.example.org", at: address, port: port, in: sites.fra.host, ["+time=1"]).status
            == "NOERROR"
    }

    private func start(_ line: String) throws -> Child {
        let socket =
            birds.isEmpty ? "" : "export LANDFALL_SOCKET=\(sites.fra.socket) LANDFALL_STATE=\(sites.fra.state)\n"
        let script = """
            set -o pipefail
            mkdir -p /run/landfall
            hostname fra1
            mount -t tmpfs tmpfs /run/landfall && mount -t tmpfs tmpfs /var/lib || exit 99
             export PATH=\(folder)/bin:\(Program.tree)/bin:$PATH
            cd \(folder)
            \(socket)\(line)
            """
        // Line by line, as on a terminal.
        return try sites.fra.host.start("stdbuf", ["-oL", "unshare", "--mount", "--uts", "bash", "-c", script])
    }
}
