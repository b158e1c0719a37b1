/// Elements that never change, for the many threads that read a zone: reaching one counts no references. Whoever makes it
/// frees it, and lets nobody have it for longer than it lives itself.
@safe
struct Fixed<Element: Sendable>: Sendable {
    // SAFETY: never written to after `init`, so that threads can share it; the owner is the only one to call `free`.
    private nonisolated(unsafe) let elements: UnsafeMutableBufferPointer<Element>

    init(_ array: [Element]) {
        unsafe elements = .allocate(capacity: array.count)
        _ = unsafe elements.initialize(from: array)
    }

    func free() {
        unsafe elements.deinitialize()
        unsafe elements.deallocate()
    }

    var count: Int { unsafe elements.count }
    var indices: Range<Int> { 0..<count }
    var byteCount: Int { count * MemoryLayout<Element>.stride }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        // SAFETY: checked above.
        return unsafe elements[index]
    }

    subscript(range: Range<Int>) -> [Element] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: checked above.
        return unsafe [Element](elements[range])
    }
}

extension Fixed where Element == UInt8 {
    /// Lends some of the bytes.
    @inline(__always)
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: checked above; the pointer isn't kept.
        return unsafe body(UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: elements[range])))
    }

    @inline(__always)
    func withSpan<Result>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: checked above; a span can't be kept.
        return unsafe body(UnsafeBufferPointer(rebasing: elements[range]).span)
    }

    /// Sixteen bits in network order.
    @inline(__always)
    func u16(at position: Int) -> UInt16 {
        precondition(position >= 0 && position + 2 <= count)
        // SAFETY: checked above.
        return unsafe UInt16(elements[position]) << 8 | UInt16(elements[position + 1])
    }
}
