/// An array is the writer. Integers go out in network byte order.
extension Array where Element == UInt8 {
    @inlinable
    public mutating func put(_ value: UInt8) { append(value) }

    @inlinable
    public mutating func put(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    @inlinable
    public mutating func put(_ value: UInt32) {
        put(UInt16(truncatingIfNeeded: value >> 16))
        put(UInt16(truncatingIfNeeded: value))
    }

    @inlinable
    public mutating func put(_ value: UInt64) {
        put(UInt32(truncatingIfNeeded: value >> 32))
        put(UInt32(truncatingIfNeeded: value))
    }

    /// Writes over two bytes that are already there: lengths and counts are known only after what they count.
    @inlinable
    public mutating func patch(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}
