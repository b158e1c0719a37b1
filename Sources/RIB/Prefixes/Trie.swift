/// Prefixes and what belongs to each: found exactly, by the longest match, and in order.
///
/// A tree bitmap (Eatherton, Varghese and Dittia, "Tree Bitmap: Hardware/Software IP Lookups with Incremental Updates",
/// 2004). A node covers six bits of the address. Of each prefix that ends within it, at zero to five of these bits, it has
/// a bit in `inner`, and of each node below it one in `outer`; what the bits stand for lies side by side elsewhere
/// and is found by counting the bits before it.
///
///     depth      0      1      2       3        4        5        6           (…21 for IPv6)
///     lengths    0    1–6    7–12    13–18    19–24    25–30    31–32
///
/// The first node takes one bit of the address only. That puts /24 and /48, most of all routes, at the end of a node
/// instead of at the beginning of 64 others, and saves them a node each. A lookup in a full IPv4 table reads five nodes,
/// of which the first three stay in the cache.
struct Trie<Key: FixedWidthInteger & UnsignedInteger & Sendable & BitwiseCopyable>: ~Copyable, Sendable {
    struct Node: BitwiseCopyable, Sendable {
        /// Prefixes that end here: bit 2^r - 1 + v for the one whose last r bits, of this node's six, have the value v.
        var inner: UInt64 = 0
        /// Nodes below: bit c for the one that continues with the six bits c.
        var outer: UInt64 = 0
        /// Where the nodes below begin.
        var children: UInt32 = 0
        /// Where the values of the prefixes begin.
        var values: UInt32 = 0
    }

    var nodes: Blocks<Node>
    var values = Blocks<UInt32>(filler: 0, step: 4, longest: 64)
    /// For each six bits, which prefixes of a node they match.
    let matching: Arena<UInt64>
    private(set) var count = 0
    private let pin = Pin()

    static var root: UInt32 { 1 }

    /// - Parameter isDense: most nodes have several below them. Then runs have room for the next multiple of four, so that
    ///   three changes of four move nothing; with one below each, that would be four times the memory.
    init(isDense: Bool) {
        nodes = isDense ? Blocks(filler: Node(), step: 4, longest: 64) : Blocks(filler: Node())
        _ = nodes.allocate(1)
        var table = Arena<UInt64>(capacity: 64)
        for bits in matchingBits { table.append(bits) }
        matching = table
    }

    var bytes: Int { nodes.bytes + values.bytes }

    mutating func countChanged(by difference: Int) { count += difference }
}

/// For each six bits, the bits of ``Trie/Node/inner`` of the prefixes that they begin with.
private let matchingBits = (UInt64(0)..<64).map { six in
    (0...5).reduce(UInt64(0)) { $0 | 1 << (UInt64(1) << $1 - 1 + six >> (6 - $1)) }
}

// MARK: The way down

extension Trie {
    /// The bits of a key, six at a time, after the first one.
    struct Way {
        private var rest: Key
        private(set) var six: UInt64

        @inline(__always)
        init(_ key: Key) {
            six = UInt64(truncatingIfNeeded: key &>> Key(truncatingIfNeeded: Key.bitWidth - 1))
            rest = key &<< 1
        }

        @inline(__always)
        mutating func step() {
            six = UInt64(truncatingIfNeeded: rest &>> Key(truncatingIfNeeded: Key.bitWidth - 6))
            rest = rest &<< 6
        }
    }

    /// Where a prefix of this length ends: in the node at `depth`, after `bits` of its six.
    @inline(__always)
    static func end(_ length: Int) -> (depth: Int, bits: Int) { ((length + 5) / 6, (length + 5) % 6) }

    @inline(__always)
    static func position(_ six: UInt64, bits: Int) -> UInt64 { 1 << UInt64(bits) - 1 + six >> UInt64(6 - bits) }
}

extension Trie.Node {
    var isEmpty: Bool { inner == 0 && outer == 0 }

    /// How many bits stand below this one.
    @inline(__always)
    static func rank(_ bitmap: UInt64, _ position: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (bitmap & (1 &<< position &- 1)).nonzeroBitCount)
    }

    @inline(__always)
    func child(_ six: UInt64) -> UInt32? {
        outer & (1 &<< six) != 0 ? children &+ Self.rank(outer, six) : nil
    }

    @inline(__always)
    func value(_ position: UInt64) -> UInt32? {
        inner & (1 &<< position) != 0 ? values &+ Self.rank(inner, position) : nil
    }
}

// MARK: Finding

extension Trie {
    /// The value of exactly this prefix.
    func find(_ key: Key, length: Int) -> UInt32? {
        let (depth, bits) = Self.end(length)
        var way = Way(key)
        var node = nodes[Self.root]
        for _ in 0..<depth {
            guard let child = node.child(way.six) else { return nil }
            node = nodes[child]
            way.step()
        }
        return node.value(Self.position(way.six, bits: bits)).map { values[$0] }
    }

    /// The value of the longest prefix that contains this address.
    ///
    /// SAFETY: `nodes` and `values` link only to runs of their own that are as long as the bitmaps have bits, which the
    /// model test holds; six bits are below 64.
    @inline(__always)
    func match(_ key: Key) -> UInt32? {
        let nodes = unsafe self.nodes.unchecked
        let matching = unsafe self.matching.unchecked
        var way = Way(key)
        var index = Self.root
        var (inner, first, found) = (UInt64(0), UInt32(0), UInt64(0))
        while true {
            let node = unsafe nodes + Int(index)
            let hits = unsafe node.pointee.inner & matching[Int(truncatingIfNeeded: way.six)]
            if hits != 0 { (inner, first, found) = unsafe (node.pointee.inner, node.pointee.values, hits) }
            guard let child = unsafe node.pointee.child(way.six) else { break }
            index = child
            way.step()
        }
        guard found != 0 else { return nil }
        let position = UInt64(63 &- found.leadingZeroBitCount)
        return unsafe values.unchecked[Int(first &+ Node.rank(inner, position))]
    }
}
