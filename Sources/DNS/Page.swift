/// The memory in which an answer is written, used again for each: bytes behind one another, and 16 bits written over
/// earlier ones. Whoever writes has made sure that there is room (`AnswerWriter`).
struct Page: Sendable {
    private var bytes = [UInt8](repeating: 0, count: Self.capacity)
    private(set) var count = 0

    /// The longest message, and room for what turns out not to fit.
    static let capacity = 65535 + 4096

    mutating func clear() { count = 0 }

    mutating func shorten(to count: Int) { self.count = min(count, self.count) }

    func append(to buffer: inout [UInt8]) {
        // SAFETY: `count` never exceeds the capacity.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[..<count]))
        }
    }

    @inline(__always)
    subscript(at: Int) -> UInt8 { bytes[at] }

    @inline(__always)
    func u16(at: Int) -> UInt16 { UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }

    /// Lends room for `length` more bytes, all of which are written.
    @inline(__always)
    private mutating func extend(_ length: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(count + length <= Self.capacity)
        // SAFETY: checked above.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe body(UnsafeMutableRawBufferPointer(rebasing: bytes[count..<count + length]))
        }
        count += length
    }

    @inline(__always)
    mutating func put(_ value: UInt8) {
        bytes[count] = value
        count += 1
    }

    @inline(__always)
    mutating func put(_ value: UInt16) {
        // SAFETY: both bytes are written.
        unsafe extend(2) { unsafe $0.storeBytes(of: value.bigEndian, as: UInt16.self) }
    }

    @inline(__always)
    mutating func put(_ value: UInt32) {
        // SAFETY: all four bytes are written.
        unsafe extend(4) { unsafe $0.storeBytes(of: value.bigEndian, as: UInt32.self) }
    }

    @inline(__always)
    mutating func patch(_ value: UInt16, at offset: Int) {
        precondition(offset >= 0 && offset + 2 <= Self.capacity)
        // SAFETY: checked above.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
        }
    }

    @inline(__always)
    mutating func put(_ source: Span<UInt8>) {
        // SAFETY: as many bytes as there are; the span's exist while `withUnsafeBytes` runs and aren't this array's own.
        unsafe extend(source.count) { room in
            unsafe source.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
        }
    }

    @inline(__always)
    mutating func put(_ source: Fixed<UInt8>, _ start: Int, _ length: Int) {
        // SAFETY: as many bytes as are lent.
        unsafe extend(length) { room in
            unsafe source.withBytes(start..<start + length) { unsafe room.copyMemory(from: $0) }
        }
    }

    /// Records as they lie in a zone, and `owner` in front of each: it begins with two bytes for that, and has its length in
    /// the 11th and 12th (RFC 1035 §3.2.1).
    mutating func put(records source: Fixed<UInt8>, _ start: Int, _ length: Int, owner: UInt16) {
        let first = count
        put(source, start, length)
        point(owner, from: first)
    }

    /// Writes `owner` in front of every record from `start` to the end.
    mutating func point(_ owner: UInt16, from start: Int) {
        let end = count
        precondition(start >= 0)
        // SAFETY: a record that begins before `end` has at least twelve bytes there, or in the room behind.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            var at = start
            while at < end {
                unsafe bytes.storeBytes(of: owner.bigEndian, toByteOffset: at, as: UInt16.self)
                let length = unsafe UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: at + 10, as: UInt16.self))
                at += 12 + Int(length)
            }
        }
    }

    /// Writes 16 bits each over the first bytes.
    mutating func patchHeader(_ words: InlineArray<6, UInt16>) {
        // SAFETY: twelve bytes of many.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            for index in words.indices {
                unsafe bytes.storeBytes(of: words[index].bigEndian, toByteOffset: 2 * index, as: UInt16.self)
            }
        }
    }
}
