internal import Net

/// The arrays of a zone while they grow.
struct ZoneParts {
    var table: NameTable
    var nodes: [Zone.Node] = []
    var sets: [Zone.RRset] = []
    var targets: [Zone.Target] = []
    var bytes: [UInt8] = []
    var soa = 0
    var negativeSOA = 0
    var recordCount = 0
}

/// Makes a zone of what was collected: names in canonical order, records as RRsets in the form of answers, links between
/// them. On the way it finds what keeps the records from being a zone (`ZoneChecks`).
struct ZoneAssembly {
    var builder: ZoneBuilder
    var problems: ZoneError
    /// Old numbers in the new order, and the reverse.
    private(set) var order: [UInt32] = []
    private(set) var ranks: [UInt32] = []
    var nodes: [Zone.Node] = []
    var sets: [Zone.RRset] = []
    var recordCount = 0
    private var writer = RRsetWriter()
    /// Of the name that is looked at.
    private var owned = OwnedRecords()
    private var tail: [UInt8] = []
    /// Names in data that have addresses to come along.
    var pending: [PendingTarget] = []
    var lookup = LookupName()

    struct PendingTarget {
        var node: UInt32
        var set: UInt32
        /// In the RRset, and in the builder's bytes; empty: the owner itself.
        var position: UInt32
        var name: Range<Int>
    }

    init(_ builder: consuming ZoneBuilder) {
        problems = builder.problems
        self.builder = builder
    }

    /// nil when there are problems.
    mutating func assemble() -> Zone? {
        sortNames()
        nodes.reserveCapacity(order.count)
        sets.reserveCapacity(order.count)
        writer.reserve(builder.bytes.count + 12 * builder.records.count)
        writer.put(builder.origin.wire, builder.origin.wire.indices)
        for number in order { addNode(number) }
        checkApex()
        guard problems.problems.isEmpty, let soa = set(.soa, at: Zone.apex) else { return nil }
        let (origin, path) = (builder.origin, path)
        var denials = DenialBuilder(takeParts(soa), origin)
        let denial = denials.build()
        for reason in denials.problems {
            problems.add(ZoneError.Problem(path: path, line: 1, column: 1, reason: reason))
        }
        return problems.problems.isEmpty ? Zone(&denials.parts, origin: origin, denial: denial) : nil
    }

    /// What a zone is made of; nothing of it is left here, nor in the builder.
    private mutating func takeParts(_ soa: Int) -> ZoneParts {
        var parts = ZoneParts(table: NameTable())
        (parts.soa, parts.negativeSOA) = (soa, addNegativeSOA(soa))
        (parts.recordCount, parts.targets) = (recordCount, resolveTargets())
        parts.table = builder.table
        builder = ZoneBuilder(origin: builder.origin, path: "")
        parts.table.renumber(ranks)
        (order, ranks) = ([], [])
        (parts.nodes, parts.sets, parts.bytes) = (nodes, sets, writer.finish())
        (nodes, sets) = ([], [])
        return parts
    }

    // MARK: Order

    private mutating func sortNames() {
        let names = builder.names
        var keyed = names.indices.map { number in
            (key: NameOrder.Key(builder.bytes.span.extracting(range(names[number]))), number: UInt32(number))
        }
        keyed.sort { a, b in
            if a.key != b.key { return a.key < b.key }
            return NameOrder.precedes(
                builder.bytes.span.extracting(range(names[Int(a.number)])),
                builder.bytes.span.extracting(range(names[Int(b.number)])))
        }
        order = keyed.map(\.number)
        ranks = [UInt32](repeating: 0, count: order.count)
        for (rank, number) in order.enumerated() { ranks[Int(number)] = UInt32(rank) }
    }

    func range(_ name: ZoneBuilder.NewName) -> Range<Int> { Int(name.start)..<Int(name.start) + Int(name.length) }
    func range(_ record: ZoneBuilder.NewRecord) -> Range<Int> {
        Int(record.start)..<Int(record.start) + Int(record.length)
    }

    // MARK: Nodes

    private mutating func addNode(_ number: UInt32) {
        let name = builder.names[Int(number)]
        let rank = UInt32(nodes.count)
        var node = Zone.Node(name: UInt32(writer.bytes.count), nameLength: name.length)
        writer.put(builder.bytes, range(name))
        node.firstSet = UInt32(sets.count)
        nodes.append(node)
        owned.collect(name, builder.records, builder.bytes)
        check(owned, number)
        tail.removeAll(keepingCapacity: true)
        var at = 0
        while at < owned.data.count { at = addSet(from: at, name, rank) }
        nodes[Int(rank)].setCount = UInt16(sets.count - Int(node.firstSet))
        recordCount += owned.data.count + owned.signatures.count
        link(rank, name)
    }

    /// Fills `tail` with what of the owner's name an answer can be expected to repeat: not the `*`, which never stands in a
    /// question for what it made.
    private mutating func findTail(of name: ZoneBuilder.NewName) {
        let labels = builder.bytes[range(name)]
        tail += labels.starts(with: Name.wildcard) ? labels.dropFirst(2) : labels
        tail += builder.origin.wire
    }

