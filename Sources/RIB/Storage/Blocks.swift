/// Runs of 1 to 65,536 elements side by side. A run has room for the next count that is a power of two or one and a half
/// times one, so most changes of its length move nothing; a run that was given back is used again for the same room.
///
/// Room is a function of the count, so nobody has to store it. Runs that never change their length can lie closer: with a
/// `step`, a run has room for the next multiple of it.
struct Blocks<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
    private var arena = Arena<Element>(capacity: 64)
    /// Runs given back, by their class.
    private var free: [[UInt32]]
    private let filler: Element
    private let step: Int?

    init(filler: Element, step: Int? = nil) {
        (self.filler, self.step) = (filler, step)
        free = [[UInt32]](repeating: [], count: step.map { 0x10000 / $0 + 1 } ?? 34)
        arena.append(filler)  // 0 is no run
    }

    var bytes: Int { arena.bytes }
    /// Of those, what nobody uses at the moment.
    var freeBytes: Int { freeElements * MemoryLayout<Element>.stride }
    private var freeElements = 0

    subscript(_ index: UInt32) -> Element {
        @inline(__always)
        get { arena[index] }
        @inline(__always)
        _modify { yield &arena[index] }
    }

    /// For the one loop that is compared with C: unchecked reading.
    @inline(__always)
    var unchecked: UnsafePointer<Element> { unsafe arena.unchecked }

    /// Gives all runs back.
    mutating func removeAll() {
        for kind in free.indices where !free[kind].isEmpty { free[kind] = [] }
        freeElements = 0
        arena.removeAll()
        arena.append(filler)
    }

    /// Classes 2k have room for 2^k, classes 2k + 1 for half as much again.
    func room(_ kind: Int) -> Int {
        if let step { return kind * step }
        return kind & 1 == 0 ? 1 << (kind >> 1) : 3 << ((kind >> 1) - 1)
    }

    func kind(_ count: Int) -> Int {
        if let step { return (count + step - 1) / step }
        let log = Int.bitWidth - 1 - count.leadingZeroBitCount
        if count == 1 << log { return 2 * log }
        return log > 0 && count <= 3 << (log - 1) ? 2 * log + 1 : 2 * log + 2
    }

    /// Whether a run of so many has no room for another one.
    private func isFull(_ count: Int) -> Bool {
        if let step { return count % step == 0 }
        let odd = count >> count.trailingZeroBitCount
        return odd == 1 || odd == 3
    }

    mutating func allocate(_ count: Int) -> UInt32 {
        guard count > 0 else { return 0 }
        let kind = self.kind(count)
        if let run = free[kind].popLast() {
            freeElements -= room(kind)
            return run
        }
        let run = UInt32(arena.count)
        arena.append(repeating: filler, count: room(kind))
        return run
    }

    mutating func release(_ run: UInt32, count: Int) {
        guard count > 0 else { return }
        let kind = self.kind(count)
        free[kind].append(run)
        freeElements += room(kind)
    }

    /// Makes place for one more at `index` in a run of `count`. The run may move.
    mutating func insert(_ element: Element, at index: Int, in run: inout UInt32, count: Int) {
        let old = run
        let moves = count == 0 || isFull(count)
        if moves {
            run = allocate(count + 1)
            arena.move(from: Int(old), to: Int(run), count: index)
        }
        arena.move(from: Int(old) + index, to: Int(run) + index + 1, count: count - index)
        arena[Int(run) + index] = element
        if moves { release(old, count: count) }
    }

    /// Takes the one at `index` out of a run of `count`.
    mutating func remove(at index: Int, in run: inout UInt32, count: Int) {
        let old = run
        let moves = count == 1 || isFull(count - 1)
        if moves {
            run = allocate(count - 1)
            arena.move(from: Int(old), to: Int(run), count: index)
        }
        arena.move(from: Int(old) + index + 1, to: Int(run) + index, count: count - index - 1)
        if moves { release(old, count: count) }
    }

    mutating func write(_ elements: Span<Element>, to run: UInt32) {
        for index in elements.indices { arena[Int(run) + index] = elements[index] }
    }

    @inline(__always)
    func withRun<Result>(_ run: UInt32, count: Int, _ body: (Span<Element>) -> Result) -> Result {
        arena.withElements(Int(run)..<Int(run) + count, body)
    }
}
