import Files
import Glibc
import Peers
import Testing

@Suite("landfall plan: failures")
struct PlanFailureTests {
    private static let file = "examples/three-sites.yaml"

    private func run(_ words: String...) throws -> Command { try Command(program: Landfall.path, words) }

    @Test("says what each failure moves, and whether the network survives it")
    func failures() throws {
        let path = Repository.root + "/" + Self.file
        let calm = try run("plan", path, "--load", "300k")
        #expect(
            calm.exit == 0 && calm.output.contains("What fails, one at a time, at peak"), "\(calm.output)\(calm.talk)")
        #expect(calm.output.contains("FAILS") && calm.output.contains("AND LANDS AT"))
        let busy = try run("plan", path, "--load", "1.5M")
        #expect(busy.output.contains("overloaded: ") && busy.output.contains("if overloaded sites withdraw: "))
        #expect(busy.output.contains("The least that would carry all of them: "), "\(busy.output)")
        let unknown = try run("plan", path)
        #expect(
            unknown.output.contains("no failure is judged by capacity. All of them are survived"), "\(unknown.output)")
        let json = try run("plan", path, "--load", "1.5M", "--transits", "2", "--json").output
        #expect(json.contains("\"neededQueriesPerSecond\"") && json.contains("\"response\" : \"withdraw\""))
        #expect(json.components(of: "\"kind\" : \"transit\"") == 2)
    }

    @Test("--drain says what an act does, in both of its stages")
    func drain() throws {
        let path = Repository.root + "/" + Self.file
        let one = try run("plan", path, "--load", "900k", "--drain", "fra")
        #expect(one.exit == 0 && one.output.contains("Draining fra") && one.output.contains("The largest that move"))
        #expect(!one.output.contains("What fails"))
        let none = try run("plan", path, "--drain", "ber")
        #expect(
            none.exit == 2 && none.talk.contains("there is no site \"ber\"; there are fra, sin, gru"), "\(none.talk)")
    }

    @Test("--displaced-load writes the table for agents, and wants a load for it")
    func table() throws {
        let path = Repository.root + "/" + Self.file
        let table = "/tmp/landfall-displaced-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(table) }
        let silent = try run("plan", path, "--displaced-load", table)
        #expect(silent.exit == 2 && silent.talk.contains("say how many there are (--load 1.2M)"), "\(silent.talk)")
        #expect(readFile(table) == nil)
        let written = try run("plan", path, "--load", "900k", "--displaced-load", table)
        let text = try #require(readFile(table))
        #expect(written.exit == 0 && text.contains("displaced-load: 1\nnetwork: example\nprefix: 203.0.113.0/24\n"))
        #expect(text.contains("rhine-v4: {asn: 64501, withdrawn: {lost: 0, to: {"))
    }

    @Test("explain AS says what it chose, why the others lost, and what would move it")
    func explain() throws {
        let path = Repository.root + "/" + Self.file
        let one = try run("explain", "AS65548", path)
        #expect(
            one.exit == 0 && one.output.contains("chosen") && one.output.contains("lost: longer, 3 to 2"),
            "\(one.output)")
        #expect(one.output.contains("the smallest change first") && one.output.contains("withdraw fra"))
        let there = try run("explain", "as65548", path, "--to", "gru", "--json")
        #expect(
            there.output.contains("\"schema\" : \"landfall.explain-as/1\"")
                && there.output.contains("\"wanted\" : \"gru\""))
        let cases = [
            (["explain", "AS65548"], "name the configuration: landfall explain AS65548 landfall.yaml"),
            (["explain", "AS1", path], "AS1 isn't in the Internet of"),
            (["explain", "AS65548", path, "--to", "ber"], "there is no site \"ber\""),
            (["explain", "withdrawn", path], "only an AS, such as AS64500, is explained by a plan"),
            (["explain", "withdrawn", "--load", "1k"], "--load is for the plan of an AS"),
            (["plan", path, "--transits", "many"], "--transits \"many\" should be how many"),
        ]
        for (words, talk) in cases {
            let command = try Command(program: Landfall.path, words)
            #expect(command.exit == 2 && command.talk.contains(talk), "\(words): \(command.talk)")
        }
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
