internal import CLinux
internal import Glibc
public import Net
public import Synchronization

/// Words in memory that processes can share: who counts writes, who wants to know reads, and neither asks the other or the
/// kernel. What one process has written is still there when it has died.
///
/// A process that was handed it can have written anything there: who reads takes the words for numbers, and for nothing else.
public final class SharedMemory: @unchecked Sendable {
    // SAFETY: the memory is `count` words for as long as this object lives, since the file can't be shortened; all of it is
    // touched as atomic words.
    /// -1 for memory that is this process's alone.
    public let descriptor: Int32
    public let count: Int
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// Whole pages.
    private static let page = 512

    /// Zeros, of which only what is touched takes memory.
    ///
    /// - Parameter isShared: whether it can be handed to a process.
    public init(words: Int, named name: String, isShared: Bool) throws(SystemError) {
        count = Self.rounded(words)
        descriptor = isShared ? landfall_shared_memory(name, 8 * count) : -1
        guard descriptor >= 0 || !isShared else { throw SystemError("memfd_create") }
        self.words = try Self.map(descriptor, count)
    }

    /// Takes over what was handed to this process, if it has a number of words that is right.
    public init(owning descriptor: Int32, if isRight: (_ words: Int) -> Bool) throws(SystemError) {
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        (self.descriptor, count) = (descriptor, size / 8)
        guard size > 0, size.isMultiple(of: 8 * Self.page), isRight(count) else {
            close(descriptor)
            throw SystemError("mmap", "counters", code: EINVAL)
        }
        words = try Self.map(descriptor, count)
    }

    deinit {
        munmap(words, 8 * count)
        if descriptor >= 0 { close(descriptor) }
    }

    private static func rounded(_ words: Int) -> Int { (words + page - 1) / page * page }

    private static func map(
        _ descriptor: Int32, _ count: Int
    ) throws(SystemError) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let memory = landfall_map(descriptor, 8 * count) else {
            let code = errno
            if descriptor >= 0 { close(descriptor) }
            throw SystemError("mmap", "counters", code: code)
        }
        return memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
    }

    public subscript(_ index: Int) -> UInt64 {
        get {
            precondition(index >= 0 && index < count)
            return words[index].load(ordering: .relaxed)
        }
        set {
            precondition(index >= 0 && index < count)
            words[index].store(newValue, ordering: .relaxed)
        }
    }

    /// What a thread writes to without asking each time whether it may. The memory has to outlive it.
    public func part(_ range: Range<Int>) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return words.advanced(by: range.lowerBound)
    }
}
