/// Which prefixes have changed, oldest first, for readers of different speed: each keeps the place that it has read up to.
///
/// A prefix that changes again moves to the end, and what stood for it before is skipped. So what a reader that doesn't
/// read has before it is a set of prefixes, never longer than there are prefixes, whatever happens meanwhile.
struct ChangeLog: Sendable {
    private var entries: [UInt32] = []
    /// The place of the first entry.
    private(set) var start: UInt64 = 0
    /// For each prefix in the log, the low bits of its place, and a bit that says that it is there.
    private var places = Pages<UInt32>()
    private static let isThere: UInt32 = 1 << 31
    /// No reader is further than this.
    private var furthest: UInt64 = 0
    private var tidyAt = 1024

    var end: UInt64 { start + UInt64(entries.count) }
    var bytes: Int { entries.count * 4 + places.bytes }
    /// Entries, skipped ones included.
    var count: Int { entries.count }
    var wantsTidying: Bool { entries.count >= tidyAt }

    func contains(_ net: Link<NetSlot>) -> Bool { places[net] != 0 }

    mutating func append(_ net: Link<NetSlot>) {
        if let place = place(of: net), place >= furthest { return }  // nobody has read it yet
        places[net] = UInt32(truncatingIfNeeded: end) | Self.isThere
        entries.append(net.rawValue)
    }

    private func place(of net: Link<NetSlot>) -> UInt64? {
        let word = places[net]
        guard word != 0 else { return nil }
        let distance = (word &- UInt32(truncatingIfNeeded: start)) & ~Self.isThere
        return start + UInt64(distance)
    }

    private func isCurrent(_ index: Int) -> Bool {
        places[Link(entries[index])] == UInt32(truncatingIfNeeded: start + UInt64(index)) | Self.isThere
    }

    /// Where somebody begins who needs nothing of what is in the log.
    mutating func join() -> UInt64 {
        furthest = end
        return end
    }

    /// Up to `limit` prefixes from `cursor` on, which moves behind them.
    mutating func read(from cursor: inout UInt64, limit: Int) -> [Link<NetSlot>] {
        var nets: [Link<NetSlot>] = []
        nets.reserveCapacity(min(limit, Int(end - max(cursor, start))))
        while nets.count < limit, let net = next(&cursor) { nets.append(net) }
        return nets
    }

    /// The next prefix from `cursor` on, which moves behind it; nil: there is none before `horizon`.
    mutating func next(_ cursor: inout UInt64, before horizon: UInt64 = .max) -> Link<NetSlot>? {
        cursor = max(cursor, start)
        defer { furthest = max(furthest, cursor) }
        let last = min(horizon, end)
        while cursor < last {
            let index = Int(cursor - start)
            cursor += 1
            if isCurrent(index) { return Link(entries[index]) }
        }
        return nil
    }

    // MARK: Forgetting

    /// What tidying up has come to.
    struct Tidied {
        /// No longer in the log.
        var gone: [Link<NetSlot>]
        /// Where readers find themselves again; nil: where they were.
        var moves: Moves?
    }

    struct Moves {
        fileprivate var oldStart: UInt64
        fileprivate var newStart: UInt64
        /// Old indices of the entries that stay.
        fileprivate var kept: [Int]

        func callAsFunction(_ cursor: UInt64) -> UInt64 {
            let index = Int(max(cursor, oldStart) - oldStart)
            return newStart + UInt64(kept.partition { $0 >= index })
        }
    }

    /// Forgets what all readers have read, `slowest` being the place of the last of them. When most of the rest is skipped
    /// anyway, that goes too, and readers must move.
    mutating func tidy(slowest: UInt64) -> Tidied {
        let read = Int(min(max(slowest, start), end) - start)
        var gone: [Link<NetSlot>] = []
        for index in 0..<read where isCurrent(index) {
            gone.append(Link(entries[index]))
            places[Link(entries[index])] = 0
        }
        entries.removeFirst(read)
        start += UInt64(read)
        let moves = compact()
        tidyAt = max(1024, entries.count * 2)
        return Tidied(gone: gone, moves: moves)
    }

    private mutating func compact() -> Moves? {
        let kept = entries.indices.filter(isCurrent)
        guard entries.count > 1024, kept.count * 2 < entries.count else { return nil }
        let moves = Moves(oldStart: start, newStart: end - UInt64(kept.count), kept: kept)
        entries = kept.map { entries[$0] }
        start = moves.newStart
        for (index, net) in entries.enumerated() {
            places[Link(net)] = UInt32(truncatingIfNeeded: start + UInt64(index)) | Self.isThere
        }
        furthest = moves(furthest)
        return moves
    }
}

extension [Int] {
    /// In a sorted list, the index of the first element that fulfils `test`, or the end.
    fileprivate func partition(_ test: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if test(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
