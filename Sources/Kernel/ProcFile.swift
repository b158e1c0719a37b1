internal import CLinux
internal import Glibc

/// Small files of /proc and /sys.
public enum ProcFile {
    /// - Parameter limit: what is behind so many bytes isn't read; tables of sockets and flows grow with the traffic.
    public static func read(_ path: String, limit: Int = 65536) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: limit > 65536 ? 65536 : 4096)
        while bytes.count < limit {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it could be written.
    @discardableResult
    public static func write(_ text: String, to path: String) -> Bool {
        landfall_write_file(path, text, text.utf8.count) == 0
    }
}
