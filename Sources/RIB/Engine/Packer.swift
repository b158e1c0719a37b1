internal import BGP
internal import Net

/// Prefixes of one reading, sorted by what is said about them: each attribute set is written once a message and has as
/// many prefixes behind it as fit (RFC 4271 §4.3).
struct Packer: Sendable {
    struct Bucket: Sendable {
        var entry: ToldTable.Entry
        var family: Family
        var first = -1
        var last = -1
        /// Another bucket of the same set.
        var next = -1
        /// Bytes that another prefix costs, its part of the messages that are full before it included.
        var weight = 0
    }

    private struct Item: Sendable {
        var net: Link<NetSlot>
        var next = -1
    }

    private var items: [Item] = []
    private(set) var buckets: [Bucket] = []
    /// By set: its first bucket and one, or 0.
    private var heads: [Int32] = []
    private var longest = 4096
    /// About as many bytes as will be written.
    private(set) var weight = 0

    mutating func reset(sets: Int, longest: Int) {
        (self.longest, weight) = (longest, 0)
        for bucket in buckets { heads[Int(bucket.entry.set.rawValue)] = 0 }
        items.removeAll(keepingCapacity: true)
        buckets.removeAll(keepingCapacity: true)
        if heads.count < sets { heads += [Int32](repeating: 0, count: sets - heads.count) }
    }

    /// - Parameter length: of the attribute set.
    mutating func add(_ net: Link<NetSlot>, _ family: Family, _ entry: ToldTable.Entry, length: Int) {
        let bucket = bucket(of: entry, family, length)
        items.append(Item(net: net))
        weight += buckets[bucket].weight
        if buckets[bucket].last >= 0 { items[buckets[bucket].last].next = items.count - 1 }
        if buckets[bucket].first < 0 { buckets[bucket].first = items.count - 1 }
        buckets[bucket].last = items.count - 1
    }

    private mutating func bucket(of entry: ToldTable.Entry, _ family: Family, _ length: Int) -> Int {
        let head = Int(heads[Int(entry.set.rawValue)]) - 1
        var index = head
        while index >= 0 {
            if buckets[index].entry.edit == entry.edit, buckets[index].family == family { return index }
            index = buckets[index].next
        }
        let (width, frame) = (1 + family.width / 8, UpdateParts.header + 4 + length)
        weight += frame
        buckets.append(
            Bucket(
                entry: entry, family: family, next: head, weight: width + width * frame / max(longest - frame, width)))
        heads[Int(entry.set.rawValue)] = Int32(buckets.count)
        return buckets.count - 1
    }

    /// In the order in which they were added.
    func put(_ bucket: Bucket, _ nets: borrowing NetTable, into prefixes: inout [Prefix]) {
        prefixes.removeAll(keepingCapacity: true)
        var index = bucket.first
        while index >= 0 {
            prefixes.append(nets.prefix(items[index].net))
            index = items[index].next
        }
    }
}

