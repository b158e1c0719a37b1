/// `GET /status` of a router: what it is, and how its sessions are. Documented in docs/router.md.
package struct RouterStatus: Codable, Hashable, Sendable {
    package static let schema = "landfall.router/1"

    package var schema = Self.schema
    package var router = ""
    package var asn: UInt32 = 0
    package var routerID = ""
    package var file = ""
    package var pid: Int32 = 0
    package var started = ""
    package var neighbors: [Neighbor] = []
    /// Of all neighbors, as received.
    package var routes = 0
    package var prefixes = 0
    package var attributeSets = 0
    /// Memory of all of that.
    package var bytes = 0
    /// Connections of strangers.
    package var refusedConnections: UInt64 = 0
    /// Events that could not be written.
    package var lostEvents: UInt64 = 0

    package init() {}

    package struct Neighbor: Codable, Hashable, Sendable {
        package var name = ""
        package var state = ""
        package var isUp = false
        /// Prefixes in its UPDATEs since it is a neighbor: growing only, so that they stand still when routing does.
        package var announced: UInt64 = 0
        package var withdrawn: UInt64 = 0
        /// Routes of it that are there, and prefixes that it is told.
        package var received = 0
        package var told = 0
        package var lastError: String?

        package init() {}
    }
}
