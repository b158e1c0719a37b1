import Net
import Peers

/// What routes there are, and what happens to them.
struct SpeedScenario: Sendable {
    var name: String
    var prefixes: Int
    var isIPv6 = false
    var feeds = 1
    /// As `peers/bgpload.c` knows them.
    var phases: [String]

    /// Attribute sets per prefix, as a full table has them.
    var sets: Int { max(prefixes * 15 / 100, 1) }

    static func all(_ scale: Double) -> [Self] {
        func scaled(_ count: Int) -> Int { max(Int(Double(count) * scale), 1000) }
        let rate = scaled(50_000)
        return [
            Self(name: "table", prefixes: scaled(1_000_000), phases: ["table", "withdraw", "table", "drop"]),
            Self(
                name: "ipv6", prefixes: scaled(200_000), isIPv6: true, phases: ["table", "withdraw", "table", "drop"]),
            Self(name: "best", prefixes: scaled(100_000), feeds: 10, phases: ["table", "withdraw", "table", "drop"]),
            Self(name: "churn", prefixes: scaled(1_000_000), phases: ["table", "churn:\(rate):20"]),
        ]
    }
}

/// What one phase took, as `peers/bgpload.c` prints it.
struct SpeedFigures: Sendable {
    var phase: String
    private let values: [String: Double]

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 5, words[1].hasPrefix("wall=") else { return nil }
        phase = String(words[0].prefix { $0 != ":" })
        values = words.dropFirst().reduce(into: [:]) { values, word in
            let parts = word.split(separator: "=")
            if parts.count == 2 { values[String(parts[0])] = Double(parts[1]) }
        }
    }

    subscript(_ name: String) -> Double { values[name] ?? .nan }

    /// Seconds until the listener had heard all, and of the router's processor.
    var wall: Double { self["wall"] }
    var cpu: Double { self["cpu"] }
    /// Megabytes at most, from the start of the router.
    var peak: Double { self["peak"] / 1024 }
}

/// The load, compiled once, and tables for it.
actor SpeedLoad {
    private let sandbox: Sandbox
    private let program: String
    private var files: [String: String] = [:]

    init() async throws {
        sandbox = try await Sandbox(fresh: false)
        program = sandbox.folder + "/bgpload"
        let compiler = Program.lack("clang") == nil ? "clang" : "cc"
        let arguments = ["-O2", "-o", program, "Benchmarks/peers/bgpload.c", "-lm"]
        let built = try await sandbox.run(compiler, arguments, within: .seconds(60))
        guard built.status == 0 else { throw PeerError("\(compiler): \(built.output)") }
    }

    /// Runs a scenario against a contender of its own, in namespaces of its own.
    func run(_ scenario: SpeedScenario, _ contender: SpeedContender) async throws -> [SpeedFigures] {
        let (near, far) = (try await Sandbox(), try await Sandbox())
        let cable = Cable(isIPv6: scenario.isIPv6, feeds: scenario.feeds)
        try await cable.connect(near, to: far)
        let router = try contender.start(in: near, cable)
        try await Task.sleep(for: .milliseconds(700))
        guard router.isRunning else { throw PeerError("\(contender.rawValue) ended: \(router.output)") }
        let pids = family(of: router.id).map { "\($0.id)" }.joined(separator: ",")
        let options = [
            "router=" + cable.ours.joined(separator: ","), "local=\(cable.listener),\(cable.feeders[0])",
            "prefixes=" + (try file(scenario)), "sets=\(scenario.sets)", "feeds=\(scenario.feeds)", "pids=" + pids,
        ]
        let phases = scenario.phases.flatMap { $0 == "drop" ? [$0] : ["connect", $0] }
        let (status, output) = try await far.run(program, options + phases, within: .seconds(1200))
        await router.stop()
        guard status == 0 else {
            throw PeerError(
                "\(contender.rawValue), \(scenario.name): \(output.suffix(500)) \(router.output.suffix(500))")
        }
        return output.split(separator: "\n").compactMap { SpeedFigures($0) }
    }

    private func file(_ scenario: SpeedScenario) throws -> String {
        let key = "\(scenario.isIPv6 ? "ipv6" : "ipv4")-\(scenario.prefixes)"
        if let known = files[key] { return known }
        let count = scenario.prefixes
        let table = FullTable(ipv4: scenario.isIPv6 ? 0 : count, ipv6: scenario.isIPv6 ? count : 0, seed: 1)
        let path = "\(sandbox.folder)/\(key)"
        try writeFile(path, table.text)
        files[key] = path
        return path
    }
}
