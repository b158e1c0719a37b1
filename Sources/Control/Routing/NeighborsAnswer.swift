/// `GET /neighbors`: sessions, what goes over them, and how near limits are. Documented in docs/router-json.md. Times are RFC
/// 3339 in UTC, spans in seconds.
package struct NeighborsAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.neighbors/1"

    package var schema = Self.schema
    package var time = ""
    /// Our own.
    package var asn: UInt32?
    package var routerID: String?
    package var neighbors: [NeighborAnswer] = []

    package init() {}
}

package struct NeighborAnswer: Codable, Hashable, Sendable {
    package var name = ""
    package var address = ""
    package var asn: UInt32 = 0
    /// What it is to us (RFC 9234).
    package var role: String?
    /// `Idle`, `Connect`, `Active`, `OpenSent`, `OpenConfirm` or `Established`.
    package var state = ""
    package var since = ""
    /// How long it has been Established.
    package var upSeconds: Double?
    package var routerID: String?
    /// Our end of the connection.
    package var localAddress: String?
    /// What both agreed on, while Established.
    package var families: [String]?
    package var disabledFamilies: [String]?
    package var holdTimeSeconds: Double?
    package var mraiSeconds: Double?
    package var capabilities: SessionCapabilities?
    /// How the last session or attempt ended.
    package var lastError: String?
    package var prefixes: [Table]?
    /// Prefixes in its UPDATEs, those that came again counted again.
    package var announced: UInt64?
    package var withdrawn: UInt64?
    /// It is asked to use other ways (RFC 8326).
    package var isShuttingDown: Bool?
    /// Prefixes that it announces, where no routes are kept.
    package var prefixesReceived: Int?
    /// Policies by name; left out: none, so RFC 8212 counts.
    package var importPolicy: String?
    package var exportPolicy: String?
    /// Memory of attributes that were first seen from it, and how much is allowed.
    package var attributeBytes: Int?
    package var attributeBytesLimit: Int?
    /// Next hops that were first seen from it, and how many are allowed.
    package var nextHops: Int?
    package var nextHopsLimit: Int?
    /// It is told nothing more, since that would be more than its limit.
    package var isStopped: Bool?
    /// Prefixes that changed and that it hasn't been told yet, at most; while it is told the whole table it is left out.
    package var waitingPrefixes: Int?
    /// Neighbors that are told the same, itself included.
    package var groupMembers: Int?
    /// What waits for it to read.
    package var pendingBytes: Int?
    package var received: Messages?
    package var sent: Messages?
    package var malformed: UInt64 = 0
    /// UPDATEs whose routes were well formed and could not be used.
    package var flawed: UInt64?
    /// Its connections that were refused, since its session was up or is held down.
    package var refusedConnections: UInt64?
    /// How often the session came up.
    package var ups: UInt64?

    package init() {}

    package struct Table: Codable, Hashable, Sendable {
        package var family = ""
        package var received = 0
        package var accepted = 0
        package var filtered = 0
        package var best = 0
        package var told = 0
        /// Routes that it may send; left out: any number.
        package var limit: Int?
        /// Percent of it that are there.
        package var limitUsedPercent: Int?
        /// Beyond it: what comes is refused.
        package var isFull: Bool?
        /// Prefixes that it may be told.
        package var toldLimit: Int?

        package init() {}
    }

    package struct Messages: Codable, Hashable, Sendable {
        package var opens: UInt64 = 0
        package var updates: UInt64 = 0
        package var notifications: UInt64 = 0
        package var keepalives: UInt64 = 0
        package var refreshes: UInt64 = 0

        package init() {}

        package var total: UInt64 { opens + updates + notifications + keepalives + refreshes }
    }
}

/// What the OPENs of a session that is up offered (RFC 5492).
package struct SessionCapabilities: Codable, Hashable, Sendable {
    package var both: [String] = []
    package var oursOnly: [String] = []
    package var theirsOnly: [String] = []

    package init() {}
}
