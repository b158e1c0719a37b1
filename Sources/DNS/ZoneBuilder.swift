internal import Net

/// Where a record stands. Lines and columns count from 1, columns in bytes; `file` indexes the builder's list of files.
struct Place: Hashable, Sendable {
    var file: UInt16 = 0
    var line: UInt32
    var column: UInt16

    static let start = Self(line: 1, column: 1)
}

/// Takes the records of a zone one by one, copies their bytes, and says what keeps them from being a zone.
///
/// A record costs 24 bytes and its data here, a name 32 and its labels: a zone of a million records is built within the
/// memory that it takes afterwards. What a record is to others of its name is looked at in the end, name by name
/// (`ZoneAssembly`), so that it doesn't matter how many there are.
struct ZoneBuilder {
    let origin: Name
    private(set) var paths: [String]
    var problems = ZoneError()

    /// Numbers of `names`.
    private(set) var table = NameTable()
    private(set) var names: [NewName] = []
    private(set) var records: [NewRecord] = []
    /// Labels below the apex, and data.
    private(set) var bytes: [UInt8] = []

    /// At least the bytes that the zone will have: a name brings those above it along, and there can be a hundred.
    private var size = 0
    private var lookup = LookupName()
    private let originLabelCount: Int
    private let originHash: UInt64

    /// A name and the first and last of its records, which are linked in the order of the file.
    struct NewName {
        /// In `bytes`.
        var start: UInt32
        var length: UInt8
        var parent: UInt32
        var first = Zone.none
        var last = Zone.none
    }

    struct NewRecord {
        /// In `bytes`.
        var start: UInt32
        var length: UInt16
        var type: RecordType
        var ttl: UInt32
        var next = Zone.none
        var place: Place
    }

    init(origin: Name, path: String) {
        (self.origin, paths) = (origin, [path])
        originLabelCount = origin.labels.count
        _ = lookup.read(origin.wire.span, at: 0)
        originHash = lookup.hashes[0]
        names = [NewName(start: 0, length: 0, parent: Zone.none)]
        table.insert(0, originHash)
    }

    /// The number of another file of this zone.
    mutating func addFile(_ path: String) -> UInt16 {
        paths.append(path)
        return UInt16(truncatingIfNeeded: paths.count - 1)
    }

    mutating func complain(_ reason: String, at place: Place) {
        problems.add(
            ZoneError.Problem(
                path: paths[Int(place.file)], line: Int(place.line), column: Int(place.column), reason: reason))
    }

    /// `owner` and `data` are uncompressed wire form in the file's letter case; lent only for the call.
    mutating func add(owner: Span<UInt8>, type: RecordType, ttl: UInt32, data: Span<UInt8>, at place: Place) {
        guard lookup.read(owner, at: 0) != nil, encloses(lookup) else {
            return complain("\(Name(checked: owner.array)) is outside of the zone \(origin)", at: place)
        }
        guard size < UInt32.max / 2, data.count <= UInt16.max else {
            if problems.problems.isEmpty { complain("more than 2 GiB of data", at: place) }
            return
        }
        size += 2 * data.count + 16
        let name = Int(makeName(owner))
        let record = UInt32(records.count)
        records.append(
            NewRecord(
                start: UInt32(bytes.count), length: UInt16(data.count), type: type, ttl: ttl, place: place))
        bytes.put(data)
        if names[name].last == Zone.none {
            names[name].first = record
        } else {
            records[Int(names[name].last)].next = record
        }
        names[name].last = record
    }

    func encloses(_ name: borrowing LookupName) -> Bool {
        let extra = name.labelCount - originLabelCount
        guard extra >= 0, name.hashes[extra] == originHash else { return false }
        return name.length - name.start(extra) == origin.wire.count
    }

    /// The name and, where they are new, all between it and the apex.
    private mutating func makeName(_ owner: Span<UInt8>) -> UInt32 {
        let depth = lookup.labelCount - originLabelCount
        var label = 0
        var known = find(lookup, label)
        while known == nil {
            label += 1
            known = find(lookup, label)
        }
        guard var parent = known else { return 0 }
        guard label > 0 else { return parent }
        let below = lookup.start(depth)
        let start = bytes.count
        bytes.put(owner.extracting(first: below))
        while label > 0 {
            label -= 1
            let skipped = lookup.start(label)
            let number = UInt32(names.count)
            names.append(
                NewName(start: UInt32(start + skipped), length: UInt8(below - skipped), parent: parent))
            table.insert(number, lookup.hashes[label])
            size += below - skipped
            parent = number
        }
        return parent
    }

    /// The name that begins at a label of `name`, which is within the zone.
    func find(_ name: borrowing LookupName, _ label: Int) -> UInt32? {
        let length = name.start(name.labelCount - originLabelCount) - name.start(label)
        return table.find(name.hashes[label]) { number in
            let known = names[Int(number)]
            return Int(known.length) == length && isSame(known, name, label)
        }
    }

    private func isSame(_ known: NewName, _ name: borrowing LookupName, _ label: Int) -> Bool {
        let (start, from) = (Int(known.start), name.start(label))
        for index in 0..<Int(known.length) where fold(bytes[start + index]) != name.bytes[from + index] { return false }
        return true
    }

    /// The number of a name in `data`; nil when it is outside of the zone or has neither records nor names below it.
    func find(_ data: ArraySlice<UInt8>, using name: inout LookupName) -> UInt32? {
        guard name.read(data.span, at: 0) != nil, encloses(name) else { return nil }
        return find(name, 0)
    }

    /// Checks, then the zone.
    consuming func build() throws(ZoneError) -> Zone {
        let paths = paths
        var assembly = ZoneAssembly(self)
        let zone = assembly.assemble()
        guard let zone, assembly.problems.problems.isEmpty else { throw assembly.problems.sorted(by: paths) }
        return zone
    }
}
