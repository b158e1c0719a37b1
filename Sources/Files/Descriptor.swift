import Glibc

/// An open file, closed at the end of its scope. Every call goes on after a signal.
struct Descriptor: ~Copyable {
    private let number: Int32
    let path: String

    init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(FileError) {
        number = again { open(path, flags | O_CLOEXEC, mode) }
        self.path = path
        guard number >= 0 else { throw FileError.last(path) }
    }

    deinit { close(number) }

    func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw FileError.last(path) }
        return status
    }

    /// Empty at the end.
    func read(upTo count: Int) throws(FileError) -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            result = again { Glibc.read(number, buffer.baseAddress, count) }
            filled = max(result, 0)
        }
        guard result >= 0 else { throw FileError.last(path) }
        return bytes
    }

    /// Empty at the end.
    func read(_ count: Int, at offset: off_t) throws(FileError) -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            result = again { pread(number, buffer.baseAddress, count, offset) }
            filled = max(result, 0)
        }
        guard result >= 0 else { throw FileError.last(path) }
        return bytes
    }

    /// As far as that is possible; what is left over is cut off next time.
    func cut(to size: off_t) { _ = again { ftruncate(number, size) } }

    func write(_ bytes: [UInt8]) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { part in again { Glibc.write(number, part.baseAddress, part.count) } }
            guard written >= 0 else { throw FileError.last(path) }
            rest = rest.dropFirst(written)
        }
    }

    func sync() throws(FileError) {
        guard again({ fsync(number) }) == 0 else { throw FileError.last(path) }
    }
}

private func again<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
