/// All the zones that a server has, found by the name that is asked for. Replaced whole.
public struct Zones: Sendable {
    public let all: [Zone]
    private var tree = LabelTree()
    /// Per node of the tree, the index of the zone whose apex it is.
    private var apexes: [UInt32] = [LabelTree.none]

    /// Of two zones with the same apex the later one counts.
    public init(_ zones: [Zone] = []) {
        all = zones
        var name = LookupName()
        for (index, zone) in zones.enumerated() {
            let wire = zone.origin.wire
            _ = name.read(wire.span, at: 0)
            var node = LabelTree.apex
            for start in name.starts.reversed() { node = tree.insert(under: node, name.bytes.span, at: Int(start)) }
            while apexes.count < tree.count { apexes.append(LabelTree.none) }
            apexes[Int(node)] = UInt32(index)
        }
    }

    /// The zone nearest above `name` (RFC 1034 §4.3.2, step 2). A question for DS at an apex belongs to the parent
    /// (RFC 4035 §3.1.4.1), when the parent is here too.
    func nearest(_ name: borrowing LookupName, _ type: RecordType) -> Int? {
        var node = LabelTree.apex
        var found = apexes[0]
        var label = name.labelCount
        while label > 0 {
            label -= 1
            guard let child = tree.child(of: node, name.bytes.span, at: Int(name.starts[label])) else { break }
            node = child
            let apex = apexes[Int(node)]
            if apex != LabelTree.none, !(label == 0 && type == .ds && found != LabelTree.none) { found = apex }
        }
        return found == LabelTree.none ? nil : Int(found)
    }
}
