import CGeo

/// Lines of text, embedded in the executable and sorted by what they begin with: searched where they lie, without
/// reading them all.
@safe struct Table: Sendable {
    // SAFETY: a constant of the executable, so the pointer outlives every copy, and nobody writes through it.
    private nonisolated(unsafe) let bytes: UnsafeBufferPointer<UInt8>

    static let airports = unsafe Table(landfall_airports())
    static let countries = unsafe Table(landfall_countries())
    static let cities = unsafe Table(landfall_cities())
    static let registrations = unsafe Table(landfall_registrations())

    private init(_ table: landfall_table) {
        unsafe bytes = UnsafeBufferPointer(start: table.bytes, count: table.count)
    }

    /// The line that begins with `key`, all of one length; nil when there is none.
    func line(beginningWith key: String) -> String? {
        let key = Array(key.utf8)
        // `low` and `high` are always where a line begins, or the end.
        var (low, high) = unsafe (0, bytes.count)
        while low < high {
            let line = line(around: (low + high) / 2)
            let head = unsafe bytes[line].prefix(key.count)
            if unsafe head.elementsEqual(key) { return text(line) }
            if unsafe head.lexicographicallyPrecedes(key) { low = line.upperBound + 1 } else { high = line.lowerBound }
        }
        return nil
    }

    var indices: Range<Int> { unsafe bytes.indices }
    subscript(index: Int) -> UInt8 { unsafe bytes[index] }

    /// Every line, in order.
    var lines: some Sequence<String> {
        sequence(state: 0) { start in
            guard unsafe start < bytes.count else { return nil }
            let line = line(around: start)
            start = line.upperBound + 1
            return text(line)
        }
    }

    /// Without its newline.
    private func line(around index: Int) -> Range<Int> {
        let newline = UInt8(ascii: "\n")
        let start = unsafe bytes[..<index].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = unsafe bytes[index...].firstIndex(of: newline) ?? bytes.count
        return start..<end
    }

    private func text(_ line: Range<Int>) -> String { unsafe String(decoding: bytes[line], as: UTF8.self) }
}
