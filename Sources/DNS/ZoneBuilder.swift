internal import Net

/// Where a record stands. Lines and columns count from 1, columns in bytes; `file` indexes the builder's list of files.
struct Place: Hashable, Sendable {
    var file: UInt16 = 0
    var line: UInt32
    var column: UInt16

    static let start = Self(line: 1, column: 1)
}

/// Takes the records of a zone one by one, copies their bytes, and says what keeps them from being a zone.
struct ZoneBuilder {
    private var paths: [String]
    private let origin: Name
    private let originLabelCount: Int
    private var tree = LabelTree()
    /// Per node.
    private(set) var owned = [OwnedRecords()]
    private var names: [Name]
    var problems = ZoneError()

    init(origin: Name, path: String) {
        (self.origin, paths) = (origin, [path])
        originLabelCount = origin.labels.count
        names = [origin]
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

    private mutating func add(_ at: LocatedRecord?, _ reason: String) { complain(reason, at: at?.place ?? .start) }

    // MARK: In

    /// `owner` and `data` are uncompressed wire form in the file's letter case; lent only for the call.
    mutating func add(owner: Span<UInt8>, type: RecordType, ttl: UInt32, data: Span<UInt8>, at place: Place) {
        let record = Record(Name(checked: owner.array), type, ttl: ttl, data: data.array)
        insert(LocatedRecord(record: record, place: place))
    }

    private mutating func insert(_ located: LocatedRecord) {
        guard located.record.name.isWithin(origin) else {
            return add(located, "\(located.record.name) is outside of the zone \(origin)")
        }
        let node = Int(makeNode(located.record.name))
        if let same = owned[node].twin(of: located.record) {
            if same.record.ttl != located.record.ttl { complainOfTTL(located, same) }
            return
        }
        if let first = owned[node].first(of: located.record.type), first.record.ttl != located.record.ttl {
            complainOfTTL(located, first)
        }
        owned[node].append(located)
    }

    private mutating func complainOfTTL(_ located: LocatedRecord, _ first: LocatedRecord) {
        let (record, line) = (located.record, first.place.line)
        add(located, "TTL \(record.ttl), but \(first.record.ttl) in line \(line): an RRset has one (RFC 2181 §5.2)")
    }

    private mutating func makeNode(_ name: Name) -> UInt32 {
        var lookup = LookupName()
        _ = lookup.read(name.wire.span, at: 0)
        var node = LabelTree.apex
        for label in stride(from: lookup.labelCount - originLabelCount - 1, through: 0, by: -1) {
            let start = Int(lookup.starts[label])
            node = tree.insert(under: node, lookup.bytes.span, at: start)
            if tree.count > owned.count {
                owned.append(OwnedRecords())
                names.append(Name(checked: [UInt8](name.wire[start...])))
            }
        }
        return node
    }

    private func node(of name: ArraySlice<UInt8>) -> UInt32? {
        var lookup = LookupName()
        guard Name(checked: [UInt8](name)).isWithin(origin), lookup.read([UInt8](name).span, at: 0) != nil else {
            return nil
        }
        var node = LabelTree.apex
        for label in stride(from: lookup.labelCount - originLabelCount - 1, through: 0, by: -1) {
            guard let child = tree.child(of: node, lookup.bytes.span, at: Int(lookup.starts[label])) else { return nil }
            node = child
        }
        return node
    }

    // MARK: Checks

    private mutating func check() {
        let soas = owned[0].records.filter { $0.record.type == .soa }
        for extra in soas.dropFirst() { add(extra, "a second SOA; the first is in line \(soas[0].place.line)") }
        if !owned[0].records.contains(where: { $0.record.type == .ns }) {
            add(soas.first, "no NS record at \(origin): a zone names its servers at its apex")
        }
        for node in owned.indices { check(node) }
    }

    private mutating func check(_ node: Int) {
        let records = owned[node].records
        if let alias = records.first(where: { $0.record.type == .cname }), records.count > 1 {
            add(alias, "CNAME beside other records of \(alias.record.name): an alias stands alone (RFC 2181 §10.1)")
        }
        for located in records {
            if located.record.type == .soa, node != 0 { add(located, "SOA below the apex \(origin)") }
            if located.record.type == .ns { checkServer(located) }
        }
    }

    /// Whoever follows a delegation needs an address that only this zone can give (RFC 1034 §4.2.1).
    private mutating func checkServer(_ located: LocatedRecord) {
        let owner = located.record.name
        if owner.isWildcard { return add(located, "NS at a wildcard has no meaning (RFC 4592 §4.2)") }
        let server = Name(checked: located.record.data)
        guard server.isWithin(owner) else { return }
        let records = node(of: server.wire[...]).map { owned[Int($0)].records } ?? []
        if !records.contains(where: { $0.record.type == .a || $0.record.type == .aaaa }) {
            add(located, "the name server \(server) has no address in the zone")
        }
    }

    // MARK: Out

    consuming func build() throws(ZoneError) -> Zone {
        if problems.problems.isEmpty { check() }
        guard problems.problems.isEmpty else { throw problems.sorted(by: paths) }
        var parts = Parts()
        for node in owned.indices { parts.add(names[node], sorted(node)) }
        markCutsAndWildcards(&parts)
        for (slot, target) in parts.targets {
            parts.records[slot].target = self.node(of: target[...]) ?? LabelTree.none
        }
        let apex = parts.nodes[0]
        let range = Int(apex.firstSet)..<Int(apex.firstSet) + Int(apex.setCount)
        guard let soa = range.first(where: { parts.sets[$0].type == .soa }), parts.bytes.count <= UInt32.max else {
            complain(parts.bytes.count <= UInt32.max ? "no SOA record: not a zone" : "more than 4 GiB of data", at: .start)
            throw problems
        }
        let slot = parts.records[Int(parts.sets[soa].first)]
        let minimum = parts.bytes[Int(slot.start)..<Int(slot.start) + Int(slot.length)].suffix(4)
            .reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Zone(
            origin: origin, originLabelCount: originLabelCount, tree: tree, nodes: parts.nodes, sets: parts.sets,
            records: parts.records, bytes: parts.bytes, soa: soa, negativeTTL: min(parts.sets[soa].ttl, minimum))
    }

    /// By type; records of one type stay in the order of the file.
    private func sorted(_ node: Int) -> [Record] {
        owned[node].records.enumerated()
            .sorted { ($0.element.record.type, $0.offset) < ($1.element.record.type, $1.offset) }
            .map(\.element.record)
    }

    /// A parent is always made before its children, so one pass from the top sees what is above.
    private func markCutsAndWildcards(_ parts: inout Parts) {
        for node in parts.nodes.indices.dropFirst() {
            guard let parent = tree.parent(of: UInt32(node)).map(Int.init) else { continue }
            parts.nodes[node].isOccluded = parts.nodes[parent].isCut || parts.nodes[parent].isOccluded
            parts.nodes[node].isCut = owned[node].records.contains { $0.record.type == .ns }
            if names[node].isWildcard { parts.nodes[parent].wildcard = UInt32(node) }
        }
    }
}

/// The arrays of a zone while they grow.
private struct Parts {
    var nodes: [Zone.Node] = []
    var sets: [Zone.RRset] = []
    var records: [Zone.Slot] = []
    var bytes: [UInt8] = []
    /// Names that NS and MX records point to, by record.
    var targets: [(slot: Int, name: [UInt8])] = []

    /// `records` are sorted by type.
    mutating func add(_ name: Name, _ records: [Record]) {
        var node = Zone.Node(name: UInt32(truncatingIfNeeded: bytes.count))
        node.firstSet = UInt32(sets.count)
        bytes += name.wire
        for record in records { add(record, isFirst: record.type != sets[Int(node.firstSet)...].last?.type) }
        node.setCount = UInt16(sets.count - Int(node.firstSet))
        nodes.append(node)
    }

    private mutating func add(_ record: Record, isFirst: Bool) {
        if isFirst {
            sets.append(
                Zone.RRset(
                    type: record.type, layout: DataLayout(record.type), ttl: record.ttl, first: UInt32(records.count),
                    count: 0))
        }
        sets[sets.count - 1].count += 1
        if record.type == .ns { targets.append((records.count, record.data)) }
        if record.type == .mx { targets.append((records.count, [UInt8](record.data.dropFirst(2)))) }
        let start = UInt32(truncatingIfNeeded: bytes.count)
        records.append(Zone.Slot(start: start, length: UInt16(record.data.count)))
        bytes += record.data
    }
}
