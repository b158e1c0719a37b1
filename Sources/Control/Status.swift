/// What `landfall status --json` prints and `GET /status` answers; documented in docs/agent.md. Times are RFC 3339 in
/// UTC, spans in seconds.
package struct Status: Codable, Sendable {
    package static let schema = "landfall.status/2"

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    package var version = ""
    package var pid = 0
    package var time = ""
    package var started = ""
    /// The configuration, as this host sees it.
    package var file: String?
    package var configuration: Configuration?
    package var prefixes: [Prefix] = []
    package var checks: [Check] = []
    package var neighbors: [Neighbor] = []
    package var services: [Service] = []
    /// What the host carries, as a share of its part of the site's capacity.
    package var load: Double?
    /// What happens by itself, the soonest first: what waits ends, or a time is over.
    package var next: [Transition]?
    /// The agent has been told to end, and moves traffic away before it does.
    package var isStopping: Bool?
    /// What operators have drained and not undrained.
    package var drains: [Drain]?
    /// What is wrong or notable, worst first; none when all is well.
    package var alarms: [Alarm] = []
    /// Requests, and bytes that were none, on this socket.
    package var control = Control()
    /// Lines that the event log could not write.
    package var eventsLost: UInt64 = 0
    /// Where the agent keeps what outlives it.
    package var stateFolder: String?
    /// Hooks that did not run, because too many waited already.
    package var hooksLost: UInt64?

    package init() {}

    package struct Prefix: Codable, Sendable {
        package var prefix = ""
        /// `announced`, `withdrawn` or `held-down`.
        package var state = ""
        package var reason = ""
        package var since = ""
        /// Until a hold-down ends.
        package var secondsLeft: Double?
        /// How good it is meant to look where it looks best: `healthy`, `degraded`, `last-resort`, `draining` or `withdrawn`.
        package var level: String?
        /// What it waits for, in words; each once.
        package var waiting: [String]?
        /// The same for each neighbor.
        package var routes: [Route]?

        package init() {}

        package struct Route: Codable, Sendable {
            package var neighbor = ""
            package var level = ""
            package var waiting: String?
            /// A drain keeps it as it is: withdrawn, or on its way there.
            package var isDrained: Bool?
            /// Flap penalty.
            package var penalty: Double = 0

            package init() {}
        }
    }

    package struct Transition: Codable, Sendable {
        /// `hold-down`, `penalty`, `drain-wait`, `drain-end`, or `confirmation`: what ends.
        package var kind = ""
        /// Which prefix, or what is drained; nil for what concerns the whole host.
        package var subject: String?
        package var inSeconds: Double = 0
        /// What happens then, in words.
        package var text = ""

        package init() {}
    }

    package struct Drain: Codable, Sendable {
        package var target = OrderTarget(.host)
        /// `moving`, `withdrawn`, or `kept`: announced, since too much traffic stayed.
        package var state = ""
        /// Of the time that traffic gets to move.
        package var secondsLeft: Double?
        /// How much of the traffic of before is still here, where that is known.
        package var share: Double?
        /// Neighbors that are still told something that it is about.
        package var neighbors: [String] = []
        /// When it ends by itself.
        package var ends: String?
        package var endsInSeconds: Double?
        package var isForced = false
        /// The act that began it, by whom and when, as far as the history goes back.
        package var act: Int?
        package var by: String?
        package var since: String?

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
        /// What both agreed on, while Established.
        package var families: [String]?
        /// Families of which nothing is heard any more, since an UPDATE of them could not be read.
        package var disabledFamilies: [String]?
        package var capabilities: SessionCapabilities?

        package init() {}
    }

    package struct Advertised: Codable, Sendable {
        package var prefix = ""
        package var prepend = 0
        package var med: UInt32?
        package var localPref: UInt32?
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
