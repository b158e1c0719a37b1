import Files
import Glibc
import Peers
import Testing

@Suite("The command line")
struct CommandLineTests {
    @Test("help is data: on stdout, exit code 0, with every verb")
    func help() throws {
        for command in [try Command("--help"), try Command("-h"), try Command("help")] {
            #expect(command.exit == 0 && command.talk.isEmpty)
            #expect(command.output.contains("\n  check  ") && command.output.contains("\n  help   "))
        }
    }

    @Test("each verb explains itself, with examples whose words are understood")
    func verbHelp() throws {
        let lines = try Command("--help").output.split(separator: "\n")
        let verbs = lines.filter { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(verbs.count >= 14)
        for verb in verbs {
            let (option, word) = (try Command(verb, "--help"), try Command("help", verb))
            #expect(option.exit == 0 && option.output == word.output)
            #expect(option.output.contains("Usage: landfall \(verb)") && option.output.contains("Examples:\n  # "))
            for example in option.output.split(separator: "\n") where example.hasPrefix("  landfall ") {
                // Words before --help are taken as ever: an option that isn't there is refused.
                let line = (example.prefix { !"|&".contains($0) }).replacing(
                    "landfall ", with: "exec \(Landfall.path) ")
                let tried = try Command(program: "/bin/sh", ["-c", line + " --help"])
                #expect(tried.exit == 0 && tried.output.hasPrefix("landfall "), "\(example): \(tried.talk)")
            }
        }
    }

    @Test("the version is one line")
    func version() throws {
        let command = try Command("--version")
        #expect(
            command.exit == 0 && command.output.hasPrefix("landfall 0.") && command.output.count { $0 == "\n" } == 1)
    }

    @Test("without a verb it says how it is used, and that this was wrong")
    func nothing() throws {
        let command = try Command()
        #expect(command.exit == 2 && command.output.isEmpty && command.talk.contains("Usage: landfall VERB"))
    }

    @Test("a slip is answered with what was meant, and exit code 2")
    func slips() throws {
        let cases: [(Command, String)] = [
            (try Command("chekc"), "landfall: unknown verb \"chekc\"; did you mean \"check\"?\n"),
            (try Command("frobnicate"), "landfall: unknown verb \"frobnicate\"; see landfall --help\n"),
            (try Command("--hlep"), "landfall: unknown option \"--hlep\"; did you mean \"--help\"?\n"),
            (
                try Command("check", "x", "--jsno"),
                "landfall: check: unknown option \"--jsno\"; did you mean \"--json\"?\n"
            ),
            (try Command("check", "x", "--json=1"), "landfall: check: --json takes no value\n"),
            (try Command("check", "x", "--json", "--json"), "landfall: check: --json is here twice\n"),
            (
                try Command("check"),
                "landfall: check: FILE is missing\nUsage: landfall check FILE [--strict] [--json]\n"
            ),
            (
                try Command("check", "x", "y"),
                "landfall: check: \"y\" is one argument too many\nUsage: landfall check FILE [--strict] [--json]\n"
            ),
        ]
        for (command, message) in cases {
            #expect(command.talk == message && command.exit == 2 && command.output.isEmpty)
        }
    }

    @Test("data that could not be written is an error, whatever the verb came to")
    func full() throws {
        let message = "landfall: standard output: No space left on device\n"
        let done = try Command("check", Repository.example, into: "/dev/full")
        #expect(done.exit == 3 && done.talk == message)
        let wrong = try Command("check", "/nowhere/landfall.yaml", "--json", into: "/dev/full")
        #expect(wrong.exit == 2 && wrong.talk == message)
        #expect(try Command("--help", into: "/dev/full").exit == 3)
        #expect(try Command("chekc", into: "/dev/full").talk.hasPrefix("landfall: unknown verb"), "nothing was printed")
    }

    @Test(
        "whoever reads no more is no error: SIGPIPE, or a pipe that fails where it is ignored",
        arguments: ["", "trap '' PIPE; "])
    func pipe(_ preparation: String) throws {
        let script = preparation + "{ sleep 0.1; \"$0\" --help; echo $? >&2; } | :"
        let shell = try Command(program: "/bin/sh", ["-c", script, Landfall.path])
        #expect(shell.talk == (preparation.isEmpty ? "141\n" : "0\n"))
    }

    @Test(
        "where a site has several hosts, run and serve want to know which, and name them", arguments: ["run", "serve"])
    func hosts(_ verb: String) throws {
        let text = """
            network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
            sites:
              fra:
                place: FRA
                hosts: {fra1: {unicast: 192.0.2.2}, fra2: {unicast: 192.0.2.3}}
                neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: provider}]
            services:
              dns: {addresses: [203.0.113.53], checks: [{dns: {name: example.org, type: SOA}}]}
            """
        let file = "/tmp/landfall-hosts-\(verb)-\(getpid()).yaml"
        try File.write(Array(text.utf8), to: file)
        defer { unlink(file) }
        let missing = try Command(verb, file, "--site", "fra")
        #expect(
            missing.exit == 2
                && missing.talk.hasPrefix("landfall: \(verb): --host NAME is missing; site fra has fra1, fra2"))
        let wrong = try Command(verb, file, "--site", "fra", "--host", "fra3")
        #expect(wrong.exit == 2 && wrong.talk == "landfall: \(verb): --host fra3: site fra has fra1, fra2\n")
        let told = try Command(verb, file, environment: ["LANDFALL_SITE=fra", "LANDFALL_HOST=fra4"])
        #expect(told.talk == "landfall: \(verb): --host fra4: site fra has fra1, fra2\n")
    }

    @Test(
        "which host this is, its machine's name says where nothing else does",
        .enabled(if: geteuid() == 0, "needs root"))
    func machineName() throws {
        let file = "\(Repository.root)/examples/two-hosts.yaml"
        func serve(on machine: String) throws -> String {
            try Command(
                program: "/usr/bin/unshare",
                ["--uts", "sh", "-c", "hostname \(machine); exec \"$0\" serve \"$1\"", Landfall.path, file]
            ).talk
        }
        // Nothing is served there: as far as that it gets only where the host was found.
        #expect(
            try serve(on: "fra2.example.org") == "landfall: serve: --service NAME is missing; the file serves nothing\n"
        )
        #expect(
            try serve(on: "web7").hasPrefix(
                "landfall: serve: --site NAME is missing; the file has fra, sin; this machine is called web7"))
    }

    @Test("after -- nothing is an option")
    func end() throws {
        let command = try Command("check", "--", "--json")
        #expect(command.talk == "--json: No such file or directory\n" && command.exit == 2)
    }
}
