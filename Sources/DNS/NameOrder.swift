/// The canonical order of names (RFC 4034 §6.1): by label from the right, without case, a name before what is below it.
enum NameOrder {
    /// Sixteen bytes of a name that compare as a number like the names themselves. Of names with the same key the order
    /// isn't known.
    struct Key: Hashable, Comparable, Sendable {
        private(set) var high: UInt64 = 0
        private(set) var low: UInt64 = 0

        static func < (a: Self, b: Self) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }

        /// Labels from the right with a zero behind each. A label's own bytes are never zero: from one that is 0 or 1 on,
        /// the key no longer tells.
        init(_ name: Span<UInt8>) {
            var room = 16
            var end = name.count
            while end > 0, room > 0 {
                let start = Self.lastLabel(of: name, before: end)
                for at in start + 1..<end {
                    guard room > 0 else { return }
                    put(max(fold(name[at]), 1), &room)
                    if name[at] <= 1 { return }
                }
                if room > 0 { put(0, &room) }
                end = start
            }
        }

        private static func lastLabel(of name: Span<UInt8>, before end: Int) -> Int {
            var at = 0
            while at + 1 + Int(name[at]) < end { at += 1 + Int(name[at]) }
            return at
        }

        private mutating func put(_ byte: UInt8, _ room: inout Int) {
            room -= 1
            if room >= 8 {
                high |= UInt64(byte) << UInt64(8 * (room - 8))
            } else {
                low |= UInt64(byte) << UInt64(8 * room)
            }
        }
    }

    /// Whether `a` stands before `b`; both are labels without the root's.
    static func precedes(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        let (left, right) = (Labels(a), Labels(b))
        for step in 1...max(min(left.count, right.count), 1) where step <= min(left.count, right.count) {
            let order = compare(a, Int(left.starts[left.count - step]), b, Int(right.starts[right.count - step]))
            if order != 0 { return order < 0 }
        }
        return left.count < right.count
    }

    /// Two labels, by their bytes, then by their length.
    private static func compare(_ a: Span<UInt8>, _ atA: Int, _ b: Span<UInt8>, _ atB: Int) -> Int {
        let (left, right) = (Int(a[atA]), Int(b[atB]))
        for offset in 0..<min(left, right) {
            let difference = Int(fold(a[atA + 1 + offset])) - Int(fold(b[atB + 1 + offset]))
            if difference != 0 { return difference }
        }
        return left - right
    }

    /// Where the labels of a name begin.
    private struct Labels {
        var starts = InlineArray<128, UInt8>(repeating: 0)
        var count = 0

        init(_ name: Span<UInt8>) {
            var at = 0
            while at < name.count, name[at] != 0, count < 128 {
                starts[count] = UInt8(truncatingIfNeeded: at)
                count += 1
                at += 1 + Int(name[at])
            }
        }
    }
}
