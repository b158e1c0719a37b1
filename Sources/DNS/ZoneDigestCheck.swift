internal import Digest

/// ZONEMD at the apex says what the zone was when it was made (RFC 8976): who has a file that was cut short, or mixed with
/// another, doesn't serve it.
///
/// Deviates: the signatures over ZONEMD and SOA aren't validated (§4, steps 1 and 2), since a server has no trust anchor.
/// The digest guards against accidents here, not against forgers, who could leave it out.
extension Zone {
    /// Why the digests that the zone carries aren't its own; nil when one of them is, or none can be checked.
    func digestComplaint() -> String? {
        let records = zoneDigests()
        let known = records.filter { $0.isSupported }
        guard let first = known.first else { return nil }
        guard !known.contains(where: { $0.isVerified(by: self) }) else { return nil }
        // Two of one kind contradict each other (RFC 8976 §4, step 4).
        if known.contains(where: { record in known.filter { $0.kind == record.kind }.count > 1 }) {
            return "two ZONEMD records with one scheme and hash algorithm: neither counts (RFC 8976 §2)"
        }
        if known.allSatisfy({ $0.serial != serial }) {
            return "the ZONEMD is for serial \(first.serial), the SOA has \(serial): the zone was changed without it"
        }
        return "the ZONEMD isn't the digest of this zone: a record was changed, added or lost (RFC 8976 §4)"
    }

    private func zoneDigests() -> [ZoneDigestRecord] {
        var found: [ZoneDigestRecord] = []
        forEachRRset(of: Int(Self.apex)) { set in
            guard set.type == .zonemd else { return }
            for index in 0..<set.count { found.append(ZoneDigestRecord([UInt8](set.data(index)))) }
        }
        return found.enumerated().map { index, record in
            var record = record
            record.isAlone = !found.indices.contains { $0 != index && found[$0].kind == record.kind }
            return record
        }
    }
}

private struct ZoneDigestRecord {
    var serial: UInt32 = 0
    var kind: [UInt8] = []
    var digest: [UInt8] = []
    var isAlone = true

    /// `data` has been checked to have these fields.
    init(_ data: [UInt8]) {
        serial = data.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        kind = [UInt8](data.dropFirst(4).prefix(2))
        digest = [UInt8](data.dropFirst(6))
    }

    /// Scheme SIMPLE with SHA-384 or SHA-512.
    private var algorithm: Hashing.Algorithm? { kind == [1, 1] ? .sha384 : kind == [1, 2] ? .sha512 : nil }
    var isSupported: Bool { algorithm != nil }

    func isVerified(by zone: Zone) -> Bool {
        guard let algorithm, isAlone, serial == zone.serial else { return false }
        return zone.zoneDigest(algorithm) == digest
    }
}
