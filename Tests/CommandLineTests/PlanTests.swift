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

    /// With files of their own.
    private func plan(weights: String, landings: String, _ arguments: [String]) throws -> Command {
        let path = "/tmp/landfall-plan-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try File.write(Array(weights.utf8), to: path + ".w")
        try File.write(Array(landings.utf8), to: path + ".l")
        defer {
            unlink(path + ".w")
            unlink(path + ".l")
        }
        return try Command(
            program: Landfall.path,
            ["plan", Self.example, "--weights", path + ".w", "--catchment", path + ".l"] + arguments)
    }

    private static let day = (0..<24).map { "h\($0 < 10 ? "0" : "")\($0)" }.joined(separator: ",")
    private static func load(_ peak: Int) -> String {
        (0..<24).map { $0 == peak ? "240000" : "0" }.joined(separator: ",")
    }

    @Test("loads peak at their own hours, and what tables have and the graph hasn't is counted")
    func tables() throws {
        let command = try plan(
            weights: "as,\(Self.day)\n65541,\(Self.load(18))\n65547,\(Self.load(22))\n7,\(Self.load(1))\n",
            landings: "as,site\n65541,sin\n65547,gru\n65547,fra\n65548,ams\n", [])
        let words = command.output.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        #expect(
            command.exit == 0 && words.contains("Scenario, hardly calibrated: predicted from the graph, but for 2 "))
        #expect(words.contains("240 k/s at 18:00Z 60 % of 400 k ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁"), "\(command.output)")
        #expect(words.contains("120 k/s at 22:00Z"))
        #expect(
            words.contains(
                "In the weights: ASes that the graph doesn't have: 1 (33 % of all); ASes of the graph without"))
        #expect(
            words.contains(
                "In the landings: lines about other sites, such as ams: 1; ASes seen at several sites, divided among them: 1."
            ))
    }

    @Test("docs/plan.md and docs/failures.md have every field of the document")
    func fields() throws {
        let json = try plan(
            weights: "as,\(Self.day)\n65541,\(Self.load(18))\n", landings: "as,site,rtt\n65541,sin,7\n", ["--json"]
        ).output
        let document = try Repository.text("docs/plan.md") + Repository.text("docs/failures.md")
        let names = Set(
            json.split(separator: "\n").compactMap { line in
                line.contains("\" : ") ? line.split(separator: "\"").dropFirst().first.map(String.init) : nil
            })
        #expect(names.count > 40)
        for name in names.sorted() where name != "schema" {
            let isThere = ["`\(name)`", ".\(name)`", "\(name)[]`"].contains { document.contains($0) }
            #expect(isThere, "\(name) is in neither")
        }
    }

    @Test("bad input is named with what would be right, exit code 2")
    func faults() throws {
        let cases: [(Command, String)] = [
            (try plan("--csv", "--json"), "landfall: plan: --csv or --json, not both"),
            (try plan("--load", "-5"), "landfall: plan: --load \"-5\" should be queries a second"),
            (try plan("--ties", "coin"), "landfall: plan: --ties \"coin\" should be router-id, lowest-asn or nearest"),
            (try plan("--prefix", "x"), "landfall: plan: --prefix \"x\" should be a prefix"),
            (
                try plan("--prefix", "10.0.0.0/8"),
                "landfall: plan: --prefix 10.0.0.0/8 isn't the network's; 203.0.113.0/24"
            ),
            (try plan("--ases", "100"), "landfall: plan: --ases is of an Internet made up"),
            (try plan("--synthetic", "x"), "landfall: plan: --synthetic \"x\" should be a seed"),
            (try plan("--synthetic", "1", "--ases", "5"), "landfall: plan: --ases \"5\"; 10 to 200000 are possible"),
            (try plan("--synthetic", "1", "--graph", "x"), "landfall: plan: --graph or --synthetic, not both"),
            (
                try plan("--synthetic", "1"),
                "FILE:24:51: fra's neighbor rhine-v4 is AS64501, which isn't in an Internet"
            ),
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
