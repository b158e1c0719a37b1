/// The memory in which an answer is written, used again for each: bytes behind one another, and 16 bits written over
/// earlier ones. Whoever writes has made sure that there is room (`AnswerWriter`).
struct Page: Sendable {
    private var bytes = [UInt8](repeating: 0, count: Self.capacity)
    private(set) var count = 0

    /// The longest message, and as much again as is put behind it at the end.
    static let capacity = 65535 + 4096

    mutating func clear() { count = 0 }

    mutating func shorten(to count: Int) { self.count = min(count, self.count) }

    mutating func append(to buffer: inout [UInt8]) { buffer.append(contentsOf: bytes[..<count]) }

    subscript(at: Int) -> UInt8 { bytes[at] }

    func u16(at: Int) -> UInt16 { UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }

    mutating func put(_ value: UInt8) {
        bytes[count] = value
        count += 1
    }

    mutating func put(_ value: UInt16) {
        patch(value, at: count)
        count += 2
    }

    mutating func put(_ value: UInt32) {
        put(UInt16(truncatingIfNeeded: value >> 16))
        put(UInt16(truncatingIfNeeded: value))
    }

    mutating func patch(_ value: UInt16, at offset: Int) {
        bytes[offset] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    mutating func put(_ source: Span<UInt8>) {
        precondition(count + source.count <= Self.capacity)
        // SAFETY: checked above; the span's bytes exist while `withUnsafeBytes` runs and aren't this array's own.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe source.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count..<count + source.count])
                    .copyMemory(from: source)
            }
        }
        count += source.count
    }

    mutating func put(_ source: Fixed<UInt8>, _ start: Int, _ length: Int) {
        source.withSpan(start..<start + length) { put($0) }
    }

    /// Writes `owner` in front of every record from `start` to the end: each begins with its two bytes and has its length
    /// in the 11th and 12th (RFC 1035 §3.2.1).
    mutating func point(_ owner: UInt16, from start: Int) {
        let (high, low) = (UInt8(truncatingIfNeeded: owner >> 8), UInt8(truncatingIfNeeded: owner))
        let end = count
        var bytes = bytes.mutableSpan
        var at = start
        while at < end {
            (bytes[at], bytes[at + 1]) = (high, low)
            at += 12 + (Int(bytes[at + 10]) << 8 | Int(bytes[at + 11]))
        }
    }

    /// Writes 16 bits each over the first bytes.
    mutating func patchHeader(_ words: InlineArray<6, UInt16>) {
        var bytes = bytes.mutableSpan
        for index in words.indices {
            bytes[2 * index] = UInt8(truncatingIfNeeded: words[index] >> 8)
            bytes[2 * index + 1] = UInt8(truncatingIfNeeded: words[index])
        }
    }
}
