extension Array where Element == UInt8 {
    /// Appends all bytes of a span in one piece.
    @inlinable
    public mutating func put(_ bytes: Span<UInt8>) {
        // SAFETY: the span's bytes exist while `withUnsafeBufferPointer` runs, and can't be this array's own: it is
        // being changed.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
