import Files
import Glibc
import Peers
import Testing

@Suite("landfall plan")
struct PlanCommandTests {
    private static let example = "\(Repository.root)/examples/three-sites.yaml"

    private func plan(_ arguments: String...) throws -> Command {
        var command = try Command(program: Landfall.path, ["plan", Self.example] + arguments)
        command.output = command.output.replacing(Self.example, with: "FILE")
        command.talk = command.talk.replacing(Self.example, with: "FILE")
        return command
    }

    @Test("says who lands where, how much that is, and first of all how far to trust it")
    func screen() throws {
        let command = try plan("--load", "1.4M")
        #expect(command.exit == 0 && command.talk.isEmpty)
        let lines = command.output.split(separator: "\n").map(String.init)
        #expect(lines[0] == "203.0.113.0/24 from 3 sites of FILE, on the Internet of FILE: 14 ASes")
        #expect(lines[1].hasPrefix("Scenario, uncalibrated: predicted from the graph alone. In 7 real experiments"))
        let fra = lines.first { $0.hasPrefix("  fra ") }?.split(separator: " ", omittingEmptySubsequences: true)
        #expect(
            fra?.joined(separator: " ")
                == "fra Frankfurt am Main 6 43 % ██████████ 2–84 % 21–43 % 600 k/s 75 % of 800 k")
        #expect(command.output.contains("Balance: fra has the largest share, 43 %; as even as 2.8 equal sites (of 3)."))
    }

    @Test("gives the same as JSON, and the landing of every AS as CSV")
    func machines() throws {
        let json = try plan("--json").output
        #expect(
            json.contains("\"schema\" : \"landfall.plan/1\"") && json.contains("\"label\" : \"scenario, uncalibrated\"")
        )
        let lines = try plan("--csv").output.split(separator: "\n")
        #expect(lines.count == 15 && lines[0] == "as,site,whence,could_be,class,length,next_hop,weight,rtt_ms")
        #expect(lines.contains { $0.hasPrefix("65542,fra,predicted,fra sin,provider,3,64504,1.0,") && $0.last != "," })
    }

    @Test("bad input is named with what would be right, exit code 2")
    func faults() throws {
        let cases: [(Command, String)] = [
            (try plan("--csv", "--json"), "landfall: plan: --csv or --json, not both"),
            (try plan("--load", "-5"), "landfall: plan: --load \"-5\" should be queries a second"),
            (try plan("--ties", "coin"), "landfall: plan: --ties \"coin\" should be lowest-asn or nearest"),
            (try plan("--prefix", "x"), "landfall: plan: --prefix \"x\" should be a prefix"),
            (
                try plan("--prefix", "10.0.0.0/8"),
                "landfall: plan: --prefix 10.0.0.0/8 isn't the network's; 203.0.113.0/24"
            ),
            (try plan("--ases", "100"), "landfall: plan: --ases is of an Internet made up"),
            (try plan("--synthetic", "x"), "landfall: plan: --synthetic \"x\" should be a seed"),
            (try plan("--synthetic", "1", "--ases", "5"), "landfall: plan: --ases \"5\"; 10 to 200000 are possible"),
            (try plan("--synthetic", "1", "--graph", "x"), "landfall: plan: --graph or --synthetic, not both"),
            (try plan("--synthetic", "1"), "FILE: fra's neighbor rhine-v4 is AS64501, which isn't in an Internet"),
            (try plan("--deadline", "5"), "landfall: plan: --deadline \"5\" should be a duration"),
            (try plan("--weights", "/nowhere"), "/nowhere: No such file or directory"),
            (try Command("plan"), "landfall: plan: FILE is missing"),
        ]
        for (command, start) in cases {
            #expect(command.exit == 2 && command.output.isEmpty)
            #expect(command.talk.hasPrefix(start), "\(command.talk)")
        }
    }
}
