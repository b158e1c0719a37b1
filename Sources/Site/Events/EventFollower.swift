package import Files
internal import Glibc

/// Reads what is appended to the events that are kept, through rotations and restarts of the agent.
package struct EventFollower {
    private let files: EventFiles
    /// How far the newer file has been read; nil before there was one.
    private var place: File.Place?

    /// From here on: what is there already is not told.
    package init(_ files: EventFiles) throws(FileError) {
        self.files = files
        _ = try next()
    }

    /// What has come since the last time, the oldest first.
    package mutating func next() throws(FileError) -> [Event] {
        guard let newer = try read(files.path) else { return [] }
        // It was renamed, perhaps in the middle of what we have not read yet.
        let older = newer.begin.inode == place?.inode ? nil : try read(files.olderPath)
        let whole = (newer.bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        place = File.Place(inode: newer.begin.inode, offset: newer.begin.offset + whole)
        return events(older?.bytes[...] ?? []) + events(newer.bytes[..<whole])
    }

    private func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap(EventFiles.decode)
    }

    /// From `place` on; a file that isn't the one that was read before, from its beginning.
    private func read(_ path: String) throws(FileError) -> (bytes: [UInt8], begin: File.Place)? {
        do throws(FileError) {
            return try File.read(path, from: place, limit: EventFiles.mostRead)
        } catch {
            if error.reason == .system(ENOENT) { return nil }
            throw error
        }
    }
}
