import Glibc
import Peers
import Testing

/// How far a verdict reaches: one neighbor, one service of several, an anchor that stays.
@Suite("Where verdicts act", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct ReachTests {
    private static let times = "every: 1s, timeout: 1s, rise: 1, fall: 2, lease: 5s"

    @Test("rule 11: a check of one neighbor's link withdraws there alone")
    func neighbor() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        var options = Rig.Options()
        options.neighbors = "      - {name: second, address: 192.0.2.11, port: 1179, asn: 64500, role: peer}"
        options.checks += "\n      - {exec: {run: [\(try scripts.judge())]}, \(Self.times), neighbor: second}"
        let rig = try await Rig(options)
        try await rig.router.ip("address add 192.0.2.11/24 dev down")
        let bird = try await rig.startBIRD()
        // One BIRD has no two sessions with the same address.
        let second = try await BIRD(in: rig.router, configuration: Self.second)
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("at both") { try await second.route(to: "203.0.113.0/24") != nil }
        try scripts.set(2)
        try await eventually("gone at one") {
            try await second.route(to: "203.0.113.0/24") == nil
        }
        try await rig.announced(at: bird)
        try await rig.seen("\"event\":\"withdrawn\"")
        let lines = (readFile(rig.events) ?? "").split(separator: "\n")
        let withdrawals = lines.filter { $0.contains("\"event\":\"withdrawn\"") }
        #expect(withdrawals.count == 1 && withdrawals.first?.contains("\"neighbors\":[\"second\"]") == true)
        try scripts.set(0)
        try await eventually("back") { try await second.route(to: "203.0.113.0/24") != nil }
        await agent.stop()
    }

    private static let second = """
        router id 192.0.2.11;
        protocol device { scan time 1; }
        protocol bgp fra4 {
          local 192.0.2.11 port 1179 as 64500;
          neighbor 192.0.2.2 as 65000;
          passive; hold time 3;
          ipv4 { import all; export none; };
        }
        """

    @Test(
        "rule 4: of two services in a prefix, the failure of one withdraws with require: all, and not with any",
        arguments: ["all", "any"])
    func require(_ requirement: String) async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let rig = try await Rig(try services(scripts, ", require: \(requirement)"))
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try scripts.set(2)
        try await rig.seen("\"verdict\":\"failing\"")
        if requirement == "all" {
            try await eventually("withdrawn") {
                try await bird.route(to: "203.0.113.0/24") == nil
            }
            #expect(try await bird.route(to: "2001:db8:113::/48") != nil)
        } else {
            try await Task.sleep(for: .seconds(1))
            try await rig.announced(at: bird)
            #expect(!rig.has("withdrawn"))
            kill(try await rig.service(), SIGSTOP)
            try await rig.withdrawn(at: bird)
            kill(try await rig.service(), SIGCONT)
        }
        try scripts.set(0)
        try await rig.announced(at: bird)
        await agent.stop()
    }

    @Test("rule 9: an anchor for one service keeps its prefix announced, less preferred; others are withdrawn")
    func anchor() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let rig = try await Rig(try services(scripts, ", require: all", "anchor: true"))
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try scripts.set(2)
        try await eventually("less preferred") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000, 65000, 65000, 65000]
        }
        try await eventually("an alarm") {
            try await rig.alarms().contains { $0.contains("203.0.113.0/24 fails at this anchor") }
        }
        kill(try await rig.service(), SIGSTOP)
        try await eventually("the other prefix is withdrawn") {
            try await bird.route(to: "2001:db8:113::/48") == nil
        }
        #expect(try await bird.route(to: "203.0.113.0/24") != nil)
        kill(try await rig.service(), SIGCONT)
        await agent.stop()
    }

    /// A second service in the IPv4 prefix, judged by a program.
    private func services(_ scripts: Scripts, _ announce: String, _ more: String = "") throws -> Rig.Options {
        var options = Rig.Options()
        options.announce = announce
        options.services = """
              web:
                addresses: [203.0.113.80]
                \(more)
                checks:
                  - {exec: {run: [\(try scripts.judge())]}, \(Self.times)}
            """
        return options
    }

    @Test("rule 15: a crash loop degrades and alarms, withdraws nothing, and is over when the service lives on")
    func crashLoop() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 1s, timeout: 900ms, rise: 1, fall: 3}"
        options.announce = ", degraded: {prepend: 1}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.killServices(of: agent, until: "service-crash-loop")
        try await eventually("degraded") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000, 65000]
        }
        try await rig.seen("the service dns ends as soon as it starts")
        try await eventually("it is over") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000]
        }
        try await rig.seen("\"event\":\"service-steady\"")
        #expect(!rig.has("withdrawn"))
        try await rig.hasNoAlarm()
        let alarms = (readFile(rig.events) ?? "").split(separator: "\n").count {
            $0.contains("\"event\":\"alarm\"") && $0.contains("service dns ends")
        }
        #expect(alarms == 1)
        await agent.stop()
    }
}
