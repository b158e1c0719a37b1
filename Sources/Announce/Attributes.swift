public import Net

/// What is added to a route while it is in a state, so that a router likes it less, or knows why.
public struct Attributes: Hashable, Sendable {
    /// How often more our ASN is repeated.
    public var prepend: Int
    /// Replaces the neighbor's own MULTI_EXIT_DISC; nil leaves it.
    public var med: UInt32?
    /// The same for LOCAL_PREF, at neighbors of our own AS: there the path is empty, and nothing can be prepended to it.
    public var localPref: UInt32?
    public var communities: [Community]
    public var largeCommunities: [LargeCommunity]

    public init(
        prepend: Int = 0, med: UInt32? = nil, localPref: UInt32? = nil, communities: [Community] = [],
        largeCommunities: [LargeCommunity] = []
    ) {
        (self.prepend, self.med, self.localPref) = (prepend, med, localPref)
        (self.communities, self.largeCommunities) = (communities, largeCommunities)
    }

    /// A path as long as this is as bad as any; longer ones are filtered by careful networks.
    package static let longestPrepend = 16
}

extension Announcement {
    /// Prepends add up, the last MED and LOCAL_PREF count, and no community is there twice.
    mutating func add(_ attributes: Attributes) {
        prepend = min(prepend + attributes.prepend, Attributes.longestPrepend)
        med = attributes.med ?? med
        localPref = attributes.localPref ?? localPref
        communities += attributes.communities.filter { !communities.contains($0) }
        largeCommunities += attributes.largeCommunities.filter { !largeCommunities.contains($0) }
    }
}

/// The attributes of each state, for all neighbors or for one.
public struct StateAttributes: Hashable, Sendable {
    public var healthy = Attributes()
    /// By default a degraded site looks as it always does: overload is no reason to move traffic (ANNOUNCING 7).
    public var degraded = Attributes()
    /// GRACEFUL_SHUTDOWN (RFC 8326) and the prepend are one set, hence one UPDATE (ANNOUNCING 12). A LOCAL_PREF of 0 is
    /// what that RFC wants a router to make of the community.
    public var draining = Attributes(prepend: 3, localPref: 0, communities: [.gracefulShutdown])
    /// For routes that should be used when there is no other: those of standby sites and neighbors, and of an anchor
    /// whose checks fail.
    public var standby = Attributes(prepend: 3, localPref: 50)

    public init() {}

    func attributes(of level: Level) -> Attributes {
        switch level {
        case .withdrawn: Attributes()
        case .draining: draining
        case .lastResort: standby
        case .degraded: degraded
        case .healthy: healthy
        }
    }
}
