/// Finds the number of a name by its hash: open addressing, at most half full.
///
/// The names themselves lie elsewhere; the upper half of the hash beside the number makes a comparison in vain rare. Only
/// names of zones are ever inserted, so a stranger's queries can't lengthen a search.
struct NameTable: Sendable {
    /// The upper half of the hash, and the number plus one; 0 is free.
    fileprivate var slots: [UInt64]
    private(set) var count = 0

    init(capacity: Int = 8) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
    }

    /// The first number under `hash` that is `same`.
    @inline(__always)
    func find(_ hash: UInt64, _ isSame: (UInt32) -> Bool) -> UInt32? {
        Self.find(hash, among: slots.count, { slots[$0] }, isSame)
    }

    @inline(__always)
    fileprivate static func find(
        _ hash: UInt64, among count: Int, _ slot: (Int) -> UInt64, _ isSame: (UInt32) -> Bool
    ) -> UInt32? {
        let (tag, mask) = (hash >> 32, count - 1)
        var at = Int(truncatingIfNeeded: tag) & mask
        while true {
            let slot = slot(at)
            if slot == 0 { return nil }
            if slot >> 32 == tag {
                let number = UInt32(truncatingIfNeeded: slot) &- 1
                if isSame(number) { return number }
            }
            at = (at + 1) & mask
        }
    }

    mutating func insert(_ number: UInt32, _ hash: UInt64) {
        count += 1
        if 2 * count > slots.count { grow() }
        place((hash >> 32) << 32 | UInt64(number + 1))
    }

    private mutating func place(_ slot: UInt64) {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: slot >> 32) & mask
        while slots[at] != 0 { at = (at + 1) & mask }
        slots[at] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: 2 * old.count)
        for slot in old where slot != 0 { place(slot) }
    }

    /// Every number by a new numbering.
    mutating func renumber(_ new: [UInt32]) {
        for at in slots.indices where slots[at] != 0 {
            let number = Int(UInt32(truncatingIfNeeded: slots[at]) &- 1)
            slots[at] = (slots[at] >> 32) << 32 | UInt64(new[number] + 1)
        }
    }
}

/// The same when nothing is added any more.
struct FixedTable: Sendable {
    private let slots: Fixed<UInt64>

    init(_ table: NameTable) { slots = Fixed(table.slots) }

    func free() { slots.free() }

    var byteCount: Int { slots.byteCount }

    @inline(__always)
    func find(_ hash: UInt64, _ isSame: (UInt32) -> Bool) -> UInt32? {
        NameTable.find(hash, among: slots.count, { slots[$0] }, isSame)
    }
}
