/// Numbers by prefix, in pages that exist where one isn't zero.
struct Pages<Value: FixedWidthInteger & Sendable>: Sendable {
    static var size: Int { 1024 }
    private var pages: [[Value]] = []
    /// How many of each page aren't zero.
    private var counts: [UInt16] = []
    /// A page of zeros for the next one that is wanted: prefixes come and go at the edge of one again and again.
    private var spare: [Value] = []

    @inline(__always)
    subscript(_ net: Link<NetSlot>) -> Value {
        get {
            let (page, place) = (Int(net.rawValue) / Self.size, Int(net.rawValue) % Self.size)
            return page < pages.count && !pages[page].isEmpty ? pages[page][place] : 0
        }
        set {
            let (page, place) = (Int(net.rawValue) / Self.size, Int(net.rawValue) % Self.size)
            if page >= pages.count || pages[page].isEmpty {
                guard newValue != 0 else { return }
                make(page)
            }
            let old = pages[page][place]
            pages[page][place] = newValue
            if (old == 0) != (newValue == 0) { count(newValue != 0, page) }
        }
    }

    private mutating func make(_ page: Int) {
        while pages.count <= page {
            pages.append([])
            counts.append(0)
        }
        if spare.isEmpty { spare = [Value](repeating: 0, count: Self.size) }
        swap(&pages[page], &spare)
    }

    private mutating func count(_ isMore: Bool, _ page: Int) {
        if isMore { counts[page] += 1 } else { counts[page] -= 1 }
        guard counts[page] == 0 else { return }
        if spare.isEmpty { swap(&pages[page], &spare) } else { pages[page] = [] }
    }

    var bytes: Int { pages.reduce(0) { $0 + $1.count } * MemoryLayout<Value>.size }

    func each(_ body: (Value) -> Void) {
        for page in pages { for value in page { body(value) } }
    }

    /// Takes the last page away.
    mutating func popPage() -> [Value]? {
        counts.removeLast(pages.isEmpty ? 0 : 1)
        return pages.popLast()
    }
}

/// What all members of a group are told (RFC 4271 §3.2, Adj-RIBs-Out): for each prefix an attribute set and how it is
/// changed on the way. One for all members, except that nobody is told a route that came from him.
struct ToldTable: Sendable {
    struct Entry: Hashable, Sendable {
        /// None: nothing is told.
        var set = Link<AttributeSet>.none
        /// In the group's list of edits; without a set, who need not hear of the withdrawal, since the route was his.
        var edit: UInt16 = 0

        static var nothing: Self { Self() }

        var silent: NeighborID {
            get { NeighborID(rawValue: edit) }
            set { edit = newValue.rawValue }
        }

        func isSame(as other: Self) -> Bool { set == other.set && (!set.exists || edit == other.edit) }
    }

    private var sets = Pages<UInt32>()
    private var edits = Pages<UInt16>()
    private static let mark: UInt32 = 1 << 31

    var bytes: Int { sets.bytes + edits.bytes }

    subscript(_ net: Link<NetSlot>) -> Entry {
        get { Entry(set: Link(sets[net] & ~Self.mark), edit: edits[net]) }
        set {
            sets[net] = newValue.set.rawValue | sets[net] & Self.mark
            edits[net] = newValue.edit
        }
    }

    /// Whether the neighbor that the best route came from may have been told another one before, and has to hear that it is
    /// gone.
    func sourceWasTold(_ net: Link<NetSlot>) -> Bool { sets[net] & Self.mark != 0 }

    mutating func setSourceWasTold(_ net: Link<NetSlot>, _ value: Bool) {
        let word = sets[net]
        if (word & Self.mark != 0) != value { sets[net] = value ? word | Self.mark : word & ~Self.mark }
    }

    /// The number of the prefix is given to another.
    mutating func clear(_ net: Link<NetSlot>) { (sets[net], edits[net]) = (0, 0) }

    func eachSet(_ body: (Link<AttributeSet>) -> Void) {
        sets.each { word in if word & ~Self.mark != 0 { body(Link(word & ~Self.mark)) } }
    }

    /// Takes away one page, and gives the sets that it held.
    mutating func popPage() -> [Link<AttributeSet>]? {
        sets.popPage()?.compactMap { $0 & ~Self.mark == 0 ? nil : Link($0 & ~Self.mark) }
    }
}
