internal import CLinux
internal import Glibc
public import Net

/// Where the batches of a process lie, one for each of its threads. Memory that was handed to it stays when it is
/// killed, and with it the queries that it had in hand: read from their socket, and not answered yet.
///
///     socket ──recvmmsg──▶ in hand ──sendmmsg──▶ done       killed in between: the next process begins with them
public final class DatagramMemory: @unchecked Sendable {
    // SAFETY: the memory is there for as long as this object lives, since the file can't be shortened, and each batch is
    // used by one thread.
    /// -1 for memory that is this process's alone.
    public let descriptor: Int32
    public let threads: Int
    private let batches: UnsafeMutablePointer<landfall_batch>

    private static let most = 1024
    private static let stride = MemoryLayout<landfall_batch>.stride

    /// Of this process alone.
    public convenience init(threads: Int) throws(SystemError) { try self.init(-1, threads) }

    /// To be handed to a process.
    public convenience init(sharedBy threads: Int) throws(SystemError) {
        let descriptor = landfall_shared_memory("landfall-datagrams", Self.stride * threads)
        guard descriptor >= 0 else { throw SystemError("memfd_create") }
        try self.init(descriptor, threads)
    }

    /// Takes over what was handed to this process.
    public convenience init(owning descriptor: Int32) throws(SystemError) {
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        guard size > 0, size.isMultiple(of: Self.stride), size / Self.stride <= Self.most else {
            close(descriptor)
            throw SystemError("mmap", "datagrams", code: EINVAL)
        }
        try self.init(descriptor, size / Self.stride)
    }

    private init(_ descriptor: Int32, _ threads: Int) throws(SystemError) {
        guard let memory = landfall_map(descriptor, Self.stride * threads) else {
            let code = errno
            close(descriptor)
            throw SystemError("mmap", "datagrams", code: code)
        }
        (self.descriptor, self.threads) = (descriptor, threads)
        batches = memory.bindMemory(to: landfall_batch.self, capacity: threads)
    }

    deinit {
        munmap(batches, Self.stride * threads)
        if descriptor >= 0 { close(descriptor) }
    }

    /// The same for another process: whoever still holds this one can't change what that reads.
    public func copy() throws(SystemError) -> DatagramMemory {
        let copy = try DatagramMemory(sharedBy: threads)
        memcpy(copy.batches, batches, Self.stride * threads)
        return copy
    }

    func batch(_ thread: Int) -> UnsafeMutablePointer<landfall_batch> {
        precondition((0..<threads).contains(thread))
        return batches.advanced(by: thread)
    }
}
