/// The authoritative data of one zone, ready for lookups. It never changes: a new version replaces the whole.
///
/// Everything lies in a few arrays: nodes point to RRsets, RRsets to records, records to bytes. A zone of the root's
/// size is a few allocations, and a lookup makes none.
///
/// A class, so that handing it on counts one reference instead of one per array; nothing in it can change.
public final class Zone: Sendable {
    public let origin: Name
    let originLabelCount: Int

    let tree: LabelTree
    let nodes: [Node]
    let sets: [RRset]
    let records: [Slot]
    let bytes: [UInt8]
    /// Where the RRset of the apex's SOA is in `sets`.
    let soa: Int
    /// How long a resolver may remember that something doesn't exist: the lower of the SOA's TTL and its last field
    /// (RFC 2308 §3).
    let negativeTTL: UInt32

    init(
        origin: Name, originLabelCount: Int, tree: LabelTree, nodes: [Node], sets: [RRset], records: [Slot],
        bytes: [UInt8], soa: Int, negativeTTL: UInt32
    ) {
        (self.origin, self.originLabelCount, self.tree) = (origin, originLabelCount, tree)
        (self.nodes, self.sets, self.records, self.bytes) = (nodes, sets, records, bytes)
        (self.soa, self.negativeTTL) = (soa, negativeTTL)
    }

    /// A name of the zone.
    struct Node: Sendable {
        /// Where its name is in `bytes`, in the case of the file, uncompressed.
        var name: UInt32
        /// Somebody else is authoritative from here on down (RFC 1034 §4.2.1).
        var isCut = false
        /// Below a cut: glue, or data that can't be reached.
        var isOccluded = false
        /// The child `*`; `LabelTree.none` when there is none.
        var wildcard = LabelTree.none
        var firstSet: UInt32 = 0
        var setCount: UInt16 = 0
    }

    /// The records of one name and type, which share a TTL (RFC 2181 §5).
    struct RRset: Sendable {
        var type: RecordType
        var layout: DataLayout
        var ttl: UInt32
        var first: UInt32
        var count: UInt32
    }

    /// One record's data.
    struct Slot: Sendable {
        var start: UInt32
        var length: UInt16
        /// The node of the name that an NS or MX points to, when it is in the zone.
        var target = LabelTree.none
    }

    /// The SOA's serial number (RFC 1982 says how to compare two).
    public var serial: UInt32 {
        let data = dataRange(records[Int(sets[soa].first)])
        return bytes[data].suffix(20).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    public var recordCount: Int { records.count }
    /// Empty non-terminals count.
    public var nameCount: Int { nodes.count }
    /// The memory that the zone takes.
    public var byteCount: Int {
        bytes.count + records.count * MemoryLayout<Slot>.stride + sets.count * MemoryLayout<RRset>.stride
            + nodes.count * MemoryLayout<Node>.stride
    }

    func dataRange(_ slot: Slot) -> Range<Int> { Int(slot.start)..<Int(slot.start) + Int(slot.length) }

    /// Indexes into `records`.
    func slots(of set: Int) -> Range<Int> { Int(sets[set].first)..<Int(sets[set].first + sets[set].count) }

    func set(_ type: RecordType, at node: UInt32) -> Int? {
        let first = Int(nodes[Int(node)].firstSet)
        for index in first..<first + Int(nodes[Int(node)].setCount) where sets[index].type == type { return index }
        return nil
    }
}

/// Where names stand in record data that may be compressed: after `prefix` bytes, `names` of them, then the rest.
struct DataLayout: Hashable, Sendable {
    var prefix: UInt8 = 0
    var names: UInt8 = 0

    /// Only the types of RFC 1035 may be compressed (RFC 3597 §4).
    init(_ type: RecordType) {
        switch type {
        case .ns, .cname, .ptr: names = 1
        case .soa: names = 2
        case .mx: (prefix, names) = (2, 1)
        default: break
        }
    }
}
