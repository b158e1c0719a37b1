import Glibc
import Peers
import Testing

/// docs/quick-start.md, as it is written: its file, its zone, what it says to type, and what a provider would be sent.
@Suite("The quick start", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct QuickStartTests {
    @Test("brings one address up at two sites, by BIRDs that run what handoff prints", arguments: ["fra", "gru"])
    func site(name: String) async throws {
        let machine = try await Machine(name, network: name == "fra" ? "192.0.2" : "198.51.100")
        let check = try await machine.landfall("check", machine.file)
        #expect(check.status == 0 && check.output.contains("203.0.113.0/24"), "\(check.output)")
        let bird = try await machine.startProvider()
        let doctor = try await machine.landfall("doctor", machine.file, "--site", name, "--state", machine.state)
        #expect(doctor.status == 0, "\(doctor.output)")

        let agent = try machine.startAgent()
        try await eventually("the prefix is at the provider") {
            try await bird.route(to: "203.0.113.0/24")?.path == [65000]
        }
        try await eventually("the provider forwards to it") {
            try await machine.provider.run("ip", ["route", "get", "203.0.113.53"]).output.contains("down")
        }
        let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: machine.provider, ["+nsid"])
        #expect(answer.nsid == name && answer.answer.first?.hasSuffix("198.51.100.80") == true)
        let identity = try await Dig.ask("id.server CH TXT", at: "203.0.113.53", in: machine.provider)
        #expect(identity.answer.first?.contains("\"\(name)\"") == true)
        for words in [["status", "--socket", machine.control], ["events", "--state", machine.state]] {
            let told = try await machine.host.run(Landfall.path, words)
            #expect(told.status == 0 && told.output.contains("203.0.113.0/24"), "\(told.output)")
        }
        agent.signal(SIGKILL)  // a stop would drain first
    }
}

/// One of the two machines, and the router of its provider.
private final class Machine: Sendable {
    let host: Sandbox
    let provider: Sandbox
    let file: String
    private let site: String
    private let network: String

    var control: String { host.folder + "/control" }
    var state: String { host.folder + "/state" }

    init(_ site: String, network: String) async throws {
        (self.site, self.network) = (site, network)
        host = try await Sandbox()
        provider = try await Sandbox()
        try await host.connect(to: provider, as: "up", [network + ".2/24"], otherwise: "down", [network + ".1/24"])
        try await host.ip("route add default via \(network).1")
        chmod(host.folder, 0o777)
        file = host.folder + "/landfall.yaml"
        let page = try Repository.text("docs/quick-start.md")
        try writeFile(file, try Self.block("yaml", of: page))
        try writeFile(host.folder + "/example.org.zone", try Self.block("zone", of: page))
    }

    private static func block(_ kind: String, of page: String) throws -> String {
        let rest = try #require(page.split(separator: "\n```\(kind)\n").dropFirst().first)
        return String(try #require(rest.split(separator: "\n```").first)) + "\n"
    }

    func landfall(_ words: String...) async throws -> (status: Int32, output: String) {
        try await host.run(Landfall.path, words)
    }

    func startAgent() throws -> Child {
        try host.start(Landfall.path, ["run", file, "--site", site, "--socket", control, "--state", state])
    }

    /// What handoff prints, in a BIRD that forwards what it accepts.
    func startProvider() async throws -> BIRD {
        let made = try await landfall("handoff", file, "--site", site, "--for", "bird", "--only", "router")
        #expect(made.status == 0 && made.output.contains("protocol bgp"), "\(made.output)")
        return try await BIRD(
            in: provider,
            configuration: """
                router id \(network).1;
                log stderr all;
                protocol device { scan time 1; }
                protocol kernel { ipv4 { export all; }; }
                \(made.output)
                """)
    }
}
