package import Net

/// What a policy or a session changes in an attribute set.
package struct Edit: Hashable, Sendable {
    package enum Number: Hashable, Sendable {
        case keep
        case set(UInt32)
        case remove
    }

    /// Which communities to take out, then which to add.
    package struct Tags<Tag: Hashable & Sendable, Pattern: Hashable & Sendable>: Hashable, Sendable {
        package var removesAll = false
        package var removes: [Pattern] = []
        package var adds: [Tag] = []

        var isEmpty: Bool { !removesAll && removes.isEmpty && adds.isEmpty }
    }

    package var localPref = Number.keep
    package var med = Number.keep
    /// So many times more: our ASN on the way out, the neighbor's on the way in.
    package var prepend = 0
    package var communities = Tags<Community, CommunityPattern>()
    package var largeCommunities = Tags<LargeCommunity, LargeCommunityPattern>()
    /// Sets Only to Customer where there is none (RFC 9234 §5).
    package var onlyToCustomer: ASN?
    /// Other next hops; nil: those that are there.
    package var nextHops: [Address]?
    /// In their place, whatever address of ours the neighbor reaches us by: it isn't the same for all that share the rest.
    package var ownNextHop = false
    /// Of a next hop that stays, the global address alone: the link-local one beside it means something on the link that it was
    /// heard on (RFC 2545 §3).
    package var globalNextHop = false
    /// Leaves out what must not leave the AS: LOCAL_PREF, the MED of another AS, the reflector's attributes,
    /// extended communities that are not transitive (RFC 4271 §5.1.4, §5.1.5; RFC 4456 §8; RFC 4360 §6).
    package var leavesAS = false
    /// Gives LOCAL_PREF its usual value where there is none: within our AS it must be there (RFC 4271 §5.1.5).
    package var needsLocalPref = false
    /// Leaves out attributes that we don't know and that aren't transitive, and marks the others as partial (RFC 4271 §5).
    package var passesOn = false

    package init() {}

    var isEmpty: Bool { self == Self() }
}

/// `65000:100`, or `65000:*` with any value.
package struct CommunityPattern: Hashable, Sendable {
    var value: UInt32
    var mask: UInt32

    package init(_ community: Community) { (value, mask) = (community.rawValue, .max) }
    package init(any high: UInt16) { (value, mask) = (UInt32(high) << 16, 0xffff_0000) }

    @inline(__always)
    func matches(_ word: UInt32) -> Bool { word & mask == value }
}

/// `65000:1:2`, with any value where nothing is given.
package struct LargeCommunityPattern: Hashable, Sendable {
    var global: UInt32
    var local1: UInt32?
    var local2: UInt32?

    package init(_ global: UInt32, _ local1: UInt32? = nil, _ local2: UInt32? = nil) {
        (self.global, self.local1, self.local2) = (global, local1, local2)
    }

    package init(_ community: LargeCommunity) { self.init(community.global, community.local1, community.local2) }

    @inline(__always)
    func matches(_ community: LargeCommunity) -> Bool {
        community.global == global && local1.map { $0 == community.local1 } ?? true
            && local2.map { $0 == community.local2 } ?? true
    }
}

extension Edit {
    /// LOCAL_PREF 0, as GRACEFUL_SHUTDOWN asks for (RFC 8326 §4.1).
    static let lastChoice = {
        var edit = Self()
        edit.localPref = .set(0)
        return edit
    }()

    /// GRACEFUL_SHUTDOWN: whoever hears of the route makes it his last choice (RFC 8326 §4.2).
    static let tagged = {
        var edit = Self()
        edit.communities.adds = [.gracefulShutdown]
        return edit
    }()

    static let leaving = tagged.followed(by: lastChoice)

    func followed(by next: Self) -> Self {
        var edit = self
        edit.append(next)
        return edit
    }

    /// First this one, then the other.
    mutating func append(_ next: Edit) {
        if next.localPref != .keep { localPref = next.localPref }
        if next.med != .keep { med = next.med }
        prepend += next.prepend
        communities.append(next.communities) { pattern, tag in pattern.matches(tag.rawValue) }
        largeCommunities.append(next.largeCommunities) { pattern, tag in pattern.matches(tag) }
        onlyToCustomer = onlyToCustomer ?? next.onlyToCustomer
        nextHops = next.nextHops ?? nextHops
        ownNextHop = ownNextHop || next.ownNextHop
        globalNextHop = globalNextHop || next.globalNextHop
        leavesAS = leavesAS || next.leavesAS
        needsLocalPref = needsLocalPref || next.needsLocalPref
        passesOn = passesOn || next.passesOn
    }
}

extension Edit.Tags {
    mutating func append(_ next: Self, _ matches: (Pattern, Tag) -> Bool) {
        if next.removesAll { self = Self(removesAll: true) }
        removes += next.removes
        adds.removeAll { tag in next.removes.contains { matches($0, tag) } }
        adds += next.adds.filter { !adds.contains($0) }
    }
}