/// Whole UPDATE messages, one behind the other.
struct UpdateWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var messages = 0
    let longest: Int
    private var start = 0

    init(longest: Int) { self.longest = longest }

    /// The bytes that a message has left for prefixes, after this much.
    private var room: Int { longest - (bytes.count - start) }

    private static let head = [UInt8](repeating: 0xff, count: 16) + [0, 0, MessageType.update.rawValue]

    private mutating func begin() {
        start = bytes.count
        bytes += Self.head
        messages += 1
    }

    private mutating func end() { bytes.patch(UInt16(clamping: bytes.count - start), at: start + 16) }

    // MARK: Withdrawals

    mutating func withdraw(_ prefixes: [Prefix], _ family: Family) {
        var next = 0
        while next < prefixes.count {
            begin()
            if family == .ipv4 {
                withdrawLegacy(prefixes, from: &next)
            } else {
                withdrawMulti(prefixes, from: &next, family)
            }
            end()
        }
    }

    private mutating func withdrawLegacy(_ prefixes: [Prefix], from next: inout Int) {
        let place = bytes.count
        bytes.put(UInt16(0))
        put(prefixes, from: &next, keeping: 2)
        bytes.patch(UInt16(clamping: bytes.count - place - 2), at: place)
        bytes.put(UInt16(0))
    }

    /// MP_UNREACH_NLRI (RFC 4760 §4).
    private mutating func withdrawMulti(_ prefixes: [Prefix], from next: inout Int, _ family: Family) {
        bytes.put(UInt32(0))
        let place = bytes.count
        bytes.put(AttributeFlags.optional.union(.extendedLength).rawValue)
        bytes.put(AttributeCode.mpUnreach.rawValue)
        bytes.put(UInt16(0))
        bytes.put(family.rawValue)
        bytes.put(RouteFamily(family).safi)
        put(prefixes, from: &next, keeping: 0)
        bytes.patch(UInt16(clamping: bytes.count - place - 4), at: place + 2)
        bytes.patch(UInt16(clamping: bytes.count - place), at: place - 2)
    }

    // MARK: Announcements

    /// Of a message with attributes of so many bytes and one prefix of so many bits.
    static func length(_ attributes: Int, bits: Int) -> Int { UpdateParts.header + 4 + attributes + 1 + (bits + 7) / 8 }

    /// Prefixes with these attributes, of which MP_REACH_NLRI stands first without prefixes. Returns those for which they
    /// leave no room; the others have been written.
    mutating func announce(_ prefixes: [Prefix], _ family: Family, _ set: Span<UInt8>) -> [Prefix] {
        if Self.length(set.count, bits: family.width) <= longest {
            write(prefixes, family, set)
            return []
        }
        let fits = { [longest, count = set.count] (prefix: Prefix) in Self.length(count, bits: prefix.length) <= longest
        }
        write(prefixes.filter(fits), family, set)
        return prefixes.filter { !fits($0) }
    }

    private mutating func write(_ prefixes: [Prefix], _ family: Family, _ set: Span<UInt8>) {
        var next = 0
        while next < prefixes.count {
            begin()
            bytes.put(UInt16(0))
            if set.startsWithReach {
                announceMulti(prefixes, from: &next, family, set)
            } else {
                announceLegacy(prefixes, from: &next, set)
            }
            end()
        }
    }

    private mutating func announceLegacy(_ prefixes: [Prefix], from next: inout Int, _ set: Span<UInt8>) {
        bytes.put(UInt16(clamping: set.count))
        bytes.put(set)
        put(prefixes, from: &next, keeping: 0)
    }

    /// MP_REACH_NLRI (RFC 4760 §3): the value that the set has, and the prefixes behind it.
    private mutating func announceMulti(
        _ prefixes: [Prefix], from next: inout Int, _ family: Family, _ set: Span<UInt8>
    ) {
        let reach = 4 + Int(set.short(at: 2))
        let place = bytes.count
        bytes.put(UInt16(0))
        bytes.put(set.extracting(first: reach))
        bytes.patch(family.rawValue, at: place + 6)
        put(prefixes, from: &next, keeping: set.count - reach)
        bytes.patch(UInt16(clamping: bytes.count - place - 6), at: place + 4)
        bytes.put(set.extracting(droppingFirst: reach))
        bytes.patch(UInt16(clamping: bytes.count - place - 2), at: place)
    }

    /// As many as fit; `next` is then the first that doesn't.
    private mutating func put(_ prefixes: [Prefix], from next: inout Int, keeping reserve: Int) {
        var left = room - reserve
        while next < prefixes.count {
            let length = prefixes[next].length
            let size = (length + 7) / 8
            guard left >= 1 + size else { return }
            left -= 1 + size
            bytes.append(UInt8(length))
            var bits = prefixes[next].address.bits
            for _ in 0..<size {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 120))
                bits <<= 8
            }
            next += 1
        }
    }
}

extension Span where Element == UInt8 {
    fileprivate var startsWithReach: Bool { count >= 4 && self[1] == AttributeCode.mpReach.rawValue }
}
