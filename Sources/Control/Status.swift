/// What `landfall status --json` prints and `GET /status` answers; documented in docs/agent.md. Times are RFC 3339 in
/// UTC, spans in seconds.
package struct Status: Codable, Sendable {
    package static let schema = 1

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    package var version = ""
    package var pid = 0
    package var time = ""
    package var started = ""
    package var prefixes: [Prefix] = []
    package var checks: [Check] = []
    package var neighbors: [Neighbor] = []
    package var services: [Service] = []
    /// What is wrong or notable, worst first; empty when all is well.
    package var alarms: [String] = []
    /// Requests, and bytes that were none, on this socket.
    package var control = Control()
    /// Lines that the event log could not write.
    package var eventsLost: UInt64 = 0

    package init() {}

    package struct Prefix: Codable, Sendable {
        package var prefix = ""
        /// `announced`, `withdrawn` or `held-down`.
        package var state = ""
        package var reason = ""
        package var since = ""
        /// Until a hold-down ends.
        package var secondsLeft: Double?

        package init() {}
    }

    package struct Check: Codable, Sendable {
        package var name = ""
        package var address = ""
        package var verdict = ""
        package var reason = ""
        package var since = ""
        /// The last answer that came.
        package var milliseconds: Double?
        package var passed: UInt64 = 0
        package var failed: UInt64 = 0
        package var impossible: UInt64 = 0

        package init() {}
    }

    package struct Neighbor: Codable, Sendable {
        package var name = ""
        package var address = ""
        package var asn: UInt32 = 0
        /// `Idle`, `Connect`, `Active`, `OpenSent`, `OpenConfirm` or `Established`.
        package var state = ""
        package var since = ""
        package var holdTimeSeconds: Double?
        package var lastError: String?
        package var advertised: [Advertised] = []
        package var messagesReceived: UInt64 = 0
        package var messagesSent: UInt64 = 0
        package var malformed: UInt64 = 0
        package var prefixesReceived: UInt64 = 0

        package init() {}
    }

    package struct Advertised: Codable, Sendable {
        package var prefix = ""
        package var prepend = 0
        package var med: UInt32?
        package var communities: [String] = []

        package init() {}
    }

    /// Our own server.
    package struct Service: Codable, Sendable {
        package var name = ""
        /// `running`, `restarting` or `crash-loop`.
        package var state = ""
        package var pid: Int?
        package var since = ""
        package var restarts: UInt64 = 0
        /// How the process before this one ended, or why there is none.
        package var lastEnd: String?
        package var queriesPerSecond: Double = 0
        package var bitsPerSecond: Double = 0
        /// From the file.
        package var capacityQueriesPerSecond: UInt64?
        package var capacityBitsPerSecond: UInt64?
        package var queries: UInt64 = 0
        package var answers: UInt64 = 0
        package var malformed: UInt64 = 0
        /// What it could give up of its rights.
        package var confinement = ""
        /// Each with its serial number.
        package var zones: [String] = []

        package init() {}
    }

    package struct Control: Codable, Sendable {
        package var requests: UInt64 = 0
        package var malformed: UInt64 = 0
        package var refused: UInt64 = 0

        package init() {}
    }
}

extension Status {
    /// What somebody should look at, worst first: prefixes that are not announced, then sessions that are not up or
    /// can't tell, then services that keep ending, then checks that can't be made.
    package var derivedAlarms: [String] {
        let silent = prefixes.filter { $0.state != "announced" }.map { prefix in
            let left = prefix.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
            return "\(prefix.prefix) is \(prefix.state)\(left): \(prefix.reason)"
        }
        let down = neighbors.filter { $0.state != "Established" }.map { neighbor in
            "neighbor \(neighbor.name) is \(neighbor.state)" + (neighbor.lastError.map { ": \($0)" } ?? "")
        }
        let blind = neighbors.filter { $0.holdTimeSeconds == 0 }.map {
            "neighbor \($0.name) wants a hold time of 0: neither side notices when the other falls silent"
        }
        let crashing = services.filter { $0.state == "crash-loop" }.map { service in
            "service \(service.name) keeps ending" + (service.lastEnd.map { ": \($0)" } ?? "")
        }
        let unknown = checks.filter { $0.verdict == "unknown" }.map { check in
            "check \(check.name) at \(check.address) can't be made: \(check.reason)"
        }
        return silent + down + blind + crashing + unknown
    }
}
