internal import Net

/// The signatures of a zone that was signed before it came here: how long they are good for. Nobody renews them here.
public struct Signatures: Hashable, Sendable {
    /// How many there are.
    public var count: Int
    /// When the first of them ends: seconds since 1970.
    public var expires: UInt32
    /// What that one covers: `www.example.org. A`.
    public var first: String
    /// When the youngest of them begins.
    public var begins: UInt32
}

extension Zone {
    /// nil for a zone that isn't signed. Reads the whole zone: keep it.
    public var signatures: Signatures? {
        var found: Signatures?
        forEachRRset { set in
            guard set.type == .rrsig, !set.isBelowCut else { return }
            for index in 0..<set.count {
                let data = set.data(index)
                guard data.count > 18 else { continue }
                let covered = RecordType(rawValue: UInt16(truncatingIfNeeded: number(data, 0, 2)))
                let (expires, begins) = (number(data, 8, 4), number(data, 12, 4))
                var all = found ?? Signatures(count: 0, expires: .max, first: "", begins: 0)
                all.count += 1
                all.begins = max(all.begins, begins)
                if expires < all.expires {
                    all.expires = expires
                    all.first = "\(Name(checked: [UInt8](set.owner))) \(covered)"
                }
                found = all
            }
        }
        return found
    }
}

private func number(_ data: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> UInt32 {
    data.dropFirst(offset).prefix(count).reduce(0) { $0 << 8 | UInt32($1) }
}
