/// The records of one name while a zone is read, in the order of the file.
///
/// Most names have a few, some have very many (a hundred thousand TXT at one name is a valid zone): from `mostLooked` on
/// what is there already is found by its hash.
struct OwnedRecords {
    private(set) var records: [LocatedRecord] = []
    private var index: Index?
    /// How many records were looked at, over all insertions.
    private(set) var looks = 0

    static let mostLooked = 16

    private struct Index {
        /// Where the first record of these data stands, and the first of each type.
        var byData: [Key: Int] = [:]
        var byType: [RecordType: Int] = [:]

        mutating func add(_ record: Record, at place: Int) {
            byData[Key(record)] = byData[Key(record)] ?? place
            byType[record.type] = byType[record.type] ?? place
        }
    }

    /// Type and data: the same for records that are the same.
    private struct Key: Hashable {
        var type: RecordType
        var data: [UInt8]

        init(_ record: Record) { (type, data) = (record.type, record.foldedData) }
    }

    /// The record that is the same, whatever its TTL.
    mutating func twin(of record: Record) -> LocatedRecord? {
        if let index { return index.byData[Key(record)].map { records[$0] } }
        return look { $0.type == record.type && $0.foldedData == record.foldedData }
    }

    /// The first of its RRset.
    mutating func first(of type: RecordType) -> LocatedRecord? {
        if let index { return index.byType[type].map { records[$0] } }
        return look { $0.type == type }
    }

    private mutating func look(_ isWanted: (Record) -> Bool) -> LocatedRecord? {
        looks += records.count
        return records.first { isWanted($0.record) }
    }

    mutating func append(_ located: LocatedRecord) {
        index?.add(located.record, at: records.count)
        records.append(located)
        guard index == nil, records.count == Self.mostLooked else { return }
        var index = Index()
        for (place, located) in records.enumerated() { index.add(located.record, at: place) }
        self.index = index
    }
}

extension Record {
    /// The data with its names in lower case: letter case counts everywhere else (RFC 4343 §3). The numbers of an MX or an
    /// SOA may well have the values of letters.
    fileprivate var foldedData: [UInt8] {
        let layout = DataLayout(type)
        guard layout.names > 0 else { return data }
        var folded = data
        var at = Int(layout.prefix)
        for _ in 0..<layout.names {
            while at < folded.count {
                let next = at + 1 + Int(folded[at])
                for letter in at..<min(next, folded.count) { folded[letter] = fold(folded[letter]) }
                let isRoot = next == at + 1
                at = next
                if isRoot { break }
            }
        }
        return folded
    }
}

/// A record of a zone file, and where it stands.
struct LocatedRecord: Sendable {
    var record: Record
    var place: Place
}
