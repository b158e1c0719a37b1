package import Net

/// What was seen of one site between two moments, by its neighbors' routers and by its agents.
package struct Sightings: Hashable, Sendable {
    /// A prefix as one neighbor has it.
    package struct Route: Hashable, Sendable {
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
    /// How often a check at the site came to another verdict.
    package var verdicts = 0
    package var wasDegraded = false
    package var checksMade: UInt64 = 0
    package var checksFailed: UInt64 = 0

    package init() {}

    /// What the agent's counters said before and after.
    mutating func note(_ before: (made: UInt64, failed: UInt64), _ after: (made: UInt64, failed: UInt64)) {
        (checksMade, checksFailed) = (after.made &- before.made, after.failed &- before.failed)
        if checksMade > .max / 2 { (checksMade, checksFailed) = (after.made, after.failed) }  // it was started anew
    }

    package var withdrawals: Int { routes.reduce(0) { $0 + $1.withdrawals } }
    package var announcements: Int { routes.reduce(0) { $0 + $1.announcements } }
}