    /// The RRset whose first record is `first` of `owned.data`. Returns where the next one begins.
    private mutating func addSet(from first: Int, _ name: ZoneBuilder.NewName, _ node: UInt32) -> Int {
        let type = builder.records[Int(owned.data[first])].type
        if DataLayout(type).names > 0, tail.isEmpty { findTail(of: name) }
        // An alias's target can become the name that is looked up next: only its tail at the apex is left out then.
        let owner = type == .cname ? builder.origin.wire[...] : tail[...]
        var set = Zone.RRset(type: type, start: UInt32(writer.begin()))
        var at = first
        while at < owned.data.count {
            let record = builder.records[Int(owned.data[at])]
            guard record.type == type else { break }
            let position = Int(writer.bytes.count) - Int(set.start)
            writer.add(type, record.ttl, builder.bytes, range(record), owner: owner)
            noteTarget(of: record, at: position, node)
            at += 1
        }
        set.count = UInt32(at - first)
        set.length = UInt32(writer.bytes.count) - set.start
        for signature in owned.signatures where covered(by: signature) == type {
            let record = builder.records[Int(signature)]
            writer.add(.rrsig, record.ttl, builder.bytes, range(record), owner: [])
            set.signatureCount &+= 1
        }
        set.signatureLength = UInt32(writer.bytes.count) - set.start - set.length
        set.patchCount = UInt16(truncatingIfNeeded: writer.end())
        sets.append(set)
        return at
    }

    func covered(by signature: UInt32) -> RecordType {
        let record = builder.records[Int(signature)]
        guard record.length >= 2 else { return RecordType(rawValue: 0) }
        let start = Int(record.start)
        return RecordType(rawValue: UInt16(builder.bytes[start]) << 8 | UInt16(builder.bytes[start + 1]))
    }

    private mutating func noteTarget(of record: ZoneBuilder.NewRecord, at position: Int, _ node: UInt32) {
        guard let prefix = record.type.targetPrefix, Int(record.length) > prefix else { return }
        let data = range(record)
        var target = PendingTarget(
            node: node, set: UInt32(sets.count), position: UInt32(position + 12 + prefix),
            name: data.lowerBound + prefix..<data.upperBound)
        if record.type.isServiceBinding, builder.bytes[target.name.lowerBound] == 0 {
            let isAlias = builder.bytes[data.lowerBound] == 0 && builder.bytes[data.lowerBound + 1] == 0
            if isAlias { return }  // "the service doesn't exist" (RFC 9460 §2.5.1)
            (target.position, target.name) = (0, 0..<0)
        }
        pending.append(target)
    }

    /// A parent stands before its children, so what is above is known.
    private mutating func link(_ rank: UInt32, _ name: ZoneBuilder.NewName) {
        var traits: Zone.Traits = []
        if rank != Zone.apex, owned.has(.ns, builder.records) { traits.insert(.cut) }
        if owned.has(.dname, builder.records) { traits.insert(.redirect) }
        if owned.isHashed(builder.records) { traits.insert(.hashed) }
        if name.parent != Zone.none {
            let parent = ranks[Int(name.parent)]
            let upper = nodes[Int(parent)]
            if upper.above != Zone.none {
                nodes[Int(rank)].above = upper.above
            } else if !upper.traits.isDisjoint(with: [.cut, .redirect]), !traits.contains(.hashed) {
                nodes[Int(rank)].above = parent
            }
            nodes[Int(parent)].traits.remove(.hashed)
            if isWildcard(name) { nodes[Int(parent)].wildcard = rank }
        }
        nodes[Int(rank)].traits = traits
    }

    func isWildcard(_ name: ZoneBuilder.NewName) -> Bool { builder.bytes[range(name)].starts(with: Name.wildcard) }

    func set(_ type: RecordType, at node: UInt32) -> Int? {
        let first = Int(nodes[Int(node)].firstSet)
        return (first..<first + Int(nodes[Int(node)].setCount)).first { sets[$0].type == type }
    }

    private mutating func addNegativeSOA(_ soa: Int) -> Int {
        var set = sets[soa]
        let (start, length) = (Int(set.start), Int(set.length + set.signatureLength))
        let ttl = writer.bytes[start + 6..<start + 10].reduce(0) { $0 << 8 | UInt32($1) }
        let minimum = writer.bytes[..<(start + Int(set.length))].suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        set.start = UInt32(writer.bytes.count)
        let patches = 4 * Int(set.patchCount)
        writer.copy(start..<start + length + patches, upTo: start + length, ttl: min(ttl, minimum))
        sets.append(set)
        return sets.count - 1
    }
}

extension RecordType {
    /// Where in the data the name stands whose addresses come along (RFC 1035 §3.3, RFC 1183 §1, RFC 2782, RFC 9460 §4.1).
    var targetPrefix: Int? {
        switch self {
        case .ns: 0
        case .mx, .afsdb, .rt, .kx, .svcb, .https: 2
        case .srv: 6
        default: nil
        }
    }

    var isServiceBinding: Bool { self == .svcb || self == .https }
}
