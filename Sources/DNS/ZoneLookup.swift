/// What a zone knows about a name (RFC 1034 §4.3.2 step 3, RFC 4592 §3.3.1, RFC 6672 §3.2).
struct Finding: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The name exists.
        case exact
        /// It doesn't, but a wildcard stands in: `node` is the `*`.
        case wildcard
        /// It doesn't; `node` is the closest name above that does.
        case missing
        /// Somebody else is authoritative: `node` is the delegation.
        case cut
        /// `node` is the DNAME above the name.
        case redirect
    }

    var kind: Kind
    var node: UInt32
    /// How many labels of the name stand before the closest name that exists (the closest encloser): 0 when it exists.
    var extraLabels: Int
}

extension Zone {
    /// `name` must be at or below the apex. A question for DS at a delegation is the parent's to answer (RFC 4035
    /// §3.1.4.1).
    func find(_ name: borrowing LookupName, _ type: RecordType) -> Finding {
        if let node = node(of: name, from: 0) {
            let found = nodes[Int(node)]
            if found.above != Self.none { return decided(by: found.above) }
            if found.traits.contains(.cut), type != .ds { return Finding(kind: .cut, node: node, extraLabels: 0) }
            return Finding(kind: .exact, node: node, extraLabels: 0)
        }
        let (encloser, extra) = closestEncloser(of: name)
        let found = nodes[Int(encloser)]
        if found.above != Self.none { return decided(by: found.above) }
        if !found.traits.isDisjoint(with: [.cut, .redirect]) { return decided(by: encloser) }
        guard found.wildcard != Self.none else { return Finding(kind: .missing, node: encloser, extraLabels: extra) }
        return Finding(kind: .wildcard, node: found.wildcard, extraLabels: extra)
    }

    private func decided(by node: UInt32) -> Finding {
        Finding(kind: nodes[Int(node)].traits.contains(.cut) ? .cut : .redirect, node: node, extraLabels: 0)
    }

    /// The name that begins at a label of `name`. What only NSEC3 made doesn't count.
    @inline(__always)
    func node(of name: borrowing LookupName, from label: Int) -> UInt32? {
        let length = name.start(name.labelCount - originLabelCount) - name.start(label)
        let node = table.find(name.hashes[label]) { number in
            let known = nodes[Int(number)]
            return Int(known.nameLength) == length
                && name.matches(bytes, at: Int(known.name), count: length, from: label)
        }
        guard let node, !nodes[Int(node)].traits.contains(.hashed) else { return nil }
        return node
    }

    /// Above a name that exists all names exist, down from the apex: so the longest one is found by halving. A name of a
    /// hundred labels costs seven looks.
    private func closestEncloser(of name: borrowing LookupName) -> (node: UInt32, extra: Int) {
        var (low, high) = (1, name.labelCount - originLabelCount)
        var encloser = Self.apex
        while low < high {
            let middle = (low + high) / 2
            if let node = node(of: name, from: middle) {
                (encloser, high) = (node, middle)
            } else {
                low = middle + 1
            }
        }
        return (encloser, high)
    }

    /// Whether `name` is at or below the apex.
    func encloses(_ name: borrowing LookupName) -> Bool {
        let extra = name.labelCount - originLabelCount
        guard extra >= 0, name.length - name.start(extra) == originLength else { return false }
        return name.matches(bytes, at: 0, count: originLength, from: extra)
    }
}
