internal import Glibc

/// Elements in one piece of memory that grows in place. An array would copy itself when it grows, and for a moment need
/// both; `realloc` moves large pieces by their page tables (mremap), and pages that nobody touched cost nothing.
@safe
struct Arena<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 16) {
        unsafe base = Self.grown(nil, to: capacity)
        self.capacity = capacity
    }

    deinit { unsafe free(base) }

    /// SAFETY: every index is checked against `count`, and all elements below it were written by `append`.
    subscript(_ index: Int) -> Element {
        @inline(__always)
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
            return unsafe base[index]
        }
        @inline(__always)
        _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
            yield unsafe &base[index]
        }
    }

    subscript(_ index: UInt32) -> Element {
        @inline(__always)
        get { self[Int(index)] }
        @inline(__always)
        _modify { yield &self[Int(index)] }
    }

    mutating func append(_ element: Element) {
        if count == capacity { reserve(count + 1) }
        unsafe (base + count).initialize(to: element)
        count += 1
    }

    mutating func append(repeating element: Element, count more: Int) {
        reserve(count + more)
        unsafe (base + count).initialize(repeating: element, count: more)
        count += more
    }

    /// Keeps the memory.
    mutating func removeAll() { count = 0 }

    /// SAFETY: both ranges are checked to lie within `count`; they may overlap.
    mutating func move(from: Int, to: Int, count length: Int) {
        precondition(from >= 0 && to >= 0 && length >= 0 && from + length <= count && to + length <= count)
        unsafe (base + to).update(from: base + from, count: length)
    }

    /// SAFETY: the range is checked, and nothing can change the arena while `body` has it.
    @inline(__always)
    func withElements<Result>(_ range: Range<Int>, _ body: (Span<Element>) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let part = unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
        return unsafe body(Span(_unsafeElements: part))
    }

    /// For the one loop that is compared with C: unchecked reading.
    @inline(__always)
    var unchecked: UnsafePointer<Element> { unsafe UnsafePointer(base) }

    var bytes: Int { count * MemoryLayout<Element>.stride }

    private mutating func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        capacity = max(wanted, capacity * 2)
        unsafe base = Self.grown(base, to: capacity)
    }

    private static func grown(_ old: UnsafeMutablePointer<Element>?, to capacity: Int) -> UnsafeMutablePointer<Element>
    {
        let size = capacity * MemoryLayout<Element>.stride
        guard let new = unsafe realloc(old, size) else { preconditionFailure("no memory for \(size) bytes") }
        return unsafe new.assumingMemoryBound(to: Element.self)
    }
}
