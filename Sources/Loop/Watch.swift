internal import CLinux
internal import Glibc

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Self(rawValue: EPOLLIN.rawValue)
    public static let writable = Self(rawValue: EPOLLOUT.rawValue)
    /// The other end is gone, or the socket has an error; reported whether asked for or not.
    public static let hungUp = Self(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

/// A descriptor that a loop watches.
public struct Watch: Hashable, Sendable {
    public let descriptor: Int32
    let slot: UInt32
    let generation: UInt32

    /// What epoll hands back. The generation keeps an event of a closed descriptor from reaching the next one.
    var key: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// The bodies of all watches, in slots that are used again.
struct Watches {
    private struct Slot {
        var generation: UInt32 = 0
        var body: ((Readiness) -> Void)?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    mutating func add(_ descriptor: Int32, _ body: @escaping (Readiness) -> Void) -> Watch {
        let slot = free.popLast() ?? UInt32(slots.count)
        if slot == slots.count { slots.append(Slot()) }
        slots[Int(slot)].body = body
        return Watch(descriptor: descriptor, slot: slot, generation: slots[Int(slot)].generation)
    }

    @discardableResult
    mutating func remove(_ watch: Watch) -> Bool {
        guard slots[Int(watch.slot)].generation == watch.generation else { return false }
        slots[Int(watch.slot)].body = nil
        slots[Int(watch.slot)].generation &+= 1
        if slots[Int(watch.slot)].generation == .max { slots[Int(watch.slot)].generation = 0 }
        free.append(watch.slot)
        return true
    }

    func body(_ key: UInt64) -> ((Readiness) -> Void)? {
        let slot = Int(UInt32(truncatingIfNeeded: key))
        guard slot < slots.count, slots[slot].generation == UInt32(key >> 32) else { return nil }
        return slots[slot].body
    }
}
