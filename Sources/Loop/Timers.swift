internal import Net

/// A call that a loop will make later.
public struct Timer: Hashable, Sendable {
    let id: UInt64
}

/// A binary heap of deadlines. A cancelled timer stays in the heap until its time or until half the heap is dead.
struct Timers {
    private struct Entry {
        var deadline: Instant
        var id: UInt64

        /// Timers of the same instant fire in the order in which they were armed.
        static func < (a: Self, b: Self) -> Bool { (a.deadline, a.id) < (b.deadline, b.id) }
    }

    private var heap: [Entry] = []
    private var bodies: [UInt64: () -> Void] = [:]
    private var lastID: UInt64 = 0

    /// When the first timer is due. It may have been cancelled: waking for nothing is harmless.
    var next: Instant? { heap.first?.deadline }

    mutating func add(_ deadline: Instant, _ body: @escaping () -> Void) -> Timer {
        lastID += 1
        bodies[lastID] = body
        heap.append(Entry(deadline: deadline, id: lastID))
        siftUp(heap.count - 1)
        return Timer(id: lastID)
    }

    mutating func remove(_ timer: Timer) {
        guard bodies.removeValue(forKey: timer.id) != nil, heap.count > 64, heap.count > 2 * bodies.count else {
            return
        }
        heap.removeAll { bodies[$0.id] == nil }
        heap.sort(by: <)
    }

    /// Takes out the first body that is due by `now`. One at a time, since each may cancel the next.
    mutating func takeDue(_ now: Instant) -> (() -> Void)? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            if let body = bodies.removeValue(forKey: first.id) { return body }
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while let child = smallerChild(of: index), heap[child] < heap[index] {
            heap.swapAt(index, child)
            index = child
        }
    }

    private func smallerChild(of index: Int) -> Int? {
        let left = 2 * index + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1] < heap[left] ? left + 1 : left
    }
}
