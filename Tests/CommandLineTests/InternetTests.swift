import Files
import Glibc
import Peers
import Testing

@Suite("landfall internet")
struct InternetCommandTests {
    private static let graph = "1|2|0\n1|3|-1\n2|3|-1\n3|4|-1\n3|5|-1\n2|5|-1\n"

    /// With a file of its own.
    private func tried(_ text: String, _ arguments: [String], after what: String) throws -> Command {
        let path = "/tmp/landfall-internet-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try File.write(Array(text.utf8), to: path)
        defer { unlink(path) }
        var command = try Command(program: Landfall.path, ["internet", what, path] + arguments)
        command.talk = command.talk.replacing(path, with: "FILE")
        return command
    }

    @Test("stats, cone and extract say what a graph holds")
    func looks() throws {
        let stats = try tried(Self.graph, [], after: "stats")
        #expect(stats.exit == 0 && stats.output.contains("clique             2  1 2"))
        #expect(try tried(Self.graph, ["--as", "AS3"], after: "cone").output == "3\n4\n5\n")
        let part = try tried(Self.graph, ["--as", "4", "--ases", "3"], after: "extract")
        #expect(part.exit == 0 && part.output == "1|3|-1\n3|4|-1\n")
        let json = try tried(Self.graph, ["--json"], after: "stats").output
        #expect(json.contains("\"schema\" : \"landfall.internet-stats/1\"") && json.contains("\"peeringLinks\" : 1"))
    }

    @Test("what is generated reads back, and the same seed gives the same")
    func generates() throws {
        let (one, same) = (
            try Command("internet", "generate", "--ases", "200"), try Command("internet", "generate", "--ases", "200")
        )
        #expect(one.exit == 0 && one.output == same.output && one.talk.isEmpty)
        #expect(try tried(one.output, [], after: "stats").output.contains("ASes               200"))
    }

    @Test("latency fits on one half of a matrix, and says how far off it is on the other")
    func latency() throws {
        let countries = ["DE", "FR", "US", "BR", "JP", "ZA"]
        let pairs = countries.flatMap { one in
            countries.filter { $0 > one }.map { "\(one),\($0),\(one == "BR" ? 210 : 90)\n" }
        }
        let matrix = "country1,country2,rtt\n" + pairs.joined()
        let command = try tried(matrix, ["--seed", "7"], after: "latency")
        #expect(command.exit == 0 && command.talk.isEmpty)
        #expect(command.output.hasPrefix("Fitted on 7 of 15 pairs of countries (seed 7), held against the other 8."))
        #expect(command.output.contains("one constant factor  ") && command.output.contains("the model  "))
        let json = try tried(matrix, ["--json"], after: "latency").output
        #expect(json.contains("\"schema\" : \"landfall.internet-latency/1\"") && json.contains("\"abroad\" : "))
        let wrong = try tried("country1,country2,rtt\nDE,FR,x\n", [], after: "latency")
        #expect(wrong.exit == 2 && wrong.talk.hasPrefix("FILE:2:7: \"x\" where a number from 0 to 10^15"))
    }

    @Test("bad input is named with its place and what would be right, exit code 2")
    func faults() throws {
        let cases: [(Command, String)] = [
            (try tried("1|x|0\n", [], after: "stats"), "FILE:1:3: \"x\" where an AS number"),
            (try tried("1|2|-1\n2|3|-1\n3|1|-1\n", [], after: "stats"), "FILE:1:1: providers in a circle: AS"),
            (try tried(Self.graph + "7|8|-", [], after: "stats"), "FILE:7:1: the file ends in the middle of a line"),
            (try tried(Self.graph, ["--as", "9"], after: "cone"), "landfall: internet: AS9 isn't in the AS graph"),
            (try tried(Self.graph, ["--as", "x"], after: "cone"), "landfall: internet: --as \"x\"; an AS number"),
            (try tried(Self.graph, [], after: "extract"), "landfall: internet: extract around which AS?"),
            (try tried(Self.graph, [], after: "draw"), "landfall: internet: \"draw\" should be one of stats, generate"),
            (
                try Command("internet", "generate", "--ases", "9"),
                "landfall: internet: --ases \"9\"; 10 to 200000 are possible"
            ),
            (try Command("internet", "stats"), "landfall: internet: FILE is missing"),
        ]
        for (command, start) in cases {
            #expect(command.exit == 2 && command.output.isEmpty)
            #expect(command.talk.hasPrefix(start), "\(command.talk)")
        }
    }
}
