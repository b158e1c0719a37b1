internal import Digest
internal import Net

/// What a zone's content is known by: digests over all of its records in canonical form and order (RFC 4034 §6), glue and
/// what is below cuts included.
extension Zone {
    /// SHA-256 over every record. Two zones have the same when they say the same, however their files are written. Reads the
    /// whole zone: keep it.
    public var contentHash: [UInt8] { digest(.sha256) { _ in true } }

    /// The digest of RFC 8976 §3.3: without ZONEMD at the apex, and without the signatures over it.
    func zoneDigest(_ algorithm: Hashing.Algorithm) -> [UInt8] {
        digest(algorithm) { record in
            guard record.isApex else { return true }
            return record.type != .zonemd && !(record.type == .rrsig && record.data.starts(with: [0, 63]))
        }
    }

    private func digest(_ algorithm: Hashing.Algorithm, where isIncluded: (DigestedRecord) -> Bool) -> [UInt8] {
        var hashing = Hashing(algorithm)
        var group = DigestedGroup()
        forEachRRset { set in
            group.begin(set.owner, set.type) { hashing.update($0) }
            let isApex = set.owner.count == origin.wire.count
            for index in 0..<set.count {
                let data = set.data(index)
                if isIncluded(DigestedRecord(isApex: isApex, type: set.type, data: data)) { group.add(data, set.ttl) }
            }
        }
        group.end { hashing.update($0) }
        return hashing.finish()
    }
}

private struct DigestedRecord {
    var isApex: Bool
    var type: RecordType
    var data: ArraySlice<UInt8>
}

/// The records of one name and type, sorted by their data in canonical form when the next name or type comes. What is
/// written waits until it is worth a call.
private struct DigestedGroup {
    private var owner: [UInt8] = []
    private var type = RecordType.a
    private var records: [(ttl: UInt32, data: Range<Int>)] = []
    private var data: [UInt8] = []
    private var written: [UInt8] = []

    private static let most = 1 << 16

    mutating func begin(_ owner: ArraySlice<UInt8>, _ type: RecordType, _ write: (Span<UInt8>) -> Void) {
        if type == self.type, sameIgnoringCase(owner, self.owner[...]) { return }
        flush()
        self.type = type
        self.owner.removeAll(keepingCapacity: true)
        for byte in owner { self.owner.append(fold(byte)) }
        guard written.count > Self.most else { return }
        write(written.span)
        written.removeAll(keepingCapacity: true)
    }

    mutating func add(_ record: ArraySlice<UInt8>, _ ttl: UInt32) {
        let start = data.count
        data += record
        CanonicalData.fold(&data, from: start, type)
        records.append((ttl, start..<data.count))
    }

    mutating func end(_ write: (Span<UInt8>) -> Void) {
        flush()
        write(written.span)
    }

    /// RFC 4034 §6.2, §6.3.
    private mutating func flush() {
        if records.count > 1 {
            let data = data
            records.sort { data[$0.data].lexicographicallyPrecedes(data[$1.data]) }
        }
        for (ttl, range) in records {
            written += owner
            written.put(type.rawValue)
            written.put(RecordClass.internet.rawValue)
            written.put(ttl)
            written.put(UInt16(truncatingIfNeeded: range.count))
            written += data[range]
        }
        records.removeAll(keepingCapacity: true)
        data.removeAll(keepingCapacity: true)
    }
}

/// Names within data in lower case, where the canonical form wants them (RFC 4034 §6.2, RFC 6840 §5.1): in these types, and
/// in no others.
enum CanonicalData {
    private static let types: Set<UInt16> = [
        2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 17, 18, 21, 24, 26, 33, 35, 36, 39, 46,
    ]

    static func fold(_ data: inout [UInt8], from start: Int, _ type: RecordType) {
        guard types.contains(type.rawValue), let fields = type.fields else { return }
        var at = start
        for field in fields {
            guard at < data.count else { return }
            switch field {
            case .name: at = foldName(&data, at)
            case .string: at += 1 + Int(data[at])
            case .u8: at += 1
            case .u16, .type: at += 2
            case .u32, .seconds, .moment: at += 4
            case .mnemonic(_, let names): at += names.most > 255 ? 2 : 1
            default: return
            }
        }
    }

    private static func foldName(_ data: inout [UInt8], _ start: Int) -> Int {
        var at = start
        while at < data.count, data[at] != 0 {
            let next = min(at + 1 + Int(data[at]), data.count)
            for index in at + 1..<max(next, at + 1) { data[index] = DNS.fold(data[index]) }
            at = next
        }
        return at + 1
    }
}
