internal import Net

/// What the data of a zone must say beyond being readable: a digest has the length of its algorithm, or nobody will ever
/// find it right. Asked of zone files only: messages of others are taken as they are.
enum RecordRules {
    static func check(_ data: Span<UInt8>, _ type: RecordType) throws(DNSError) {
        try checkBitmap(data, type)
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

    /// Bytes that say nothing are left out, at the end of a window and of windows altogether (RFC 4034 §4.1.2). Only
    /// `\\# length hex` can have them.
    private static func checkBitmap(_ data: Span<UInt8>, _ type: RecordType) throws(DNSError) {
        guard var at = bitmap(of: type, data) else { return }
        while at + 1 < data.count {
            at += 2 + Int(data[at + 1])
            guard at <= data.count, data[at - 1] != 0 else {
                throw .malformed("a bitmap of types with a zero byte at the end of a window (RFC 4034 §4.1.2)")
            }
        }
    }

    /// Where the bitmap begins in data that has been read.
    private static func bitmap(of type: RecordType, _ data: Span<UInt8>) -> Int? {
        var at = 0
        switch type.rawValue {
        case 47:
            while at < data.count, data[at] != 0 { at += 1 + Int(data[at]) }
            return at + 1
        case 50:
            guard data.count > 5 else { return nil }
            at = 5 + Int(data[4])
            return at < data.count ? at + 1 + Int(data[at]) : nil
        case 62: return 6
        default: return nil
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
