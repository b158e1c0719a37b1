public import Net

/// What an UPDATE says about all the prefixes that it announces (RFC 4271 §5).
public struct PathAttributes: Hashable, Sendable {
    public var origin: Origin?
    /// With AS4_PATH merged in, so always of four-byte ASNs.
    public var asPath: ASPath?
    /// For IPv4 prefixes outside of MP_REACH_NLRI.
    public var nextHop: Address?
    public var med: UInt32?
    public var localPref: UInt32?
    public var atomicAggregate = false
    public var aggregator: Aggregator?
    public var communities: [Community] = []
    public var extendedCommunities: [ExtendedCommunity] = []
    public var largeCommunities: [LargeCommunity] = []
    /// Who brought the route into our AS, when a route reflector passed it on (RFC 4456 §8).
    public var originatorID: RouterID?
    /// The reflectors that it went through, nearest first (RFC 4456 §8).
    public var clusterList: [RouterID] = []
    /// The AS from which on the route may only go to customers (RFC 9234 §5).
    public var onlyToCustomer: ASN?
    /// Which of these came through a speaker that didn't know them. That is said on and on (RFC 4271 §5).
    public var partial: Set<AttributeCode> = []
    /// Those that this implementation has no use for, as they came, in order of their codes.
    public var other: [RawAttribute] = []

    public init() {}

    var isEmpty: Bool { self == Self() }
}

/// Who made a less specific route out of several (RFC 4271 §5.1.7).
public struct Aggregator: Hashable, Sendable {
    public var asn: ASN
    public var id: RouterID

    public init(asn: ASN, id: RouterID) { (self.asn, self.id) = (asn, id) }
}

/// A path attribute by its bytes.
public struct RawAttribute: Hashable, Sendable {
    public var flags: AttributeFlags
    public var code: AttributeCode
    public var value: [UInt8]

    public init(_ flags: AttributeFlags, _ code: AttributeCode, _ value: [UInt8]) {
        (self.flags, self.code, self.value) = (flags, code, value)
    }
}

extension RawAttribute {
    /// What others are told of an attribute that we don't know: nothing when it is not transitive, else that not everybody
    /// knew it (RFC 4271 §9).
    public var passedOn: Self? {
        guard flags.contains(.transitive) else { return nil }
        return Self(flags.union(.partial), code, value)
    }
}

/// RFC 4271 §4.3.
public struct AttributeFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let optional = Self(rawValue: 0x80)
    public static let transitive = Self(rawValue: 0x40)
    public static let partial = Self(rawValue: 0x20)
    /// The length takes two bytes.
    public static let extendedLength = Self(rawValue: 0x10)

    /// What says which kind of attribute it is.
    package var kind: Self { intersection([.optional, .transitive]) }
}

/// IPv6 prefixes (or IPv4 ones in this form) that can be reached (RFC 4760 §3).
public struct Reach: Hashable, Sendable {
    public var family: Family
    /// A global address, a link-local one, or both in this order (RFC 2545 §3). IPv6 also for IPv4 prefixes where both
    /// sides can do that (RFC 8950).
    public var nextHops: [Address]
    public var prefixes: [Prefix]

    public init(family: Family, nextHops: [Address], prefixes: [Prefix]) {
        (self.family, self.nextHops, self.prefixes) = (family, nextHops, prefixes)
    }
}

/// Prefixes that can't be reached any more (RFC 4760 §4).
public struct Unreach: Hashable, Sendable {
    public var family: Family
    public var prefixes: [Prefix]

    public init(family: Family, prefixes: [Prefix]) { (self.family, self.prefixes) = (family, prefixes) }
}
