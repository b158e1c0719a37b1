public import Net

/// Whom prefixes are announced to, and what makes a route to us look better or worse there.
public struct Neighbor: Hashable, Sendable {
    public var name: String
    /// The prefixes it is told about.
    public var family: Family
    /// Sent with every route, whatever its state.
    public var attributes: Attributes
    /// What states look like here; nil: as everywhere (`Policy.states`).
    public var states: StateOverrides
    /// Keep the routes inside the neighbor's AS: NO_EXPORT (RFC 1997, RFC 4786 §4.4.3).
    public var isLocal = false
    /// In our own AS: told LOCAL_PREF, and no prepends.
    public var isInternal = false
    /// Told of routes that should be used when there is no other.
    public var isStandby = false
    /// Whether another site has a route for this AS too, so that it isn't left alone when ours looks bad.
    public var hasAlternative = true

    public init(
        name: String, family: Family, prepend: Int = 0, med: UInt32? = nil, communities: [Community] = [],
        largeCommunities: [LargeCommunity] = []
    ) {
        (self.name, self.family) = (name, family)
        attributes = Attributes(
            prepend: prepend, med: med, communities: communities, largeCommunities: largeCommunities)
        states = StateOverrides()
    }

    package func announcement(of prefix: Prefix, at level: Level, _ policy: Policy, standby: Bool) -> Announcement {
        let states = states.over(policy.states)
        var announcement = Announcement(prefix: prefix)
        announcement.add(attributes)
        if standby || isStandby { announcement.add(states.standby) }
        announcement.add(states.attributes(of: level))
        if isLocal { announcement.add(Attributes(communities: [.noExport])) }
        // Inside an AS there is no path to prepend to, and only there is a preference told.
        if isInternal { announcement.prepend = 0 } else { announcement.localPref = nil }
        return announcement
    }
}

/// One neighbor's own attributes of states; each that is given replaces the whole set of that state.
public struct StateOverrides: Hashable, Sendable {
    public var healthy: Attributes?
    public var degraded: Attributes?
    public var draining: Attributes?
    public var standby: Attributes?

    public init() {}

    package func over(_ states: StateAttributes) -> StateAttributes {
        var states = states
        if let healthy { states.healthy = healthy }
        if let degraded { states.degraded = degraded }
        if let draining { states.draining = draining }
        if let standby { states.standby = standby }
        return states
    }
}
