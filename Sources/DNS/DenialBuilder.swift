/// Finds a zone's chain of NSEC or NSEC3, and tells every name what proves things about it, so that an answer has to search
/// (and to hash) only for names that don't exist.
struct DenialBuilder {
    var parts: ZoneParts
    private let origin: Name
    private(set) var problems: [String] = []

    init(_ parts: consuming ZoneParts, _ origin: Name) { (self.parts, self.origin) = (parts, origin) }

    /// nil: the zone isn't signed. One that is signed and can't deny anything would be bogus to whoever validates.
    mutating func build() -> Denial? {
        if let denial = findHashed() {
            for node in parts.nodes.indices where isOurs(node) { note(denial, node) }
            if parts.nodes[0].traits.contains(.isCovered) {
                problems.append("the chain of NSEC3 is cut: it has no hash of \(origin) (RFC 5155 §7.1)")
            }
            return denial
        }
        guard let denial = findNames() else {
            if parts.sets[parts.soa].signatureCount > 0 {
                problems.append(
                    "signed, but nothing proves what isn't there: no NSEC of \(origin), and no NSEC3 by its NSEC3PARAM")
            }
            return nil
        }
        noteNames(denial)
        return denial
    }

    private func isOurs(_ node: Int) -> Bool {
        parts.nodes[node].above == Zone.none && !parts.nodes[node].traits.contains(.hashed)
    }

    private func set(_ type: RecordType, at node: Int) -> Zone.RRset? {
        let first = Int(parts.nodes[node].firstSet)
        return parts.sets[first..<first + Int(parts.nodes[node].setCount)].first { $0.type == type }
    }

    private func labels(_ node: Int) -> ArraySlice<UInt8> {
        parts.bytes[Int(parts.nodes[node].name)..<Int(parts.nodes[node].name) + Int(parts.nodes[node].nameLength)]
    }

    // MARK: NSEC

    private func findNames() -> Denial? {
        guard set(.nsec, at: 0) != nil else { return nil }
        let provers = parts.nodes.indices.filter { parts.nodes[$0].above == Zone.none && set(.nsec, at: $0) != nil }
        return Denial(names: provers.map { UInt32($0) }, keys: provers.map { NameOrder.Key(labels($0).span).high })
    }

    /// Names and provers are in the same order, so one walk along both does it.
    private mutating func noteNames(_ denial: Denial) {
        let provers = denial.provers
        var last = 0
        for node in parts.nodes.indices where isOurs(node) {
            if last + 1 < provers.count, provers[last + 1] == node { last += 1 }
            parts.nodes[node].prover = provers[last]
            if provers[last] != node { parts.nodes[node].traits.insert(.isCovered) }
            guard parts.nodes[node].wildcard == Zone.none else { continue }
            let wildcard = Name.wildcard + labels(node)
            var covering = last
            while covering + 1 < provers.count, precedes(provers[covering + 1], wildcard) { covering += 1 }
            parts.nodes[node].wildcardProver = provers[covering]
        }
    }

    private func precedes(_ prover: UInt32, _ labels: [UInt8]) -> Bool {
        NameOrder.precedes(self.labels(Int(prover)).span, labels.span)
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
        guard let set = set(.nsec3param, at: 0), let hashing = hashing(of: set, withoutFlags: true).first else {
            return nil
        }
        if hashing.iterations > NameHashing.mostIterations {
            problems.append(
                "NSEC3 with \(hashing.iterations) iterations: 0 is good advice (RFC 9276 §3.1), more than "
                    + "\(NameHashing.mostIterations) aren't served")
        }
        return hashing
    }

    /// An NSEC3PARAM with flags doesn't count (RFC 5155 §4.1.2).
    private func hashing(of set: Zone.RRset, withoutFlags: Bool = false) -> [NameHashing] {
        var at = Int(set.start)
        var found: [NameHashing] = []
        while at < Int(set.start + set.length) {
            let length = Int(parts.bytes[at + 10]) << 8 | Int(parts.bytes[at + 11])
            let data = parts.bytes[at + 12..<at + 12 + length]
            at += 12 + length
            if withoutFlags, data.dropFirst().first != 0 { continue }
            if let hashing = NameHashing(data) { found.append(hashing) }
        }
        return found
    }

    private mutating func note(_ denial: Denial, _ node: Int) {
        let name = (labels(node) + origin.wire).map(fold)
        let own = denial.prover(ofName: name)
        parts.nodes[node].prover = own.node
        if !own.matches { parts.nodes[node].traits.insert(.isCovered) }
        guard parts.nodes[node].wildcard == Zone.none, name.count + 2 <= Name.maxLength else { return }
        parts.nodes[node].wildcardProver = denial.prover(ofName: Name.wildcard + name).node
    }
}

extension Denial {
    fileprivate func prover(ofName name: [UInt8]) -> (node: UInt32, matches: Bool) {
        guard let hashing else { return (Zone.apex, false) }
        return prover(of: hashing.hash(name.span))
    }
}
