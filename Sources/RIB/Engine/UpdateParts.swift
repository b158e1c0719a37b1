internal import BGP
internal import Net

/// Where the parts of an UPDATE lie (RFC 4271 §4.3), found in one pass and without copies. Only messages in their usual form
/// have parts: everything else is left to `BGP`, which knows what to answer.
struct UpdateParts {
    struct Prefixes {
        var family: Family
        var range: Range<Int>
    }

    private(set) var attributes = 0..<0
    private(set) var withdrawn: Prefixes?
    private(set) var announced: Prefixes?
    private(set) var unreach: Prefixes?
    private(set) var reach: Prefixes?
    /// Nothing stands in the attributes but MP_UNREACH_NLRI.
    private(set) var hasNoAttributes = true

    static let header = Framer.headerLength

    init?(_ message: Span<UInt8>) {
        guard message.count >= Self.header + 4 else { return nil }
        let gone = Int(message.short(at: Self.header))
        let start = Self.header + 2 + gone
        guard start + 2 <= message.count else { return nil }
        let end = start + 2 + Int(message.short(at: start))
        guard end <= message.count else { return nil }
        if gone > 0 { withdrawn = Prefixes(family: .ipv4, range: Self.header + 2..<start) }
        if end < message.count { announced = Prefixes(family: .ipv4, range: end..<message.count) }
        attributes = start + 2..<end
        guard readAttributes(message, attributes) else { return nil }
    }

    /// The flags of MP_REACH_NLRI and MP_UNREACH_NLRI are no part of what a set is known by, so they must be right (RFC 4760
    /// §3, §4).
    private mutating func readAttributes(_ message: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var rest = message.extracting(range)
        while let head = rest.takeHead() {
            let start = range.upperBound - rest.count
            switch head.code {
            case .mpReach:
                hasNoAttributes = false
                guard reach == nil, head.flags.kind == .optional, head.length >= 5 else { return false }
                let before = 5 + Int(message[start + 3])
                guard before <= head.length, let family = message.family(at: start) else { return false }
                reach = Prefixes(family: family, range: start + before..<start + head.length)
            case .mpUnreach:
                guard unreach == nil, head.flags.kind == .optional, head.length >= 3,
                    let family = message.family(at: start)
                else {
                    return false
                }
                unreach = Prefixes(family: family, range: start + 3..<start + head.length)
            default: hasNoAttributes = false
            }
            rest = rest.extracting(droppingFirst: head.length)
        }
        return rest.isEmpty
    }

    /// Whether every prefix can be read.
    func isSound(_ message: Span<UInt8>) -> Bool {
        holds(withdrawn, message) && holds(announced, message) && holds(unreach, message) && holds(reach, message)
    }

    private func holds(_ part: Prefixes?, _ message: Span<UInt8>) -> Bool {
        guard let part else { return true }
        return message.extracting(part.range).holdsPrefixes(part.family)
    }

    /// The prefixes that can be reached, when they stand in one place.
    var reachable: Prefixes? { announced == nil ? reach : reach == nil ? announced : nil }

    /// The attributes are kept as they stand: none of them holds prefixes.
    var isPlain: Bool { reach == nil && unreach == nil }
}

extension Span where Element == UInt8 {
    @inline(__always)
    func short(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    /// Of a unicast AFI and SAFI.
    fileprivate func family(at offset: Int) -> Family? {
        RouteFamily(afi: short(at: offset), safi: self[offset + 2]).unicast
    }

    fileprivate func holdsPrefixes(_ family: Family) -> Bool {
        var offset = 0
        while offset < count {
            guard self[offset] <= family.width else { return false }
            offset += 1 + (Int(self[offset]) + 7) / 8
        }
        return offset == count
    }

    /// Calls `body` with each prefix; bits beyond its length don't matter (RFC 4271 §4.3).
    @inline(__always)
    func eachPrefix(_ family: Family, _ body: (Prefix) -> Void) {
        var offset = 0
        while offset < count {
            let length = Int(self[offset])
            let size = (length + 7) / 8
            guard offset + 1 + size <= count else { return }
            let bits = family == .ipv4 ? UInt128(narrow(offset + 1, size)) << 96 : wide(offset + 1, size)
            if let prefix = Prefix(Address(family: family, bits: bits), length: length) { body(prefix) }
            offset += 1 + size
        }
    }

    @inline(__always)
    private func narrow(_ offset: Int, _ size: Int) -> UInt32 {
        if offset + 4 <= count { return word(at: offset) & ~(size == 4 ? 0 : UInt32.max >> UInt32(8 * size)) }
        var bits: UInt32 = 0
        for index in 0..<size { bits |= UInt32(self[offset + index]) << UInt32(24 - 8 * index) }
        return bits
    }

    private func wide(_ offset: Int, _ size: Int) -> UInt128 {
        var bits: UInt128 = 0
        for index in 0..<size { bits |= UInt128(self[offset + index]) << UInt128(120 - 8 * index) }
        return bits
    }

    /// The attributes of an UPDATE as ``AttributeStore`` keeps them: with MP_REACH_NLRI first and without prefixes, and
    /// MP_UNREACH_NLRI left out.
    func putKey(into key: inout [UInt8]) {
        key.removeAll(keepingCapacity: true)
        eachAttribute { head, value in
            guard head.code == .mpReach, head.length >= 5, head.length >= 5 + Int(value[3]) else { return }
            key.put(AttributeFlags.optional.union(.extendedLength).rawValue)
            key.put(AttributeCode.mpReach.rawValue)
            key.put(UInt16(5 + Int(value[3])))
            key.put(value.extracting(first: 5 + Int(value[3])))
        }
        var rest = self
        while !rest.isEmpty {
            let before = rest
            guard let head = rest.takeHead() else { return }
            rest = rest.extracting(droppingFirst: head.length)
            guard head.code != .mpReach, head.code != .mpUnreach else { continue }
            key.put(before.extracting(first: before.count - rest.count))
        }
    }
}
