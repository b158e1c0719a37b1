import Control
import FoundationEssentials
import Glibc
import Peers
import Testing

/// One host with an agent, and a router beside it, each in a network namespace of its own.
///
///     host 192.0.2.2, 2001:db8:f::2 ── router 192.0.2.1, 2001:db8:f::1
final class Rig: Sendable {
    let host: Sandbox
    let router: Sandbox
    let file: String
    let control: String
    let events: String
    let state: String

    /// What a rig's file says, where tests differ.
    struct Options: Sendable {
        var zone: String? = Rig.zone
        var neighbor = ""
        var serve = "serve: {dns: {zones: [example.org.zone], threads: 2}}"
        /// Three in a row have to fail, each of which takes half a second: on a busy machine a healthy service answers one.
        var checks = "{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 1, fall: 3}"
        /// Longer than a busy machine keeps anybody waiting. Who waits for a hold timer asks for less.
        var holdTime = 9
        var holdDown = "500ms"
        /// What a drain takes; a stop is one, and most tests that end an agent have seen all that they came for.
        var drain = "{stop-wait: 0s}"
        /// More of `announce`, of `services`, and of the file.
        var announce = ""
        var services = ""
        var more = ""
        /// More of the site's neighbors.
        var neighbors = ""
        /// Whose agent it is: that of `fra`, or of `ams`, which a file with two sites has as well.
        var site = "fra"
        var hasTwoSites = false
        /// False: no IPv4 anywhere.
        var hasIPv4 = true
    }

    private let hasIPv4: Bool
    private let holdTime: Int
    private let site: String
    /// The last part of the host's addresses.
    private let number: Int

    init(_ options: Options = Options()) async throws {
        (hasIPv4, site, number) = (options.hasIPv4, options.site, options.site == "ams" ? 3 : 2)
        holdTime = options.holdTime
        host = try await Sandbox()
        router = try await Sandbox()
        try await host.connect(
            to: router, as: "up", (hasIPv4 ? ["192.0.2.\(number)/24"] : []) + ["2001:db8:f::\(number)/64"],
            otherwise: "down",
            (hasIPv4 ? ["192.0.2.1/24"] : []) + ["2001:db8:f::1/64"])
        if hasIPv4 {
            try await host.ip("route add default via 192.0.2.1")
            try await router.ip("route add 203.0.113.0/24 via 192.0.2.\(number)")
        }
        try await host.ip("route add default via 2001:db8:f::1")
        try await router.ip("route add 2001:db8:113::/48 via 2001:db8:f::\(number)")
        chmod(host.folder, 0o777)  // the agent runs as nobody, and makes its socket here
        file = host.folder + "/landfall.yaml"
        control = host.folder + "/control"
        events = host.folder + "/events"
        state = host.folder + "/state"
        try writeFile(file, options.hasIPv4 ? Self.text(options) : Self.textWithoutIPv4(options))
        if let zone = options.zone { try writeFile(host.folder + "/example.org.zone", zone) }
    }

    static let zone = """
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns hostmaster 7 3600 600 86400 60
             NS  ns
        ns   A   203.0.113.53
        www  A   192.0.2.80
        """

    /// Those that say something, each on lines of its own.
    private static func lines(_ parts: String...) -> String { parts.filter { !$0.isEmpty }.map { "\n" + $0 }.joined() }

    private static func text(_ options: Options) -> String {
        """
        network: {name: test, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: \(options.holdTime)s}
        sites:
          fra:
            place: FRA
            capacity: {queries: 1k, bits: 1M}
            hosts: {fra1: {unicast: [192.0.2.2, 2001:db8:f::2]}}
            neighbors:
              - {name: r4, address: 192.0.2.1, asn: 64500, role: provider\(options.neighbor)}
              - {name: r6, address: "2001:db8:f::1", asn: 64500, role: provider\(options.neighbor)}\(lines(options.neighbors, options.hasTwoSites ? ams : ""))
        services:
          dns:
            addresses: [203.0.113.53, "2001:db8:113::53"]
            \(options.serve)
            checks:
              - \(options.checks)\(lines(options.services))
        announce: {hold-down: \(options.holdDown), withdraw-wait: 300ms, drain: \(options.drain)\(options.announce)}
        \(options.more)
        """ + "\n"
    }

    private static let ams = """
          ams:
            place: AMS
            hosts: {ams1: {unicast: [192.0.2.3, 2001:db8:f::3]}}
            neighbors:
              - {name: r4, address: 192.0.2.1, asn: 64500, role: provider}
              - {name: r6, address: "2001:db8:f::1", asn: 64500, role: provider}
        """

    /// Whether such an event has been written, to a log that is there.
    func has(_ event: String) -> Bool {
        guard let log = readFile(events) else {
            Issue.record("there is no \(events)")
            return false
        }
        return log.contains("\"event\":\"\(event)\"")
    }

    /// Replaces the configuration at once, as a careful editor does.
    func edit(_ change: (String) -> String) async throws {
        try writeFile(file + ".new", change(readFile(file) ?? ""))
        guard rename(file + ".new", file) == 0 else { throw PeerError("cannot replace \(file)") }
    }

    /// Since when BIRD has had a session, or all of them.
    func since(_ bird: BIRD, _ name: String = "") async throws -> String {
        let lines = try await bird.show("protocols").split(separator: "\n")
        return lines.filter { $0.contains("BGP") && $0.hasPrefix(name) }.joined(separator: "\n")
    }

