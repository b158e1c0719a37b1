/// What proves in a signed zone that something doesn't exist: the chain of its NSEC (RFC 4034 §4) or NSEC3 (RFC 5155).
struct Denial: Sendable {
    /// The nodes with an NSEC or an NSEC3 of the chain, in canonical order: for NSEC3 that is the order of the hashes.
    let provers: [UInt32]
    /// The beginning of each prover's sort key, or of its hash: most comparisons end there.
    private let keys: [UInt64]
    /// nil: NSEC.
    let hashing: NameHashing?
    /// Twenty bytes for each prover.
    private let hashes: [UInt8]

    init(names: [UInt32], keys: [UInt64]) {
        (provers, self.keys, hashing, hashes) = (names, keys, nil, [])
    }

    init(hashed: [UInt32], _ hashes: [UInt8], by hashing: NameHashing) {
        (provers, self.hashes, self.hashing) = (hashed, hashes, hashing)
        keys = hashed.indices.map { Self.key(hashes.span, at: 20 * $0) }
    }

    var type: RecordType { hashing == nil ? .nsec : .nsec3 }

    var byteCount: Int { provers.count * 12 + hashes.count }

    // MARK: NSEC

    /// The last prover that doesn't stand behind a name, told by its labels below the apex. The apex stands before all.
    ///
    /// - Parameter isBehind: whether a prover stands behind the name, for those that their keys don't tell apart.
    func prover(before labels: Span<UInt8>, _ isBehind: (UInt32) -> Bool) -> UInt32 {
        let key = NameOrder.Key(labels).high
        var (low, high) = (0, provers.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            let decided = keys[middle] != key ? keys[middle] > key : isBehind(provers[middle])
            if decided { high = middle } else { low = middle }
        }
        return provers[low]
    }

    // MARK: NSEC3

    /// The prover whose hash this is or, if there is none, the last one before it, round the end.
    func prover(of digest: SHA1.Digest) -> (node: UInt32, matches: Bool) {
        let key = Self.key(digest.span, at: 0)
        var (low, high) = (0, provers.count)  // the first that isn't smaller
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key || (keys[middle] == key && compare(middle, digest) < 0) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if low < provers.count, keys[low] == key, compare(low, digest) == 0 { return (provers[low], true) }
        return (provers[low > 0 ? low - 1 : provers.count - 1], false)
    }

    private func compare(_ index: Int, _ digest: SHA1.Digest) -> Int {
        for byte in 0..<20 where hashes[20 * index + byte] != digest[byte] {
            return Int(hashes[20 * index + byte]) - Int(digest[byte])
        }
        return 0
    }

    private static func key(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
        var key: UInt64 = 0
        for byte in 0..<8 { key = key << 8 | UInt64(bytes[start + byte]) }
        return key
    }
}
