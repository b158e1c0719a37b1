/// The authoritative data of one zone, ready for lookups. It never changes: a new version replaces the whole.
///
/// Everything lies in a few arrays: a table finds nodes by the hash of their name, nodes point to RRsets, RRsets to bytes
/// that are the answer already, but for a few pointers. A zone of a million names is a dozen allocations, and a lookup
/// makes none.
///
/// A class, so that handing it on counts one reference instead of one per array; nothing in it can change.
public final class Zone: Sendable {
    public let origin: Name
    let originLabelCount: Int
    /// On the wire; the same bytes are the first of `bytes`.
    let originLength: Int
    /// Every name of the zone finds its node here.
    let table: FixedTable
    /// In canonical order (RFC 4034 §6.1), the apex first.
    let nodes: Fixed<Node>
    let sets: Fixed<RRset>
    let targets: Fixed<Target>
    /// The apex's name, then all others and the RRsets; eight more bytes than are used can be read.
    let bytes: Fixed<UInt8>
    let denial: Denial?
    /// In `sets`: the apex's SOA, and how it stands in denials: with the lower of its TTL and its last field as TTL (RFC
    /// 2308 §3).
    let soa: Int
    let negativeSOA: Int
    public let recordCount: Int

    init(_ parts: inout ZoneParts, origin: Name, denial: Denial?) {
        self.origin = origin
        (originLabelCount, originLength) = (origin.labels.count, origin.wire.count)
        (self.denial, soa, negativeSOA) = (denial, parts.soa, parts.negativeSOA)
        recordCount = parts.recordCount
        // One after the other: each is twice in memory for a moment only.
        bytes = Fixed(parts.bytes)
        parts.bytes = []
        nodes = Fixed(parts.nodes)
        parts.nodes = []
        sets = Fixed(parts.sets)
        parts.sets = []
        (targets, table) = (Fixed(parts.targets), FixedTable(parts.table))
    }

    deinit {
        bytes.free()
        nodes.free()
        sets.free()
        targets.free()
        table.free()
    }

    static let apex: UInt32 = 0
    static let none = UInt32.max

    /// A name of the zone; also one that has no records and only leads to others (an empty non-terminal, RFC 8020).
    struct Node: Sendable {
        /// Where its labels below the apex are in `bytes`, in the case of the file.
        var name: UInt32
        var firstSet: UInt32 = 0
        var setCount: UInt16 = 0
        var nameLength: UInt8
        var traits: Traits = []
        /// The child `*`.
        var wildcard = Zone.none
        /// The delegation or DNAME nearest to the apex that this name lies below: others decide what is here.
        var above = Zone.none
        /// The node whose NSEC or NSEC3 matches this name or, with `isCovered`, covers it.
        var prover = Zone.none
        /// The node whose NSEC or NSEC3 covers what a `*` below this name would be.
        var wildcardProver = Zone.none
    }

    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8
        /// Somebody else is authoritative from here on down (RFC 1034 §4.2.1).
        static let cut = Self(rawValue: 1)
        /// What is below goes elsewhere (RFC 6672).
        static let redirect = Self(rawValue: 2)
        /// Nothing but NSEC3: for lookups there is no such name (RFC 5155 §7.2.8).
        static let hashed = Self(rawValue: 4)
        /// `prover` covers instead of matching.
        static let isCovered = Self(rawValue: 8)
    }

    /// The records of one name and type (RFC 2181 §5), and behind them their RRSIGs, as they stand in an answer: each
    /// begins with two bytes for the pointer to its owner. Behind the signatures there are pairs of 16 bits: where in the
    /// records a pointer must be written (`Patch`).
    struct RRset: Sendable {
        var type: RecordType
        var patchCount: UInt16 = 0
        var start: UInt32
        /// Bytes of the records, and of the signatures.
        var length: UInt32 = 0
        var signatureLength: UInt32 = 0
        var count: UInt32 = 0
        var signatureCount: UInt16 = 0
        var targetCount: UInt16 = 0
        var firstTarget: UInt32 = 0
    }

    /// Where a pointer leads: to a tail of the owner's name, told by its length, or to an earlier byte of the RRset.
    struct Patch {
        static let within: UInt16 = 0x8000
    }

    /// What a name in a record's data has, for additional sections: indexes into `sets`.
    struct Target: Sendable {
        /// Where the name begins in the RRset.
        var position: UInt32
        /// At or below the delegation that names it: a referral without it leads nowhere.
        var isRequired: Bool
        var sets: (UInt32, UInt32, UInt32) = (Zone.none, Zone.none, Zone.none)
    }

    /// The SOA's serial number (RFC 1982 says how to compare two).
    public var serial: UInt32 {
        let end = Int(sets[soa].start) + 12 + rdlength(at: Int(sets[soa].start))
        return UInt32(bytes.u16(at: end - 20)) << 16 | UInt32(bytes.u16(at: end - 18))
    }

    /// Empty non-terminals count.
    public var nameCount: Int { nodes.count }

    /// The memory that the zone takes.
    public var byteCount: Int {
        bytes.byteCount + sets.byteCount + nodes.byteCount + targets.byteCount + table.byteCount
            + (denial?.byteCount ?? 0)
    }

    /// How often NSEC3 hashes a name again; nil: not signed with NSEC3. More than 0 is bad advice (RFC 9276 §3.1).
    public var nsec3Iterations: UInt16? { denial?.hashing?.iterations }

    /// Of the record that begins at `start`.
    func rdlength(at start: Int) -> Int { Int(bytes.u16(at: start + 10)) }

    @inline(__always)
    func set(_ type: RecordType, at node: UInt32) -> Int? {
        let first = Int(nodes[Int(node)].firstSet)
        for index in first..<first + Int(nodes[Int(node)].setCount) where sets[index].type == type { return index }
        return nil
    }

    /// The whole name of a node, in the case of the file.
    func name(of node: UInt32) -> [UInt8] {
        let node = nodes[Int(node)]
        return bytes[Int(node.name)..<Int(node.name) + Int(node.nameLength)] + origin.wire
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
