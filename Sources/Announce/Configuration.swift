public import Net

/// All that a host's announcements depend on, apart from what happens. It is replaced whole (`Announcer.Event.configure`),
/// and only the difference has an effect.
public struct Configuration: Hashable, Sendable {
    public var policy: Policy
    public var prefixes: [Prefix]
    public var services: [Service]
    public var neighbors: [Neighbor]
    /// Less specific prefixes that an anchor announces from start to stop, whatever the verdicts.
    public var covers: [Prefix] = []
    /// Verdicts alone never withdraw here (ANNOUNCING 9), except what a cover stands in for; services may say otherwise.
    public var isAnchor = false
    /// The site is used when there is no other: everything is announced less preferred, so that BGP itself does the
    /// switching and nobody has to notice first.
    public var isStandby = false
    /// Other hosts of the site announce the same: being degraded alone would only push its load to them.
    public var sharesSite = false

    public init(policy: Policy, prefixes: [Prefix], services: [Service], neighbors: [Neighbor]) {
        (self.policy, self.prefixes) = (policy, prefixes)
        (self.services, self.neighbors) = (services, neighbors)
    }

    /// Whether a failure of its checks leaves the prefix announced: one service in it that must stay is enough.
    func guards(_ prefix: Prefix) -> Bool {
        let wanted = services(in: prefix).contains { $0.isAnchor ?? isAnchor }
        return wanted && !covers.contains { $0.contains(prefix) }
    }

    func services(in prefix: Prefix) -> [Service] { services.filter { prefix.contains($0.address) } }
}

extension Configuration {
    /// An address that must answer, and what looks at it.
    public struct Service: Hashable, Sendable {
        /// What operators call it; the addresses of one service share it.
        public var name: String
        public var address: Address
        public var checks: [Check]
        /// Whether verdicts alone leave it announced; nil: as at the whole site.
        public var isAnchor: Bool?

        public init(name: String = "", address: Address, checks: [Check], isAnchor: Bool? = nil) {
            (self.name, self.address, self.checks, self.isAnchor) = (name, address, checks, isAnchor)
        }
    }

    /// One check of an address, as far as announcing is concerned.
    public struct Check: Hashable, Sendable {
        public enum Reach: String, Hashable, Sendable, CaseIterable {
            /// It says something about this site.
            case local
            /// It would fail everywhere at once, so it never withdraws (ANNOUNCING 3).
            case shared
        }

        /// Everything that makes it this check: another identity is another check, which has to pass first (ANNOUNCING 5).
        public var identity: String
        /// What operators call it.
        public var name: String
        public var reach: Reach
        /// It is about the way through this neighbor, and acts there alone (ANNOUNCING 11).
        public var neighbor: String?

        /// - Parameter name: nil: the identity is short enough to be one.
        public init(_ identity: String, name: String? = nil, reach: Reach = .local, neighbor: String? = nil) {
            (self.identity, self.name, self.reach, self.neighbor) = (identity, name ?? identity, reach, neighbor)
        }
    }
}
