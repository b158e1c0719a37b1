/// Finds a zone's chain of NSEC or NSEC3, and tells every name what proves things about it, so that an answer has to search
/// (and to hash) only for names that don't exist.
struct DenialBuilder {
    var parts: ZoneParts
    private let origin: Name
    private(set) var problems: [String] = []

    init(_ parts: consuming ZoneParts, _ origin: Name) { (self.parts, self.origin) = (parts, origin) }

    /// nil: the zone isn't signed, or has no chain.
    mutating func build() -> Denial? {
        guard let denial = findHashed() ?? findNames() else { return nil }
        for node in parts.nodes.indices
        where parts.nodes[node].above == Zone.none && !parts.nodes[node].traits.contains(.hashed) {
            note(denial, UInt32(node))
        }
        return denial
    }

    private func set(_ type: RecordType, at node: Int) -> Zone.RRset? {
        let first = Int(parts.nodes[node].firstSet)
        return parts.sets[first..<first + Int(parts.nodes[node].setCount)].first { $0.type == type }
    }

    private func labels(_ node: Int) -> ArraySlice<UInt8> {
        parts.bytes[Int(parts.nodes[node].name)..<Int(parts.nodes[node].name) + Int(parts.nodes[node].nameLength)]
    }

    private func findNames() -> Denial? {
        guard set(.nsec, at: 0) != nil else { return nil }
        let provers = parts.nodes.indices.filter { parts.nodes[$0].above == Zone.none && set(.nsec, at: $0) != nil }
        return Denial(names: provers.map { UInt32($0) }, keys: provers.map { NameOrder.Key(labels($0).span).high })
    }

    // MARK: NSEC3

    /// The chain of the apex's NSEC3PARAM: while keys or salts change there can be records of another (RFC 5155 §7.3).
    private mutating func findHashed() -> Denial? {
        guard let hashing = hashing() else { return nil }
        var (provers, hashes): ([UInt32], [UInt8]) = ([], [])
        for node in parts.nodes.indices {
            guard let set = set(.nsec3, at: node), self.hashing(of: set).contains(hashing) else { continue }
            guard let hash = decodeHash(labels(node).dropFirst()) else {
                problems.append("an NSEC3 whose name is no hash: \(Name(checked: labels(node) + origin.wire))")
                continue
            }
            provers.append(UInt32(node))
            hashes += hash
        }
        return provers.isEmpty ? nil : Denial(hashed: provers, hashes, by: hashing)
    }

    private mutating func hashing() -> NameHashing? {
        guard let set = set(.nsec3param, at: 0), let hashing = hashing(of: set).first else { return nil }
        if hashing.iterations > NameHashing.mostIterations {
            problems.append(
                "NSEC3 with \(hashing.iterations) iterations: 0 is good advice (RFC 9276 §3.1), more than "
                    + "\(NameHashing.mostIterations) aren't served")
        }
        return hashing
    }

    private func hashing(of set: Zone.RRset) -> [NameHashing] {
        var at = Int(set.start)
        var found: [NameHashing] = []
        while at < Int(set.start + set.length) {
            let length = Int(parts.bytes[at + 10]) << 8 | Int(parts.bytes[at + 11])
            if let hashing = NameHashing(parts.bytes[at + 12..<at + 12 + length]) { found.append(hashing) }
            at += 12 + length
        }
        return found
    }

    // MARK: Links

    private mutating func note(_ denial: Denial, _ node: UInt32) {
        let labels = [UInt8](labels(Int(node)))
        let (own, matches) = prover(of: labels, denial)
        parts.nodes[Int(node)].prover = own
        if !matches { parts.nodes[Int(node)].traits.insert(.isCovered) }
        guard parts.nodes[Int(node)].wildcard == Zone.none, labels.count + origin.wire.count + 2 <= Name.maxLength
        else {
            return
        }
        parts.nodes[Int(node)].wildcardProver = prover(of: Name.wildcard + labels, denial).node
    }

    private func prover(of labels: [UInt8], _ denial: Denial) -> (node: UInt32, matches: Bool) {
        guard denial.hashing == nil else { return denial.prover(ofName: (labels + origin.wire).map(fold)) }
        let prover = denial.prover(beforeName: labels) { self.labels(Int($0)) }
        return (prover, sameIgnoringCase(self.labels(Int(prover)), labels[...]))
    }
}

extension Denial {
    fileprivate func prover(ofName name: [UInt8]) -> (node: UInt32, matches: Bool) {
        guard let hashing else { return (Zone.apex, false) }
        return prover(of: hashing.hash(name.span))
    }

    fileprivate func prover(beforeName labels: [UInt8], _ name: (UInt32) -> ArraySlice<UInt8>) -> UInt32 {
        prover(before: labels.span) { NameOrder.precedes(labels.span, name($0).span) }
    }
}
