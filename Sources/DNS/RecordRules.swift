internal import Net

/// What the data of a zone must say beyond being readable: a digest has the length of its algorithm, or nobody will ever
/// find it right. Asked of zone files only: messages of others are taken as they are.
enum RecordRules {
    static func check(_ data: Span<UInt8>, _ type: RecordType) throws(DNSError) {
        guard let rule = rule(for: type), data.count > rule.digest else { return }
        let (algorithm, length) = (data[rule.algorithm], data.count - rule.digest)
        if let wanted = rule.lengths.first(where: { $0.algorithm == algorithm })?.length {
            guard length == wanted else {
                throw .malformed("a digest of \(length) bytes; those of type \(algorithm) have \(wanted)")
            }
        } else if type == .zonemd, length < 12 {  // RFC 8976 §2.2.4
            throw .malformed("a digest of \(length) bytes; it has at least 12")
        }
    }

    private struct Rule {
        /// Where the number of the algorithm is, and where the digest begins.
        var algorithm: Int
        var digest: Int
        var lengths: [(algorithm: UInt8, length: Int)]
    }

    private static let digests = Rule(algorithm: 3, digest: 4, lengths: [(1, 20), (2, 32), (4, 48)])
    private static let fingerprints = Rule(algorithm: 1, digest: 2, lengths: [(1, 20), (2, 32)])
    private static let associations = Rule(algorithm: 2, digest: 3, lengths: [(1, 32), (2, 64)])
    private static let zoneDigests = Rule(algorithm: 5, digest: 6, lengths: [(1, 48), (2, 64)])

    private static func rule(for type: RecordType) -> Rule? {
        switch type.rawValue {
        case 43, 59, 32768, 32769: digests
        case 44: fingerprints
        case 52, 53: associations
        case 63: zoneDigests
        default: nil
        }
    }
}

extension RecordType {
    static let zonemd = Self(rawValue: 63)
}
