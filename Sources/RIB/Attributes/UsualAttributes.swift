internal import BGP
internal import Net

/// Whether attributes are of the kind that almost all UPDATEs have, and nothing is wrong with them: then `BGP` would read
/// them without a fault, and need not. Whatever is rare, odd or malformed isn't usual, and is left to it.
struct UsualAttributes {
    private var seen: UInt64 = 0
    private let isInternal: Bool

    static func are(_ bytes: Span<UInt8>, isInternal: Bool, announcesHere: Bool) -> Bool {
        var usual = Self(isInternal: isInternal)
        var rest = bytes
        while let head = rest.takeHead() {
            guard usual.takes(head, rest.extracting(first: head.length)) else { return false }
            rest = rest.extracting(droppingFirst: head.length)
        }
        return rest.isEmpty && usual.isWhole(announcesHere)
    }

    private init(isInternal: Bool) { self.isInternal = isInternal }

    private mutating func takes(_ head: AttributeHead, _ value: Span<UInt8>) -> Bool {
        let bit = UInt64(1) << UInt64(min(head.code.rawValue, 63))
        guard seen & bit == 0, head.flags.subtracting(.extendedLength) == flags(head.code) else { return false }
        seen |= bit
        switch head.code {
        case .origin: return value.count == 1 && value[0] <= 2
        case .asPath: return value.isUsualPath
        case .nextHop: return value.count == 4 && value.word(at: 0) != 0 && value[0] >> 4 != 14
        case .med: return value.count == 4
        case .localPref: return value.count == 4 && isInternal
        case .atomicAggregate: return value.isEmpty
        case .aggregator: return value.count == 8 && value.word(at: 0) != 0
        case .communities: return !value.isEmpty && value.count % 4 == 0
        case .extendedCommunities: return !value.isEmpty && value.count % 8 == 0
        case .largeCommunities: return !value.isEmpty && value.count % 12 == 0
        case .mpReach: return value.isUsualReach
        default: return false
        }
    }

    /// nil: not of the usual ones.
    private func flags(_ code: AttributeCode) -> AttributeFlags? {
        switch code {
        case .origin, .asPath, .nextHop, .localPref, .atomicAggregate: [.transitive]
        case .med, .mpReach: [.optional]
        case .aggregator, .communities, .extendedCommunities, .largeCommunities: [.optional, .transitive]
        default: nil
        }
    }

    /// All that must be there is.
    private func isWhole(_ announcesHere: Bool) -> Bool {
        has(.origin) && has(.asPath) && has(announcesHere ? .nextHop : .mpReach)
            && !(announcesHere && has(.mpReach)) && has(.localPref) == isInternal
    }

    private func has(_ code: AttributeCode) -> Bool { seen & 1 << UInt64(code.rawValue) != 0 }
}

extension Span where Element == UInt8 {
    /// Sequences only, none of them empty, and nowhere AS 0.
    fileprivate var isUsualPath: Bool {
        var offset = 0
        while offset + 2 <= count {
            let members = Int(self[offset + 1])
            guard self[offset] == ASPath.Kind.sequence.rawValue, members > 0 else { return false }
            offset += 2
            guard offset + 4 * members <= count else { return false }
            for index in 0..<members where word(at: offset + 4 * index) == 0 { return false }
            offset += 4 * members
        }
        return offset == count
    }

    /// IPv6 unicast with a next hop of 2000::/3 or fc00::/7, and perhaps a link-local one behind it (RFC 2545 §3).
    fileprivate var isUsualReach: Bool {
        guard count >= 21, short(at: 0) == Family.ipv6.rawValue, self[2] == 1 else { return false }
        guard self[4] >> 5 == 1 || self[4] >> 1 == 0x7e else { return false }
        return self[3] == 16 || self[3] == 32 && count >= 37 && short(at: 20) >> 6 == 0x3fa
    }
}
