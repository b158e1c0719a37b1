/// One thing that is done in a rehearsal, and what clients must see of it.
extension Rehearsal {
    public struct Step: Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case measure, hang, kill, freeze, cut, drain, undrain, flap, overload, restore
        }

        /// Unique: the file's own, or made of the rest: `kill-gru-serve`, `restore-fra-2`.
        public var name: String
        public var kind: Kind
        /// The site, or one of its hosts; nil for `measure`.
        public var target: String?
        /// What is stopped or killed: `agent`, `serve` (our own server), or the name of a program.
        public var process: String
        /// For `cut`: whose link alone; nil cuts all of the site's.
        public var neighbor: String?
        /// For `drain`: withdraw in the end, whatever still arrives.
        public var isForced = false
        /// How long a `flap` goes on, and how long an `overload` is watched.
        public var length: Duration
        public var load = Load()
        public var expect: Expectation
    }

    /// An `overload`: a capacity that is imposed on the service, and a flood that exceeds it.
    public struct Load: Hashable, Sendable {
        /// So many queries a second reach the service; the rest is dropped.
        public var limit = 2000
        /// So many times the limit is sent.
        public var factor = 3.0

        public init() {}

        public var queriesPerSecond: Int { Int(Double(limit) * factor) }
    }

    /// nil: not looked at.
    public struct Expectation: Sendable {
        public var medianOutage: Duration?
        public var maxOutage: Duration?
        public var lost: Int?
        /// Queries of flows that others than the target served.
        public var lostElsewhere: Int?
        /// After which no query is sent that is lost.
        public var lastLost: Duration?
        /// The step lasts until so many were sent.
        public var queries: Int?
        /// How much slower than a client's median before an answer may be.
        public var slower: Duration?
        /// Whether the site's neighbors lost a route to it.
        public var withdrawn: Bool?
        /// How often each neighbor saw each prefix go, and come (again).
        public var withdrawals: Int?
        public var announcements: Int?
        /// Whether a check at the site was degraded.
        public var degraded: Bool?
        /// At most so many TCP connections.
        public var connectionsBroken: Int?
        /// Client to site.
        public var landings: [(client: String, site: String)]
    }
}
