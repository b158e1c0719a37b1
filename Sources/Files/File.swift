import Glibc

/// Whole files: read within a bound, replaced at once.
public enum File {
    /// All bytes of a file, a pipe or a device that ends. `limit` is what we are ready to hold in memory.
    ///
    /// - Parameter regular: refuse pipes and devices, which can't be read again, and may keep us waiting for ever.
    public static func read(_ path: String, limit: Int, regular: Bool = false) throws(FileError) -> [UInt8] {
        let descriptor = try Descriptor(path, O_RDONLY | (regular ? O_NONBLOCK | O_NOCTTY : 0))
        let status = try descriptor.status()
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(path, .isFolder) }
        guard !regular || status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, .isNoFile) }
        guard status.st_size <= limit else { throw FileError(path, .tooLarge(limit: limit)) }
        // One byte more than its size, so that an ordinary file ends with the second read.
        var bytes: [UInt8] = []
        var chunk = max(Int(status.st_size) + 1, 4096)
        while true {
            let part = try descriptor.read(upTo: chunk)
            if part.isEmpty { return bytes }
            bytes += part
            guard bytes.count <= limit else { throw FileError(path, .tooLarge(limit: limit)) }
            chunk = 65_536
        }
    }

    /// The first line of a small ordinary file, as passwords are kept; without its end.
    public static func firstLine(of path: String) throws(FileError) -> [UInt8] {
        let line = try read(path, limit: 4096, regular: true).prefix { $0 != 0x0a }
        return Array(line.last == 0x0d ? line.dropLast() : line)
    }

    /// Replaces a file, or makes it: whoever reads it sees the old bytes or the new ones, also after a power cut. The new
    /// bytes go to a file beside it first; on an error that one is removed and the old file is what it was.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(FileError) {
        let temporary = "\(path).\(getpid()).tmp"
        do throws(FileError) {
            let descriptor = try Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
            try descriptor.write(bytes)
            try descriptor.sync()
            guard rename(temporary, path) == 0 else { throw FileError.last(path) }
        } catch {
            unlink(temporary)
            throw FileError(path, error.reason)
        }
        try Descriptor(folder(of: path), O_RDONLY | O_DIRECTORY).sync()
    }

    /// What relative paths inside a file are relative to: `.` for a bare name.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
