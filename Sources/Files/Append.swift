import Glibc

extension File {
    /// Appends whole lines to a file, or makes it; all of them, or on an error none. They are on the disk when this returns.
    ///
    /// A file that would become longer than `limit` is renamed to `older` first, in whose place it stays whole: a reader has
    /// each line in one of the two at all times. What a writer that was killed had begun ends before the lines begin.
    ///
    /// - Parameter lines: each with its line end.
    public static func append(
        _ lines: [UInt8], to path: String, limit: Int, older: String, mode: UInt32 = 0o644
    ) throws(FileError) {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
        var file = try Descriptor(path, flags, mode: mode)
        var size = try file.ordinarySize()
        if size > 0, Int(size) + lines.count > limit {
            guard rename(path, older) == 0 else { throw FileError.last(path) }
            file = try Descriptor(path, flags | O_EXCL, mode: mode)
            size = 0
        }
        do throws(FileError) {
            try file.write(try file.endsMidLine(at: size) ? [UInt8(ascii: "\n")] + lines : lines)
            try file.sync()
        } catch {
            file.cut(to: size)
            throw error
        }
    }
}

extension File {
    /// A position in a file that grows. A file that was replaced is another one, whatever it is called.
    public struct Position: Hashable, Sendable {
        public var inode: UInt64
        public var offset: Int

        public init(inode: UInt64, offset: Int) { (self.inode, self.offset) = (inode, offset) }
    }

    /// What a file has behind `position`, and where that begins: at its beginning when it is another file than the one of
    /// `position`, or shorter.
    public static func read(
        _ path: String, from position: Position?, limit: Int
    ) throws(FileError) -> (bytes: [UInt8], begin: Position) {
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        let (size, inode) = (Int(try file.ordinarySize()), UInt64(try file.status().st_ino))
        var begin = Position(inode: inode, offset: 0)
        if let position, position.inode == inode, position.offset <= size { begin = position }
        guard size - begin.offset <= limit else { throw FileError(path, .tooLarge(limit: limit)) }
        return (try file.read(size - begin.offset, at: off_t(begin.offset)), begin)
    }
}

extension Descriptor {
    fileprivate borrowing func ordinarySize() throws(FileError) -> off_t {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, .isNoFile) }
        return status.st_size
    }

    fileprivate borrowing func endsMidLine(at size: off_t) throws(FileError) -> Bool {
        guard size > 0 else { return false }
        return try read(1, at: size - 1) != [UInt8(ascii: "\n")]
    }
}
