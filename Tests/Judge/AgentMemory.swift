import Glibc
import Peers

/// An agent for ten minutes: twenty checks, each every 50 ms, a session with a BIRD for each family, queries from outside,
/// and somebody who asks for its status. What it and its service hold at the end is compared with what they held after the
/// first tenth.
let agentMemory = Comparison(
    name: "agent-memory", summary: "memory of an agent and its service beside a BIRD, ten minutes against the first one"
) {
    let field = try await Field()
    try await Task.sleep(for: .seconds(60))
    let before = try await field.memory()
    for _ in 0..<54 {
        try await Task.sleep(for: .seconds(10))
        guard field.agent.isRunning, try await field.isAnnounced else { throw PeerError("gone: \(field.agent.output)") }
    }
    let after = try await field.memory()
    let (checks, queries) = try await field.counts()
    var findings = Findings()
    for (name, first, last) in [("agent", before.agent, after.agent), ("service", before.service, after.service)] {
        findings.cases += 1
        let growth = Double(last.own - first.own) / Double(first.resident) * 100
        let text = "\(name) \(first.resident) KiB, \(growth < 0 ? "" : "+")\((growth * 10).rounded() / 10) %"
        findings.details.append(text)
        if growth <= 2 { findings.equal += 1 } else { findings.unexplained.append(text) }
    }
    findings.details.append("\(checks) checks, \(queries) queries")
    await field.stop()
    return findings
}

/// A host with the agent, and a router beside it that asks all the time.
private final class Field: Sendable {
    let agent: Child
    private let (host, router): (Sandbox, Sandbox)
    private let bird: BIRD
    private let client: Child
    private let control: String

    init() async throws {
        (host, router) = (try await Sandbox(), try await Sandbox())
        try await host.connect(
            to: router, as: "up", ["192.0.2.2/24", "2001:db8:f::2/64"], otherwise: "down",
            ["192.0.2.1/24", "2001:db8:f::1/64"])
        try await router.ip("route add 203.0.113.0/24 via 192.0.2.2")
        try await router.ip("route add 2001:db8:113::/48 via 2001:db8:f::2")
        chmod(host.folder, 0o777)
        let file = host.folder + "/landfall.yaml"
        control = host.folder + "/control"
        try writeFile(file, Self.configuration)
        try writeFile(host.folder + "/example.org.zone", Self.zone)
        try writeFile(
            router.folder + "/questions", (0..<1000).map { "n\($0 % 40).example.org A\n" }.joined())
        bird = try await BIRD(in: router, configuration: Self.bird)
        agent = try host.start(
            Landfall.path,
            [
                "run", file, "--site", "fra", "--socket", control, "--state", host.folder + "/state", "--events",
                host.folder + "/events", "--quiet",
            ])
        let ask = "while :; do \"$0\" @203.0.113.53 +tries=1 +time=1 -f \"$1\" >/dev/null; done"
        client = try router.start("sh", ["-c", ask, try Program.find("dig"), router.folder + "/questions"])
        try await eventually("the announcement", within: .seconds(20)) { try await isAnnounced }
    }

    var isAnnounced: Bool {
        get async throws {
            let v4 = try await bird.route(to: "203.0.113.0/24")
            let v6 = try await bird.route(to: "2001:db8:113::/48")
            return v4 != nil && v6 != nil
        }
    }

    func stop() async {
        await client.stop()
        await agent.stop()
        await bird.stop()
    }

    func memory() async throws -> (agent: Memory, service: Memory) {
        (try Memory(of: agent.id), try Memory(of: pid_t(try await number("pid", in: "services"))))
    }

    /// Checks that were made, and queries that the service got.
    func counts() async throws -> (checks: Int, queries: Int) {
        let text = try await status()
        let passed = text.split(separator: "\"passed\":").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
        return (passed.reduce(0, +), try await number("queries", in: "services"))
    }

    private func status() async throws -> String {
        try await host.run(Landfall.path, ["status", "--socket", control, "--json"]).output
    }

    private func number(_ key: String, in part: String) async throws -> Int {
        let text = try await status()
        guard let from = text.firstRange(of: "\"\(part)\":["),
            let at = text[from.upperBound...].firstRange(of: "\"\(key)\":"),
            let number = Int(text[at.upperBound...].prefix { $0.isNumber })
        else { throw PeerError("no \(part)/\(key) in \(text)") }
        return number
    }

    private static let configuration =
        """
        network: {name: test, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: 3s}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: [192.0.2.2, 2001:db8:f::2]}}
            neighbors:
              - {name: r4, address: 192.0.2.1, asn: 64500, role: provider}
              - {name: r6, address: "2001:db8:f::1", asn: 64500, role: provider}
        services:
          dns:
            addresses: [203.0.113.53, "2001:db8:113::53"]
            serve: {dns: {zones: [example.org.zone]}}
            checks:

        """
        + (0..<10).map {
            "      - {dns: {name: n\($0).example.org, type: A}, every: 50ms, timeout: 50ms, rise: 2, fall: 20}\n"
        }.joined()

    private static let zone =
        "$ORIGIN example.org.\n$TTL 300\n@ SOA ns hostmaster 7 3600 600 86400 60\n NS ns\nns A 203.0.113.53\n"
        + (0..<40).map { "n\($0) A 192.0.2.\($0)\n" }.joined()

    private static let bird = """
        router id 192.0.2.1;
        log stderr all;
        protocol device { scan time 1; }
        protocol bgp fra4 {
          local 192.0.2.1 as 64500; neighbor 192.0.2.2 as 65000; hold time 3;
          connect delay time 1; error wait time 1, 2;
          ipv4 { import all; export none; };
        }
        protocol bgp fra6 {
          local 2001:db8:f::1 as 64500; neighbor 2001:db8:f::2 as 65000; hold time 3;
          connect delay time 1; error wait time 1, 2;
          ipv6 { import all; export none; };
        }
        """
}

/// In KiB: what is resident, and of it what no file has, so that pages of the executable that are touched for the first
/// time don't count as growth.
private struct Memory {
    var resident: Int
    var own: Int

    init(of pid: pid_t) throws {
        (resident, own) = (try Peers.memory(of: pid), try Peers.memory(of: pid, "RssAnon"))
    }
}
