internal import Announce
internal import Control

/// The announcer's terms as JSON and people have them: on the control socket, in events, and in what outlives the agent.
extension Level {
    var word: String {
        switch self {
        case .withdrawn: "withdrawn"
        case .draining: "draining"
        case .lastResort: "last-resort"
        case .degraded: "degraded"
        case .healthy: "healthy"
        }
    }
}

extension Acts.Change {
    var isDrain: Bool { if case .drain = self { true } else { false } }

    var word: String { isDrain ? "drain" : "undrain" }
}

extension Acts.Standing {
    var word: String {
        switch self {
        case .inEffect: "in-effect"
        case .ended: "ended"
        case .undone: "undone"
        case .superseded: "superseded"
        }
    }
}

extension OrderTarget {
    /// In the engine's words; reading made sure of the name.
    var meant: Drain.Target {
        switch kind {
        case .host: .host
        case .service: .service(name ?? "")
        case .neighbor: .neighbor(name ?? "")
        }
    }

    init(of target: Drain.Target) {
        switch target {
        case .host: self.init(.host)
        case .service(let name): self.init(.service, name)
        case .neighbor(let name): self.init(.neighbor, name)
        }
    }
}
