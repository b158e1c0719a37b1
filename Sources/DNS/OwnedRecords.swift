/// The records of one name, sorted out: what is there twice is left out, signatures are kept apart. Numbers are those of
/// the builder's records.
struct OwnedRecords {
    /// By type, within a type in the order of the file.
    private(set) var data: [UInt32] = []
    /// Records that aren't new: another has the same data.
    private(set) var twins: [(record: UInt32, first: UInt32)] = []
    private(set) var signatures: [UInt32] = []

    /// Of one name; what was here before is forgotten.
    mutating func collect(_ name: ZoneBuilder.NewName, _ records: [ZoneBuilder.NewRecord], _ bytes: [UInt8]) {
        data.removeAll(keepingCapacity: true)
        twins.removeAll(keepingCapacity: true)
        signatures.removeAll(keepingCapacity: true)
        var next = name.first
        while next != Zone.none {
            if records[Int(next)].type == .rrsig { signatures.append(next) } else { data.append(next) }
            next = records[Int(next)].next
        }
        guard data.count + signatures.count > 1 else { return }
        // Numbers grow with the file.
        data.sort { (records[Int($0)].type, $0) < (records[Int($1)].type, $1) }
        data = dropTwins(of: data, records, bytes)
        signatures = dropTwins(of: signatures, records, bytes)
    }

    /// Most names have a few records, some very many: those are told apart by hash.
    private mutating func dropTwins(
        of numbers: [UInt32], _ records: [ZoneBuilder.NewRecord], _ bytes: [UInt8]
    ) -> [UInt32] {
        guard numbers.count > 1 else { return numbers }
        var firsts: [Contents: UInt32] = [:]
        var kept: [UInt32] = []
        kept.reserveCapacity(numbers.count)
        for number in numbers {
            let contents = Contents(records[Int(number)], in: bytes)
            if let first = firsts[contents] {
                twins.append((number, first))
            } else {
                firsts[contents] = number
                kept.append(number)
            }
        }
        return kept
    }

    func has(_ type: RecordType, _ records: [ZoneBuilder.NewRecord]) -> Bool {
        data.contains { records[Int($0)].type == type }
    }

    /// Nothing but NSEC3.
    func isHashed(_ records: [ZoneBuilder.NewRecord]) -> Bool {
        !data.isEmpty && data.allSatisfy { records[Int($0)].type == .nsec3 }
    }

    /// Type and data in canonical form: the same for records that are the same (RFC 4034 §6.3).
    private struct Contents: Hashable {
        var type: RecordType
        var data: [UInt8]

        init(_ record: ZoneBuilder.NewRecord, in bytes: [UInt8]) {
            type = record.type
            data = [UInt8](bytes[Int(record.start)..<Int(record.start) + Int(record.length)])
            CanonicalData.fold(&data, from: 0, type)
        }
    }
}
