internal import CLinux
internal import Glibc
public import Net
internal import Synchronization

/// Numbers in memory that processes share, one for each address: who counts adds, who wants to know reads, and neither
/// asks the other or the kernel. What one process has counted is still there when it has died.
///
///     slot   0        8        16       24 … 63
///            address, left-aligned      count    unused, so that no two counts share a cache line
///
/// Only who made it gives slots away. A process that was handed it can make the counts wrong, and nothing else.
public final class AddressCounters: @unchecked Sendable {
    // SAFETY: the memory is `size` bytes for as long as this object lives, since the file can't be shortened; all of it is
    // touched as atomic words, and slots are given away under `given`.
    public let descriptor: Int32
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let given = Mutex<[Address: Int]>([:])

    public static let most = 1024
    private static let stride = 8
    private static let size = most * stride * MemoryLayout<UInt64>.size

    public init() throws(SystemError) {
        descriptor = landfall_shared_memory("landfall-answers", Self.size)
        guard descriptor >= 0 else { throw SystemError("memfd_create") }
        words = try Self.map(descriptor)
    }

    /// Takes over what was handed to this process.
    public init(owning descriptor: Int32) throws(SystemError) {
        self.descriptor = descriptor
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == Self.size else {
            close(descriptor)
            throw SystemError("mmap", "counters", code: EINVAL)
        }
        words = try Self.map(descriptor)
    }

    deinit {
        munmap(words, Self.size)
        close(descriptor)
    }

    private static func map(_ descriptor: Int32) throws(SystemError) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let memory = landfall_map(descriptor, size) else {
            let code = errno
            close(descriptor)
            throw SystemError("mmap", "counters", code: code)
        }
        return memory.bindMemory(to: Atomic<UInt64>.self, capacity: most * stride)
    }

    /// Gives it a slot, unless it has one; nil when all are taken. For who made it, before anybody counts there.
    public func counter(for address: Address) -> AddressCounter? {
        given.withLock { given in
            if let slot = given[address] { return AddressCounter(self, slot) }
            guard given.count < Self.most else { return nil }
            let slot = given.count
            given[address] = slot
            words[Self.stride * slot].store(UInt64(truncatingIfNeeded: address.bits >> 64), ordering: .relaxed)
            words[Self.stride * slot + 1].store(UInt64(truncatingIfNeeded: address.bits), ordering: .releasing)
            return AddressCounter(self, slot)
        }
    }

    /// The slot that it has; for who was handed it.
    public func counter(of address: Address) -> AddressCounter? {
        guard !address.isUnspecified else { return nil }
        return (0..<Self.most).first { slot in
            let low = UInt128(words[Self.stride * slot + 1].load(ordering: .acquiring))
            return UInt128(words[Self.stride * slot].load(ordering: .relaxed)) << 64 | low == address.bits
        }.map { AddressCounter(self, $0) }
    }

    fileprivate func load(_ slot: Int) -> UInt64 { words[Self.stride * slot + 2].load(ordering: .relaxed) }

    /// By any number of threads and processes.
    fileprivate func add(_ amount: UInt64, _ slot: Int) {
        words[Self.stride * slot + 2].wrappingAdd(amount, ordering: .relaxed)
    }
}

/// One of them.
public struct AddressCounter: Sendable {
    private let counters: AddressCounters
    private let slot: Int

    fileprivate init(_ counters: AddressCounters, _ slot: Int) { (self.counters, self.slot) = (counters, slot) }

    public var value: UInt64 { counters.load(slot) }
    public func add(_ amount: UInt64) { if amount > 0 { counters.add(amount, slot) } }
}
