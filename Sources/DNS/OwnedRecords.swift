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
        guard mayHaveTwins(numbers, records, bytes) else { return numbers }
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

    /// Whether two are the same but for letter case, numbers and all. A few are compared without any memory.
    private func mayHaveTwins(
        _ numbers: [UInt32], _ records: [ZoneBuilder.NewRecord], _ bytes: [UInt8]
    ) -> Bool {
        guard numbers.count <= 8 else { return true }
        for index in numbers.indices.dropFirst() {
            let record = records[Int(numbers[index])]
            let data = Int(record.start)..<Int(record.start) + Int(record.length)
            for earlier in 0..<index {
                let other = records[Int(numbers[earlier])]
                guard other.type == record.type, other.length == record.length else { continue }
                let first = Int(other.start)
                if data.allSatisfy({ fold(bytes[$0]) == fold(bytes[first + $0 - data.lowerBound]) }) {
                    return true
                }
            }
        }
        return false
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
