internal import FoundationEssentials

/// A line of what an agent writes with `--events`, as far as a rehearsal looks at it (docs/agent.md).
struct AgentEvent: Decodable, Sendable {
    var event: String
    var prefix: String?
    var address: String?
    var check: String?
    var verdict: String?
    var reason: String?

    init?(_ line: some StringProtocol) {
        guard let event = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = event
    }
}
