/// What is said about a prefix to one neighbor; the AS path is the speaker's own AS, `1 + prepend` times, or empty inside
/// that AS.
public struct Announcement: Hashable, Sendable {
    public var prefix: Prefix
    /// How often our ASN is repeated beyond the first, so that the route looks longer.
    public var prepend = 0
    /// MULTI_EXIT_DISC; nil sends none.
    public var med: UInt32?
    /// LOCAL_PREF, which only a neighbor of our own AS is told (RFC 4271 §5.1.5); nil: 100.
    public var localPref: UInt32?
    public var communities: [Community] = []
    public var largeCommunities: [LargeCommunity] = []

    public init(prefix: Prefix) { self.prefix = prefix }
}
