public import Net

/// Whom prefixes are announced to, and what makes a route to us look better or worse there.
public struct Neighbor: Hashable, Sendable {
    public var name: String
    /// The prefixes it is told about.
    public var family: Family
    public var prepend: Int
    public var med: UInt32?
    public var communities: [Community]
    public var largeCommunities: [LargeCommunity]

    public init(
        name: String, family: Family, prepend: Int = 0, med: UInt32? = nil, communities: [Community] = [],
        largeCommunities: [LargeCommunity] = []
    ) {
        (self.name, self.family, self.prepend, self.med) = (name, family, prepend, med)
        (self.communities, self.largeCommunities) = (communities, largeCommunities)
    }

    func announcement(of prefix: Prefix) -> Announcement {
        var announcement = Announcement(prefix: prefix)
        announcement.prepend = prepend
        announcement.med = med
        announcement.communities = communities
        announcement.largeCommunities = largeCommunities
        return announcement
    }
}
