internal import Net

/// Writes RRsets the way they stand in answers (`Zone.RRset`): what can be known of compression beforehand is done here,
/// once, so that an answer is a copy and a few pointers.
struct RRsetWriter {
    private(set) var bytes: [UInt8] = []
    /// Of the RRset that is being written: where it begins, where pointers go, where names begin that later ones can
    /// point to.
    private var start = 0
    private var patches: [(position: UInt16, target: UInt16)] = []
    private var known: [(position: UInt16, tail: Range<Int>)] = []

    /// Bounds the time that a long RRset takes; names beyond are written out.
    private static let mostKnown = 96

    /// All bytes, and eight more that can be read; none are left here.
    mutating func finish() -> [UInt8] {
        bytes.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
        let result = bytes
        bytes = []
        return result
    }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func put(_ source: [UInt8], _ range: Range<Int>) { bytes.append(contentsOf: source[range]) }

    mutating func begin() -> Int {
        start = bytes.count
        patches.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        return start
    }

    /// Ends the RRset. Returns how many pointers it has.
    mutating func end() -> Int {
        for (position, target) in patches {
            bytes.put(position)
            bytes.put(target)
        }
        return patches.count
    }

    /// A record whose data is `range` of `source`. `owner` is its name, as far as it can be pointed to.
    ///
    /// Returns where the data begins in the RRset.
    @discardableResult
    mutating func add(
        _ type: RecordType, _ ttl: UInt32, _ source: [UInt8], _ range: Range<Int>, owner: ArraySlice<UInt8>
    ) -> Int {
        bytes.put(UInt16(0xc000))
        bytes.put(type.rawValue)
        bytes.put(RecordClass.internet.rawValue)
        bytes.put(ttl)
        let length = bytes.count
        bytes.put(UInt16(truncatingIfNeeded: range.count))
        let layout = DataLayout(type)
        if layout.names == 0 {
            bytes.append(contentsOf: source[range])
        } else {
            writeNames(layout, source, range, owner)
            bytes.patch(UInt16(truncatingIfNeeded: bytes.count - length - 2), at: length)
        }
        return length + 2 - start
    }

    private mutating func writeNames(
        _ layout: DataLayout, _ source: [UInt8], _ range: Range<Int>, _ owner: ArraySlice<UInt8>
    ) {
        var at = range.lowerBound + Int(layout.prefix)
        bytes.append(contentsOf: source[range.lowerBound..<at])
        for _ in 0..<layout.names {
            var end = at
            while end < range.upperBound, source[end] != 0 { end += 1 + Int(source[end]) }
            end = min(end + 1, range.upperBound)
            write(source, at..<end, owner)
            at = end
        }
        bytes.append(contentsOf: source[at..<range.upperBound])
    }

    /// Labels up to a tail that stands elsewhere already.
    private mutating func write(_ source: [UInt8], _ name: Range<Int>, _ owner: ArraySlice<UInt8>) {
        let earlier = known.count  // this name's own tails have no end yet
        var at = name.lowerBound
        while at < name.upperBound - 1 {
            let tail = at..<name.upperBound
            if let target = target(source, tail, owner, among: earlier) {
                patches.append((UInt16(bytes.count - start), target))
                return bytes.put(UInt16(0xc000))
            }
            let position = bytes.count - start
            if position < 0x4000, known.count < Self.mostKnown { known.append((UInt16(position), tail)) }
            let next = at + 1 + Int(source[at])
            bytes.append(contentsOf: source[at..<next])
            at = next
        }
        bytes.append(0)
    }

    private func target(
        _ source: [UInt8], _ tail: Range<Int>, _ owner: ArraySlice<UInt8>, among count: Int
    ) -> UInt16? {
        guard bytes.count - start < 0x4000 else { return nil }
        if tail.count <= owner.count, sameIgnoringCase(source[tail], owner.suffix(tail.count)),
            isTail(owner, tail.count)
        {
            return UInt16(tail.count)
        }
        for (position, other) in known.prefix(count) where other.count == tail.count && source[other] == source[tail] {
            return Zone.Patch.within | position
        }
        return nil
    }

    /// Whether a label begins `count` bytes before the end: bytes within a label can look like one.
    private func isTail(_ name: ArraySlice<UInt8>, _ count: Int) -> Bool {
        var rest = name
        while rest.count > count, let length = rest.first { rest = rest.dropFirst(1 + Int(length)) }
        return rest.count == count
    }

    /// A copy of an RRset's bytes with another TTL.
    mutating func copy(_ range: Range<Int>, upTo end: Int, ttl: UInt32) {
        let first = bytes.count
        bytes.append(contentsOf: bytes[range])
        var at = first
        while at < first + (end - range.lowerBound) {
            for byte in 0..<4 { bytes[at + 6 + byte] = UInt8(truncatingIfNeeded: ttl >> UInt32(24 - 8 * byte)) }
            at += 12 + (Int(bytes[at + 10]) << 8 | Int(bytes[at + 11]))
        }
    }
}
