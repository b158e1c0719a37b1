package import Net

/// What one neighbor can make us keep.
package struct Limits: Hashable, Sendable {
    /// Routes of each family. More are refused, and the session ought to end (RFC 4486 §4, subcode 1).
    package var prefixes: [Family: Int] = [:]
    /// Percent of that at which a warning is given.
    package var warning = 75
    /// What we tell the neighbor of each family; more, and nothing is told any more, and the session ought to end.
    package var prefixesOut: [Family: Int] = [:]
    /// Bytes of attribute sets that were first seen from this neighbor. More, and the session ought to end (RFC 4486 §4,
    /// subcode 8).
    package var attributeBytes = 512 << 20
    /// Next hops that were first seen from this neighbor: each is resolved and watched by itself. More, and the session ought
    /// to end in the same way.
    package var nextHops = 32_768
    /// ASes in a path; longer ones are dropped. The longest that the Internet has seen on purpose had fewer than 300.
    package var pathLength = 1000
    /// Communities of all kinds on one route; routes with more are dropped.
    package var communities = 2000
    /// Paths for one prefix (RFC 7911).
    package var pathsPerPrefix = 16

    package init() {}

    func prefixes(_ family: Family) -> Int { prefixes[family] ?? .max }
}

/// What a RIB has to say beyond its routes, once each.
package enum Notice: Hashable, Sendable {
    case manyPrefixes(NeighborID, Family, count: Int, limit: Int)
    /// This one, and those that follow, were refused.
    case tooManyPrefixes(NeighborID, Family, limit: Int)
    case tooManyAttributes(NeighborID, limitBytes: Int)
    case tooManyNextHops(NeighborID, limit: Int)
    /// Nothing more is told to this neighbor until the session is up anew.
    case tooManyPrefixesOut(NeighborID, Family, count: Int, limit: Int)
    /// Attributes that don't fit a message to this neighbor; its prefixes were withdrawn from it (RFC 8654 §4).
    case tooLong(NeighborID, prefixes: Int)
}

/// Why a route that a neighbor sent isn't used.
package enum Drop: Hashable, Sendable {
    /// Our own ASN is in the path (RFC 4271 §9.1.2).
    case pathLoop
    /// We are its originator, or it went through our cluster (RFC 4456 §8).
    case reflectionLoop
    /// The path doesn't begin with the neighbor's ASN (RFC 4271 §6.3).
    case otherFirstAS(ASN?)
    /// A set in the path (RFC 9774).
    case set
    /// It came from below or beside us though it had gone down before (RFC 9234 §5).
    case leak(ASN)
    case longPath(Int, limit: Int)
    case manyCommunities(Int, limit: Int)
    /// What import adds makes its attributes longer than any message (RFC 8654 §4).
    case tooLong
    /// The next hop is an address of ours (RFC 4271 §5.1.3).
    case ownNextHop(Address)
    /// The next hop is loopback, reserved, or on "this network" (RFC 4271 §6.3).
    case martianNextHop(Address)
    /// Of a neighbor on a link of ours in another AS, the next hop is elsewhere (RFC 4271 §5.1.3, §6.3).
    case distantNextHop(Address)
    /// The prefix is one that no router forwards to: loopback, link-local, multicast, reserved (RFC 6890).
    case martian
    /// The prefix is an address of ours.
    case ownAddress
    /// It asks to discard its packets, and that isn't agreed with this neighbor (RFC 7999 §3.3).
    case blackhole
    /// Neighbors of other ASes need a policy (RFC 8212).
    case noPolicy
    /// A rule of the policy, by name, or its end.
    case policy(String, rule: String?)
}
