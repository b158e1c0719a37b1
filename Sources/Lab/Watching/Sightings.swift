package import Net

/// What was seen of a host, or of all those of a site, between two moments, by neighbors' routers and by agents.
package struct Sightings: Hashable, Sendable {
    /// A prefix as one neighbor has it from one host.
    package struct Route: Hashable, Sendable {
        package var host: String
        /// The neighbor's AS, by name, and the prefix.
        package var neighbor: String
        package var prefix: Prefix
        package var announcements = 0
        package var withdrawals = 0
        /// With other attributes.
        package var changes = 0
    }

    package var routes: [Route] = []
    /// Why the first route went: what ended the session as the router has it, or what the agent withdrew for.
    package var reason: String?
    /// How often a check there came to another verdict.
    package var verdicts = 0
    package var wasDegraded = false
    package var checksMade: UInt64 = 0
    package var checksFailed: UInt64 = 0

    package init() {}

    /// What the agent's counters said before and after.
    mutating func note(_ before: (made: UInt64, failed: UInt64), _ after: (made: UInt64, failed: UInt64)) {
        let isNew = after.made < before.made  // it was started anew
        checksMade += isNew ? after.made : after.made - before.made
        checksFailed += isNew ? after.failed : after.failed &- before.failed
    }

    mutating func add(_ other: Sightings) {
        routes += other.routes
        reason = reason ?? other.reason
        verdicts += other.verdicts
        wasDegraded = wasDegraded || other.wasDegraded
    }

    package var withdrawals: Int { routes.reduce(0) { $0 + $1.withdrawals } }
    package var announcements: Int { routes.reduce(0) { $0 + $1.announcements } }
}
