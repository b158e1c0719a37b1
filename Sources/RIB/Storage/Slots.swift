/// Where something lies in its slots: 32 bits instead of a reference. Zero is nobody.
struct Link<Element>: Hashable, Sendable, BitwiseCopyable {
    var rawValue: UInt32

    @inline(__always)
    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    @inline(__always)
    static var none: Self { Self(0) }

    @inline(__always)
    var exists: Bool { rawValue != 0 }
}

/// An element that can stand in a slot: it lends a word to the list of free ones.
protocol Slot: BitwiseCopyable {
    /// Fills slots that nobody uses, the first one above all.
    static var vacant: Self { get }
    var isVacant: Bool { get }
    /// The next free slot, in a vacant element.
    var nextFree: UInt32 { get set }
}

/// Elements that come and go, each at a place that stays the same. Places are used again.
struct Slots<Element: Slot>: ~Copyable, Sendable {
    private var arena = Arena<Element>()
    private var firstFree: UInt32 = 0
    private(set) var used = 0

    init() { arena.append(.vacant) }

    /// All slots in use and free ones between them, the first one, which is nobody's, included: links are below this.
    var count: Int { arena.count }
    var bytes: Int { arena.bytes }

    /// Whether the next element needs no more memory.
    var hasFree: Bool { firstFree != 0 }

    subscript(_ link: Link<Element>) -> Element {
        @inline(__always)
        get { arena[link.rawValue] }
        @inline(__always)
        _modify { yield &arena[link.rawValue] }
    }

    /// Whether somebody is at this place.
    func holds(_ link: Link<Element>) -> Bool { Int(link.rawValue) < arena.count && !arena[link.rawValue].isVacant }

    mutating func insert(_ element: Element) -> Link<Element> {
        used += 1
        guard firstFree != 0 else {
            arena.append(element)
            return Link(UInt32(arena.count - 1))
        }
        let place = firstFree
        firstFree = arena[place].nextFree
        arena[place] = element
        return Link(place)
    }

    mutating func remove(_ link: Link<Element>) {
        precondition(link.exists && !arena[link.rawValue].isVacant, "nobody is here")
        used -= 1
        // What comes next shall lie side by side, not where what went last has been.
        guard used > 0 else { return clear() }
        arena[link.rawValue] = .vacant
        arena[link.rawValue].nextFree = firstFree
        firstFree = link.rawValue
    }

    private mutating func clear() {
        firstFree = 0
        arena.removeAll()
        arena.append(.vacant)
    }
}