    private static func textWithoutIPv4(_ options: Options) -> String {
        """
        network: {name: test, asn: 65000, prefixes: [2001:db8:113::/48], hold-time: \(options.holdTime)s}
        sites:
          fra:
            place: FRA
            router-id: 10.0.0.1
            hosts: {fra1: {unicast: 2001:db8:f::2}}
            neighbors:
              - {name: r6, address: "2001:db8:f::1", asn: 64500, role: provider\(options.neighbor)}
        services:
          dns:
            addresses: ["2001:db8:113::53"]
            \(options.serve)
            checks:
              - \(options.checks)
        announce: {hold-down: \(options.holdDown), withdraw-wait: 300ms, drain: \(options.drain)}
        """ + "\n"
    }

    /// `landfall run` at the site, with more words behind it, its files elsewhere, and variables in its environment.
    func startAgent(
        _ words: [String] = [], events: String? = nil, state: String? = nil, environment: [String] = []
    ) throws -> Child {
        let places = ["--socket", control, "--state", state ?? self.state, "--events", events ?? self.events]
        return try host.start("env", environment + [Landfall.path, "run", file, "--site", site] + places + words)
    }

    /// A router that accepts what the site says, and opens sessions itself or waits for them.
    func startBIRD(passive: Bool = false) async throws -> BIRD {
        try await BIRD(in: router, configuration: bird(passive: passive))
    }

    private func bird(passive: Bool) -> String {
        func session(_ name: String, _ neighbor: String, _ local: String, _ family: String) -> String {
            """
            protocol bgp \(name) {
              local \(local) as 64500;
              neighbor \(neighbor) as 65000;
              hold time \(holdTime); error wait time 1, 2; connect delay time 1; connect retry time 1;
              \(passive ? "passive;" : "")
              \(family) { import all; export none; };
            }
            """
        }
        return """
            router id 192.0.2.1;
            log stderr all; debug protocols { states, routes };
            protocol device { scan time 1; }
            \(hasIPv4 ? session("fra4", "192.0.2.\(number)", "192.0.2.1", "ipv4") : "")
            \(session("fra6", "2001:db8:f::\(number)", "2001:db8:f::1", "ipv6"))
            """
    }

    /// What `landfall status` calls alarms, in words.
    func alarms() async throws -> [String] {
        try JSONDecoder().decode(Status.self, from: Data(try await status().utf8)).alarms.map(\.text)
    }

    /// Waits until nothing is wrong any more.
    func hasNoAlarm() async throws { try await eventually("no alarm") { try await alarms().isEmpty } }

    /// Waits until something stands in the events, which a thread of their own writes.
    func seen(_ what: String) async throws {
        try await eventually("\(what) in the events") { readFile(events)?.contains(what) == true }
    }

    /// What `landfall status --json` says, as text.
    func status() async throws -> String {
        try await host.run(Landfall.path, ["status", "--socket", control, "--json"]).output
    }

    /// What `lo` has.
    func addresses() async throws -> String { try await host.run("ip", ["address", "show", "dev", "lo"]).output }

    /// Any other verb, asked at this host's agent.
    func landfall(_ words: String...) async throws -> (status: Int32, output: String) {
        try await host.run(Landfall.path, words + ["--socket", control])
    }

    /// Waits until the agent answers.
    func answers() async throws {
        try await eventually("the agent answers") {
            try await host.run(Landfall.path, ["status", "--socket", control]).status == 0
        }
    }

    private var prefixes: [String] { (hasIPv4 ? ["203.0.113.0/24"] : []) + ["2001:db8:113::/48"] }

    /// How many of the prefixes the router has.
    func routes(at bird: BIRD) async throws -> Int {
        var count = 0
        for prefix in prefixes where try await bird.route(to: prefix) != nil { count += 1 }
        return count
    }

    /// Waits until all prefixes are at the router.
    func announced(at bird: BIRD) async throws {
        try await eventually("every prefix at the router") {
            try await routes(at: bird) == prefixes.count
        }
    }

    /// Waits until none is.
    func withdrawn(at bird: BIRD) async throws {
        try await eventually("no prefix at the router") { try await routes(at: bird) == 0 }
    }

    /// Kills each service of an agent as soon as it runs, until something stands in the events. Found by the kernel, since
    /// an agent that is asked over its socket may take longer than a service has to live.
    func killServices(of agent: Child, until what: String) async throws {
        try await eventually("\(what) in the events") {
            for process in family(of: agent.id) where process.id != agent.id { process.signal(SIGKILL) }
            return readFile(events)?.contains(what) == true
        }
    }

    /// The pid of the agent's `landfall serve`.
    func service() async throws -> Int32 {
        var pid: Int32?
        try await eventually("the service runs") {
            pid = try await status().number(after: "\"pid\":", in: "\"services\":[")
            return pid != nil
        }
        return pid ?? -1
    }
}

extension String {
    /// The number behind `key` in the part behind `start`.
    func number(after key: String, in start: String = "") -> Int32? {
        guard let from = start.isEmpty ? startIndex : firstRange(of: start)?.upperBound,
            let at = self[from...].firstRange(of: key)
        else { return nil }
        return Int32(self[at.upperBound...].prefix { $0.isNumber })
    }
}
