/// What a zone has to say about a name and a type.
enum Match: Hashable, Sendable {
    /// Index of the RRset.
    case answer(Int)
    /// The name is an alias: index of its CNAME RRset.
    case alias(Int)
    /// The name exists, but not this type: empty non-terminals too (RFC 8020 §2).
    case noData
    /// Neither the name nor anything below it exists.
    case nameError
    /// Somebody else is authoritative: the node of the cut.
    case referral(UInt32)
}

/// The lookup of RFC 1034 §4.3.2, step 3, with the wildcards of RFC 4592: from the apex down, label by label.
extension Zone {
    /// `name` must be at or below the apex.
    func find(_ name: borrowing LookupName, _ type: RecordType) -> Match {
        var node = LabelTree.apex
        var label = name.labelCount - originLabelCount
        while label > 0 {
            label -= 1
            guard let child = tree.child(of: node, name.bytes.span, at: Int(name.starts[label])) else {
                return synthesize(at: node, type)
            }
            node = child
            // The parent answers for DS at the cut itself (RFC 4035 §3.1.4.1).
            if nodes[Int(node)].isCut, label > 0 || type != .ds { return .referral(node) }
        }
        return match(at: node, type)
    }

    /// `encloser` is the closest name above that exists (RFC 4592 §3.3.1); its `*`, if any, answers.
    private func synthesize(at encloser: UInt32, _ type: RecordType) -> Match {
        let wildcard = nodes[Int(encloser)].wildcard
        return wildcard == LabelTree.none ? .nameError : match(at: wildcard, type)
    }

    private func match(at node: UInt32, _ type: RecordType) -> Match {
        if type == .any { return anySet(at: node).map(Match.answer) ?? .noData }
        if let set = set(type, at: node) { return .answer(set) }
        return set(.cname, at: node).map(Match.alias) ?? .noData
    }

    /// For ANY, one RRset and not all: the first of the file's lowest type (RFC 8482 §4.1).
    private func anySet(at node: UInt32) -> Int? {
        nodes[Int(node)].setCount > 0 ? Int(nodes[Int(node)].firstSet) : nil
    }

    /// Whether `name` is at or below the apex.
    func encloses(_ name: borrowing LookupName) -> Bool {
        let extra = name.labelCount - originLabelCount
        guard extra >= 0 else { return false }
        let start = originLabelCount == 0 ? name.bytes.count - 1 : Int(name.starts[extra])
        guard name.bytes.count - start == origin.wire.count else { return false }
        for index in origin.wire.indices where fold(origin.wire[index]) != name.bytes[start + index] { return false }
        return true
    }
}
