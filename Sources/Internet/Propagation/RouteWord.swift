/// A route in one word, such that the smaller of two is the better one; the decision is one comparison.
///
///     63    62 61       52 51      38 37    16 15         0
///     class    length      distance   order    seed
///
/// - class: 0 own, 1 from a customer, 2 from a peer, 3 from a provider: local preference as Gao and Rexford have it.
/// - length: ASNs in the path as received. Paths of more than 1,022 are refused, as routers refuse them at a limit of
///   their own.
/// - distance: to the next hop, in steps of 2 km, for the tie-break of that name; else 0.
/// - order: of the next hop by AS number or router ID; odd for ASes, even for sites, which may have a number in between.
/// - seed: which origination the path leads to.
enum RouteWord {
    static let none = UInt64.max
    static let own: UInt64 = 0
    static let customer: UInt64 = 1 << 62
    static let peer: UInt64 = 2 << 62
    static let provider: UInt64 = 3 << 62

    static let lengthShift: UInt64 = 52
    static let lengthUnit: UInt64 = 1 << lengthShift
    static let lengthMask: UInt64 = 0x3ff << lengthShift
    static let lengthLimit: UInt64 = 1022 << lengthShift
    static let distanceShift: UInt64 = 38
    static let farthest: UInt64 = 0x3fff
    static let orderShift: UInt64 = 16
    static let orderMask: UInt64 = 0x3f_ffff

    @inline(__always)
    static func isKnownToAll(_ word: UInt64) -> Bool { word < peer }

    @inline(__always)
    static func length(_ word: UInt64) -> Int { Int((word & lengthMask) >> lengthShift) }

    @inline(__always)
    static func seed(_ word: UInt64) -> Int { Int(word & 0xffff) }

    static func order(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> orderShift & orderMask) }

    /// Class and length: routes that agree in these are equally good.
    @inline(__always)
    static func merit(_ word: UInt64) -> UInt64 { word >> lengthShift }

    /// What neighbors hear of a route, before its class there is known: one longer, from an AS of this order. `none` stays
    /// `none`, with whatever class or distance is laid over it.
    @inline(__always)
    static func told(_ word: UInt64, _ order: UInt32) -> UInt64 {
        let length = word & lengthMask
        guard length < lengthLimit else { return none }
        return (length + lengthUnit) | UInt64(order) << orderShift | word & 0xffff
    }

    /// The same after the teller has repeated itself `count` times more.
    static func prepended(_ told: UInt64, _ count: Int) -> UInt64 {
        guard told != none, length(told) + count <= 1022 else { return none }
        return told + UInt64(count) << lengthShift
    }

    static func classOf(_ relation: Relation) -> UInt64 {
        switch relation {
        case .customer: customer
        case .peer: peer
        case .provider: provider
        }
    }
}

/// A set of positions.
struct Bits: Hashable, Sendable {
    var blocks: [UInt64]

    init(count: Int) { blocks = [UInt64](repeating: 0, count: (count + 63) / 64) }

    @inline(__always)
    func contains(_ position: Int) -> Bool { blocks[position >> 6] >> UInt64(position & 63) & 1 != 0 }

    /// Whether it was new.
    @inline(__always) @discardableResult
    mutating func insert(_ position: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(position & 63)
        defer { blocks[position >> 6] |= bit }
        return blocks[position >> 6] & bit == 0
    }

    @inline(__always)
    mutating func remove(_ position: Int) { blocks[position >> 6] &= ~(1 << UInt64(position & 63)) }

    mutating func removeAll() {
        for block in blocks.indices { blocks[block] = 0 }
    }

    /// Ascending, from one position on and before another; for sets that have few.
    func members(from first: Int = 0, below end: Int = .max) -> [Int] {
        var found: [Int] = []
        for block in first >> 6..<max(first >> 6, min(blocks.count, (end - 1) >> 6 + 1)) {
            var left = blocks[block]
            while left != 0 {
                let position = block * 64 + left.trailingZeroBitCount
                if position >= first, position < end { found.append(position) }
                left &= left - 1
            }
        }
        return found
    }
}
