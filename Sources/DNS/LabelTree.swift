/// Names as a tree of labels, so that a lookup walks from the apex down and sees every node on the way: delegations,
/// closest enclosers, wildcards.
///
/// Nodes are slots with 32-bit links; a node's children are found by a hash of parent and label. Only names of the zone
/// are ever inserted, so a stranger's queries can't lengthen a chain.
struct LabelTree: Sendable {
    private struct Node {
        var parent: UInt32
        /// Where the label, length byte first, begins in `labels`.
        var label: UInt32
        /// The next node of the same bucket.
        var next: UInt32
    }

    static let apex: UInt32 = 0
    static let none = UInt32.max

    private var nodes = [Node(parent: none, label: 0, next: none)]
    private var labels: [UInt8] = [0]
    private var buckets = [UInt32](repeating: none, count: 8)

    var count: Int { nodes.count }

    /// The child of `parent` whose label begins, length byte first, at `start` of `name`, which is lower case.
    func child(of parent: UInt32, _ name: Span<UInt8>, at start: Int) -> UInt32? {
        var candidate = buckets[bucket(parent, name, start)]
        while candidate != Self.none {
            let node = nodes[Int(candidate)]
            if node.parent == parent, isLabel(node.label, name, start) { return candidate }
            candidate = node.next
        }
        return nil
    }

    mutating func insert(under parent: UInt32, _ name: Span<UInt8>, at start: Int) -> UInt32 {
        if let known = child(of: parent, name, at: start) { return known }
        if nodes.count == buckets.count { grow() }
        let node = UInt32(nodes.count)
        nodes.append(Node(parent: parent, label: UInt32(labels.count), next: Self.none))
        for index in start...start + Int(name[start]) { labels.append(name[index]) }
        let bucket = bucket(parent, name, start)
        link(node, into: bucket)
        return node
    }

    func parent(of node: UInt32) -> UInt32? {
        let parent = nodes[Int(node)].parent
        return parent == Self.none ? nil : parent
    }

    /// Whether `node` is `ancestor` or lies below it.
    func isWithin(_ node: UInt32, _ ancestor: UInt32) -> Bool {
        var at = node
        while at != ancestor, at != Self.none { at = nodes[Int(at)].parent }
        return at == ancestor
    }

    private func isLabel(_ label: UInt32, _ name: Span<UInt8>, _ start: Int) -> Bool {
        let label = Int(label)
        for offset in 0...Int(name[start]) where labels[label + offset] != name[start + offset] { return false }
        return true
    }

    /// FNV-1a over the label, begun with the parent.
    private func bucket(_ parent: UInt32, _ name: Span<UInt8>, _ start: Int) -> Int {
        var hash = 0xcbf2_9ce4_8422_2325 ^ (UInt64(parent) &* 0x9e37_79b9_7f4a_7c15)
        for index in start...start + Int(name[start]) { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (buckets.count - 1)
    }

    private mutating func link(_ node: UInt32, into bucket: Int) {
        nodes[Int(node)].next = buckets[bucket]
        buckets[bucket] = node
    }

    private mutating func grow() {
        buckets = [UInt32](repeating: Self.none, count: 2 * buckets.count)
        for node in nodes.indices.dropFirst() {
            let (parent, label) = (nodes[node].parent, Int(nodes[node].label))
            let bucket = bucket(parent, labels.span, label)
            link(UInt32(node), into: bucket)
        }
    }
}
