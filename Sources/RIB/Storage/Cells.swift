/// Elements that nobody copies, at places that stay theirs. What they hold is read and changed where it is: an array would
/// hand out copies of elements as large as a neighbor's state, and count the references of every array in them.
@safe
struct Cells<Element: ~Copyable>: ~Copyable, @unchecked Sendable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity = 4
    private(set) var count = 0

    init() { unsafe base = .allocate(capacity: 4) }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    /// SAFETY: every index is checked against `count`, and all elements below it were initialized by `append`.
    subscript(_ index: Int) -> Element {
        @inline(__always)
        _read {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
            yield unsafe base[index]
        }
        @inline(__always)
        _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
            yield unsafe &base[index]
        }
    }

    /// SAFETY: elements move to memory of their own; the old one has none any more when it is given back.
    mutating func append(_ element: consuming Element) {
        if count == capacity {
            let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
            unsafe larger.moveInitialize(from: base, count: count)
            unsafe base.deallocate()
            unsafe base = larger
            capacity *= 2
        }
        unsafe (base + count).initialize(to: element)
        count += 1
    }
}
