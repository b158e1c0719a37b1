internal import Net
internal import RIB

/// A prefix that somebody wants in the kernel, or that is there: 16 bytes, and 16 more for an IPv6 address.
struct Entry: BitwiseCopyable, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Sendable {
        var rawValue: UInt8

        static let ipv6 = Self(rawValue: 1)
        static let queued = Self(rawValue: 2)
        /// A predecessor left it, and nobody has said yet whether it's wanted.
        static let left = Self(rawValue: 4)
        /// The kernel refused what is wanted, or another program's route is in its place.
        static let refused = Self(rawValue: 8)
        /// What is present isn't known.
        static let unsure = Self(rawValue: 16)
        /// Changed by us during the look that is going on, so what that says of it may be old.
        static let touched = Self(rawValue: 32)
        static let vacant = Self(rawValue: 64)
    }

    /// The address, or where that of an IPv6 prefix is kept; in a vacant entry the next one.
    fileprivate(set) var word: UInt32
    /// The number of a wish; 0: not wanted.
    var wanted: UInt32 = 0
    /// The number of a target; 0: not there.
    var present: UInt32 = 0
    fileprivate(set) var length: UInt8
    var flags: Flags
    /// That of the last look that saw it.
    var epoch: UInt8 = 0

    var family: Family { flags.contains(.ipv6) ? .ipv6 : .ipv4 }
    var isNeeded: Bool { wanted != 0 || present != 0 || !flags.isDisjoint(with: [.queued, .unsure]) }
}

/// All of them, by number and by prefix.
struct Entries: ~Copyable, Sendable {
    private var slots: [Entry] = []
    private var wide: [UInt128] = []
    private var index = PrefixIndex()
    private var free: UInt32?
    private var freeWide: [UInt32] = []
    private(set) var counts = Counts()

    struct Counts: Hashable, Sendable {
        var wanted = 0
        var present = 0
        var left = 0
        var refused = 0
    }

    /// Numbers are below this.
    var end: Int { slots.count }
    var bytes: Int { slots.capacity * MemoryLayout<Entry>.stride + wide.capacity * 16 + index.bytes }

    subscript(_ number: UInt32) -> Entry { slots[Int(number)] }

    func find(_ prefix: Prefix) -> UInt32? { index.find(prefix) }

    func prefix(_ number: UInt32) -> Prefix {
        let entry = self[number]
        let address = entry.family == .ipv4 ? Address(v4: entry.word) : Address(v6: wide[Int(entry.word)])
        return Prefix(address, length: Int(entry.length)) ?? Prefix(host: address)
    }

    /// The one that is there, or a new one.
    mutating func insert(_ prefix: Prefix) -> UInt32 {
        if let number = find(prefix) { return number }
        var entry = Entry(word: prefix.address.v4 ?? 0, length: UInt8(prefix.length), flags: [])
        if prefix.family == .ipv6 { (entry.word, entry.flags) = (keep(prefix.address.bits), .ipv6) }
        let number = free ?? UInt32(slots.count)
        if let place = free {
            free = slots[Int(place)].word == .max ? nil : slots[Int(place)].word
            slots[Int(place)] = entry
        } else {
            slots.append(entry)
        }
        index.insert(prefix, number)
        return number
    }

    private mutating func keep(_ bits: UInt128) -> UInt32 {
        if let place = freeWide.popLast() {
            wide[Int(place)] = bits
            return place
        }
        wide.append(bits)
        return UInt32(wide.count - 1)
    }

    mutating func update(_ number: UInt32, _ change: (inout Entry) -> Void) {
        counts.add(slots[Int(number)], -1)
        change(&slots[Int(number)])
        counts.add(slots[Int(number)], 1)
    }

    /// Forgets the entry when there is nothing left to know about it.
    mutating func tidy(_ number: UInt32) {
        let entry = self[number]
        guard !entry.isNeeded, !entry.flags.contains(.vacant) else { return }
        counts.add(entry, -1)
        index.remove(prefix(number))
        if entry.family == .ipv6 { freeWide.append(entry.word) }
        slots[Int(number)] = Entry(word: free ?? .max, length: 0, flags: .vacant)
        free = number
    }
}

extension Entries.Counts {
    fileprivate mutating func add(_ entry: Entry, _ step: Int) {
        if entry.wanted != 0 { wanted += step }
        if entry.present != 0 { present += step }
        if entry.flags.contains(.left) { left += step }
        if entry.flags.contains(.refused) { refused += step }
    }
}

/// Values that many share, each kept once and known by a number; 0 is none. A number that nobody uses is given to another.
struct Interned<Value: Hashable & Sendable>: Sendable {
    private var values: [Value?] = [nil]
    private var uses: [Int] = [0]
    private var numbers: [Value: UInt32] = [:]
    private var free: [UInt32] = []

    /// Numbers are below this.
    var end: UInt32 { UInt32(values.count) }

    subscript(_ number: UInt32) -> Value? { values[Int(number)] }

    /// The number of a value that is in use.
    func find(_ value: Value) -> UInt32? { numbers[value] }

    /// How many use it.
    func count(_ number: UInt32) -> Int { uses[Int(number)] }

    /// Counts one use more. True when nobody used it before.
    mutating func use(_ value: Value) -> (number: UInt32, isNew: Bool) {
        if let number = numbers[value] {
            uses[Int(number)] += 1
            return (number, false)
        }
        let number = free.popLast() ?? UInt32(values.count)
        if number == values.count {
            values.append(nil)
            uses.append(0)
        }
        (values[Int(number)], uses[Int(number)], numbers[value]) = (value, 1, number)
        return (number, true)
    }

    mutating func useAgain(_ number: UInt32) {
        if number != 0 { uses[Int(number)] += 1 }
    }

    /// True when that was the last use.
    @discardableResult
    mutating func release(_ number: UInt32) -> Bool {
        guard number != 0 else { return false }
        uses[Int(number)] -= 1
        guard uses[Int(number)] == 0 else { return false }
        if let value = values[Int(number)] { numbers[value] = nil }
        values[Int(number)] = nil
        free.append(number)
        return true
    }
}

/// Numbers of entries, first in, first out.
struct Queue: Sendable {
    private var numbers: [UInt32] = []
    private var head = 0

    var isEmpty: Bool { head == numbers.count }
    var count: Int { numbers.count - head }

    mutating func append(_ number: UInt32) { numbers.append(number) }

    mutating func popFirst() -> UInt32? {
        guard head < numbers.count else { return nil }
        defer { head += 1 }
        let number = numbers[head]
        if head >= 1024, head * 2 >= numbers.count {
            numbers.removeFirst(head)
            head = 0
        }
        return number
    }
}
