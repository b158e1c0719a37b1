internal import CLinux
internal import Glibc
public import Net

/// A file in memory that a child can be handed: written once, sealed, and from then on the same for everybody who holds
/// it, whatever becomes of the file that its content came from.
public final class SealedFile: Sendable {
    public let descriptor: Int32

    /// Takes over one that was handed to this process.
    public init(owning descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Empty. `name` is what /proc shows.
    public init(named name: String) throws(SystemError) {
        descriptor = landfall_memory_file(name)
        guard descriptor >= 0 else { throw SystemError("memfd_create", name) }
    }

    deinit { close(descriptor) }

    public var count: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    public func append(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { throw SystemError("write", "memory") }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// Nobody changes it any more, whoever else holds it.
    public func seal() throws(SystemError) {
        guard landfall_seal(descriptor) == 0 else { throw SystemError("seal", "memory") }
    }

    /// So many bytes from there on; nil when there are less.
    public func read(at offset: Int, _ count: Int) throws(SystemError) -> [UInt8]? {
        guard offset >= 0, count >= 0, count <= self.count, offset <= self.count - count else { return nil }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                guard let rest = buffer.baseAddress?.advanced(by: filled) else { return }
                let got = pread(descriptor, rest, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        guard failure == 0 else { throw SystemError("read", "memory", code: failure) }
        return bytes.count == count ? bytes : nil
    }
}
