internal import BGP
internal import Net

/// What the decision and most policies ask of an attribute set, taken out of its bytes once.
struct Facts: BitwiseCopyable, Hashable, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Hashable, Sendable {
        var rawValue: UInt16

        static let hasMED = Self(rawValue: 1 << 0)
        static let hasOTC = Self(rawValue: 1 << 1)
        static let noExport = Self(rawValue: 1 << 2)
        static let noAdvertise = Self(rawValue: 1 << 3)
        static let noExportSubconfed = Self(rawValue: 1 << 4)
        static let blackhole = Self(rawValue: 1 << 5)
        static let gracefulShutdown = Self(rawValue: 1 << 6)
        /// Our own ASN is in the path, our identifier is the originator's, or our cluster's is in its list.
        static let ownAS = Self(rawValue: 1 << 7)
        static let ownOriginator = Self(rawValue: 1 << 8)
        static let ownCluster = Self(rawValue: 1 << 9)
        /// AS_SET or AS_CONFED_SET (RFC 9774).
        static let hasSet = Self(rawValue: 1 << 10)
        static let hasOriginator = Self(rawValue: 1 << 11)
        static let hasClusters = Self(rawValue: 1 << 12)
        /// With one of these, facts are read from the bytes again when they are asked for.
        static let rare: Self = [.hasMED, .hasOTC, .hasOriginator, .hasClusters]
    }

    /// LOCAL_PREF, then the shorter path, then the better origin: of two sets, the greater value is preferred by the steps
    /// before (c), and equal ones are equal in all three.
    var rank: UInt64 = 0
    var med: UInt32 = 0
    /// The AS that the route came from, as MED is compared among its routes only; 0 for our own routes.
    var neighborAS: UInt32 = 0
    /// ORIGINATOR_ID; 0 when there is none.
    var originator: UInt32 = 0
    var onlyToCustomer: UInt32 = 0
    var clusters: UInt16 = 0
    /// Of all kinds together.
    var communities: UInt16 = 0
    var flags: Flags = []

    /// What a route counts as that says nothing else.
    static let usualLocalPref = AdjRIBOut.usualLocalPref

    static func rank(localPref: UInt32, pathLength: Int, origin: UInt8) -> UInt64 {
        UInt64(localPref) << 18 | UInt64(0xffff - min(pathLength, 0xffff)) << 2 | UInt64(2 - min(origin, 2))
    }

    var localPref: UInt32 { UInt32(truncatingIfNeeded: rank >> 18) }
    var pathLength: Int { Self.pathLength(rank) }
    static func pathLength(_ rank: UInt64) -> Int { 0xffff - Int(rank >> 2 & 0xffff) }
    var origin: Origin { Origin(rawValue: 2 - UInt8(rank & 3)) }
}

extension Facts {
    /// Who "own" is in an attribute set.
    struct Identity: Sendable {
        var asn: ASN
        var id: RouterID
    }

    /// Of a set that has none of the rare ones.
    @inline(__always)
    init(_ set: AttributeSet) {
        (rank, neighborAS, communities, flags) = (set.rank, set.neighborAS, set.communities, set.flags)
    }

    init(_ bytes: Span<UInt8>, _ own: Identity) {
        var facts = Self()
        var (localPref, pathLength, origin) = (Self.usualLocalPref, 0, UInt8(2))
        bytes.eachAttribute { head, value in
            switch head.code {
            case .origin: origin = value.isEmpty ? 2 : value[0]
            case .asPath: pathLength = facts.readPath(value, own)
            case .med: (facts.med, facts.flags) = (value.word(at: 0), facts.flags.union(.hasMED))
            case .localPref: localPref = value.word(at: 0)
            case .communities: facts.readCommunities(value)
            case .largeCommunities: facts.count(value.count / 12)
            case .extendedCommunities: facts.count(value.count / 8)
            case .ipv6ExtendedCommunities: facts.count(value.count / 20)
            case .originatorID:
                (facts.originator, facts.flags) = (value.word(at: 0), facts.flags.union(.hasOriginator))
                if facts.originator == own.id.rawValue { facts.flags.insert(.ownOriginator) }
            case .clusterList:
                (facts.clusters, facts.flags) = (UInt16(clamping: value.count / 4), facts.flags.union(.hasClusters))
                if value.anyGroup(of: 4, { value.word(at: $0) == own.id.rawValue }) { facts.flags.insert(.ownCluster) }
            case .onlyToCustomer:
                (facts.onlyToCustomer, facts.flags) = (value.word(at: 0), facts.flags.union(.hasOTC))
            default: break
            }
        }
        facts.rank = Self.rank(localPref: localPref, pathLength: pathLength, origin: origin)
        self = facts
    }

    private mutating func count(_ more: Int) {
        communities = UInt16(clamping: Int(communities) + more)
    }

    private mutating func readCommunities(_ value: Span<UInt8>) {
        count(value.count / 4)
        var offset = 0
        while offset + 4 <= value.count {
            let word = value.word(at: offset)
            if word >> 16 == 0xffff { noteWellKnown(Community(rawValue: word)) }
            offset += 4
        }
    }

    private mutating func noteWellKnown(_ community: Community) {
        switch community {
        case .noExport: flags.insert(.noExport)
        case .noAdvertise: flags.insert(.noAdvertise)
        case .noExportSubconfed: flags.insert(.noExportSubconfed)
        case .blackhole: flags.insert(.blackhole)
        case .gracefulShutdown: flags.insert(.gracefulShutdown)
        default: break
        }
    }

    /// The path's length as RFC 4271 §9.1.2.2 (a) and RFC 5065 §5.3 count it.
    private mutating func readPath(_ value: Span<UInt8>, _ own: Identity) -> Int {
        var length = 0
        value.eachSegment { kind, members in
            switch kind {
            case .sequence:
                if length == 0 { neighborAS = members.word(at: 0) }
                length += members.count / 4
            case .set: (length, flags) = (length + 1, flags.union(.hasSet))
            case .confederationSet: flags.insert(.hasSet)
            case .confederationSequence: break
            }
            if members.anyGroup(of: 4, { members.word(at: $0) == own.asn.rawValue }) { flags.insert(.ownAS) }
        }
        return length
    }
}

extension Span where Element == UInt8 {
    /// Calls `body` with each segment of an AS_PATH of four-byte ASNs.
    @inline(__always)
    func eachSegment(_ body: (ASPath.Kind, Span<UInt8>) -> Void) {
        var rest = self
        while rest.count >= 2, let kind = ASPath.Kind(rawValue: rest[0]) {
            let length = Int(rest[1]) * 4
            guard rest.count >= 2 + length else { return }
            body(kind, rest.extracting(2..<2 + length))
            rest = rest.extracting(droppingFirst: 2 + length)
        }
    }
}
