/// Why bytes could not be read.
public enum WireError: Error, Hashable, Sendable {
    /// `wanted` bytes were needed where only `had` were left.
    case truncated(wanted: Int, had: Int)
}

/// A `Span<UInt8>` is the reader: taking from it shortens it. Integers are in network byte order.
extension Span where Element == UInt8 {
    @inlinable
    public mutating func u8() throws(WireError) -> UInt8 {
        try require(1)
        defer { self = extracting(droppingFirst: 1) }
        return self[0]
    }

    @inlinable
    public mutating func u16() throws(WireError) -> UInt16 {
        try require(2)
        defer { self = extracting(droppingFirst: 2) }
        return UInt16(self[0]) << 8 | UInt16(self[1])
    }

    @inlinable
    public mutating func u32() throws(WireError) -> UInt32 {
        try require(4)
        defer { self = extracting(droppingFirst: 4) }
        return UInt32(self[0]) << 24 | UInt32(self[1]) << 16 | UInt32(self[2]) << 8 | UInt32(self[3])
    }

    @inlinable
    public mutating func u64() throws(WireError) -> UInt64 {
        try require(8)
        return UInt64(try u32()) << 32 | UInt64(try u32())
    }

    /// Copies the next `length` bytes out.
    @inlinable
    public mutating func bytes(_ length: Int) throws(WireError) -> [UInt8] {
        try require(length)
        defer { self = extracting(droppingFirst: length) }
        return extracting(first: length).array
    }

    /// Lends the next `length` bytes to `body`, then moves past them, whatever `body` left unread.
    @inlinable
    public mutating func within<Result, Failure: Error>(
        _ length: Int, or failure: (WireError) -> Failure, _ body: (inout Self) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard count >= length else { throw failure(.truncated(wanted: length, had: count)) }
        var part = extracting(first: length)
        self = extracting(droppingFirst: length)
        return try body(&part)
    }

    @inlinable
    public mutating func skip(_ length: Int) throws(WireError) {
        try require(length)
        self = extracting(droppingFirst: length)
    }

    /// All that is left, copied.
    @inlinable
    public var array: [UInt8] {
        // SAFETY: both are `count` bytes long, and both exist while `withUnsafeBufferPointer` runs.
        unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }

    @inlinable
    func require(_ length: Int) throws(WireError) {
        guard count >= length else { throw .truncated(wanted: length, had: count) }
    }
}
