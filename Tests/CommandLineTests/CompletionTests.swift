import Files
import Glibc
import Peers
import Testing

/// What `landfall completion` prints, given to the shells themselves.
@Suite("Completion")
struct CompletionTests {
    /// Command lines, the last word being completed, and what must be among the answers.
    private static let cases: [(words: [String], answer: String)] = [
        (["dr"], "drain"), (["run", "--so"], "--socket"), (["check", "three"], "three-sites.yaml"),
        (["run", "three-sites.yaml", "--site", "g"], "gru"), (["completion", "fi"], "fish"),
        (["help", "rel"], "reload"),
    ]

    @Test("bash completes verbs, options, files and the names in a file")
    func bash() throws {
        let script = """
            source <(landfall completion bash)
            ask() { COMP_WORDS=(landfall "$@") COMP_CWORD=$#; _landfall 2>/dev/null; echo "${COMPREPLY[*]}"; }
            complete -p landfall
            \(Self.cases.map { "ask \($0.words.joined(separator: " "))" }.joined(separator: "\n"))
            ask run three-sites.yaml --site = s
            """
        let answers = try run("/bin/bash", script)
        #expect(answers.first == "complete -F _landfall landfall")
        for (one, answer) in zip(Self.cases, answers.dropFirst()) { #expect(answer == one.answer, "\(one.words)") }
        #expect(answers.last == "sin", "--site=s, which bash takes for three words")
    }

    @Test(
        "zsh completes verbs, options, files and the names in a file",
        .enabled(if: Program.lack("zsh") == nil, "\(Program.lack("zsh") ?? "")"))
    func zsh() throws {
        let zsh = try Program.find("zsh")
        let script = try Command("completion", "zsh").output
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        try File.write(Array(script.utf8), to: "\(folder)/_landfall")
        #expect(try Command(program: zsh, ["-n", "\(folder)/_landfall"]).exit == 0)
        let asking = Self.cases.map {
            "ask \("landfall \($0.words.joined(separator: " "))".quotedForShell) \($0.answer)"
        }
        let answers = try run(
            zsh, Self.terminal(zsh, folder) + "\n" + asking.joined(separator: "\n"), ["-f"])
        #expect(answers == Self.cases.map { "\($0.answer) is there" })
    }

    /// zsh completes at a terminal only: an inner one gets one, and what it shows is read until the answer is there. The
    /// unpacked zsh has its functions and modules below it.
    private static func terminal(_ zsh: String, _ folder: String) -> String {
        """
        functions=($(find \(Program.tree)/usr/share/zsh/functions -type d 2>/dev/null))
        modules=(\(Program.tree)/usr/lib/*/zsh/*(N))
        (( ! $#modules )) || module_path=($modules)
        zmodload zsh/zpty
        wait_for() {
            local part; seen=
            repeat 300; do
                while zpty -rt inner part; do seen+=$part; done
                [[ $seen == *$1* ]] && return
                sleep 0.05
            done
            return 1
        }
        ask() {
            zpty -wn inner $'\\C-u'"$1"$'\\t'
            if wait_for "$2"; then print -r -- "$2 is there"; else print -r -- "${(V)seen}"; fi
        }
        zpty -b inner \(zsh.quotedForShell) -f -i
        zpty -w inner "PS1=; cd $PWD; path=($path); module_path=($module_path); fpath=(\(folder) $functions $fpath)"
        zpty -w inner 'autoload -Uz compinit; compinit -u -D; setopt no_beep no_always_last_prompt; echo rea""dy'
        wait_for ready
        """
    }

    @Test(
        "fish completes verbs, options, files and the names in a file",
        .enabled(if: Program.lack("fish") == nil, "\(Program.lack("fish") ?? "")"))
    func fish() throws {
        let fish = try Program.find("fish")
        let script = try Command("completion", "fish").output
        let file = "/tmp/landfall-\(getpid()).fish"
        try File.write(Array(script.utf8), to: file)
        defer { unlink(file) }
        #expect(try Command(program: fish, ["--no-config", "--no-execute", file]).exit == 0)
        let asking = Self.cases.map { "complete -C '\((["landfall"] + $0.words).joined(separator: " "))'; echo ." }
        let answers = try run(
            fish, (["landfall completion fish | source"] + asking).joined(separator: "\n"), ["--no-config"])
        let groups = answers.split(separator: ".").map { $0.map { $0.prefix { $0 != "\t" } } }
        #expect(groups.count == Self.cases.count)
        for (one, group) in zip(Self.cases, groups) {
            #expect(group.contains { $0 == one.answer }, "\(one.words): \(group)")
        }
    }

    /// A script of one of the shells, in the folder of the examples; its lines.
    private func run(_ shell: String, _ script: String, _ options: [String] = []) throws -> [String] {
        let beginning = "cd \(Repository.root)/examples; export PATH=\(File.folder(of: Landfall.path)):$PATH\n"
        let setting =
            shell.hasSuffix("fish")
            ? beginning.replacing("export PATH=", with: "set -x PATH ").replacing(":$PATH", with: " $PATH") : beginning
        let command = try Command(
            program: shell, options + ["-c", setting + script], environment: ["HOME=/nonexistent", "TERM=dumb"])
        #expect(command.exit == 0, "\(command.talk)")
        return command.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test("names are those of the file, one a line, and a bad file is no name")
    func names() throws {
        let file = Repository.example
        #expect(try Command("completion", "sites", file).output == "fra\nsin\ngru\n")
        #expect(try Command("completion", "services", file).output == "dns\n")
        #expect(try Command("completion", "neighbors", file).output.hasPrefix("rhine-v4\nrhine-v6\n"))
        let bad = try Command("completion", "hosts", "/nonexistent")
        #expect(bad.exit == 2 && bad.output.isEmpty)
        #expect(
            try Command("completion", "csh").talk.hasPrefix("landfall: completion: \"csh\" should be one of bash, zsh"))
    }
}

extension String {
    fileprivate var quotedForShell: String { "'" + replacing("'", with: "'\\''") + "'" }
}
