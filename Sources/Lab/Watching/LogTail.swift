internal import Glibc

/// A file that somebody else appends lines to, read from where the last reading ended.
struct LogTail {
    private let path: String
    private var offset: off_t = 0

    init(_ path: String) { self.path = path }

    /// What was written since, up to the last end of a line. One that isn't there yet is empty.
    mutating func read() -> [Substring] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = pread(descriptor, &chunk, chunk.count, offset + off_t(bytes.count)), count > 0 {
            bytes += chunk[..<count]
        }
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        offset += off_t(end + 1)
        return String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n")
    }
}
