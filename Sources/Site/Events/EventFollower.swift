package import Files

/// Reads what is appended to the events that are kept, through rotations and restarts of the agent.
package struct EventFollower {
    private let files: EventFiles
    /// How far the newer file has been read; nil before there was one.
    private var position: File.Position?

    /// From here on: what is there already is not told.
    package init(_ files: EventFiles) throws(FileError) {
        self.files = files
        _ = try next()
    }

    /// What has come since the last time, the oldest first.
    package mutating func next() throws(FileError) -> [Event] {
        guard let newer = try files.read(files.path, from: position) else { return [] }
        // It was renamed, perhaps in the middle of what we have not read yet.
        let older = newer.begin.inode == position?.inode ? nil : try files.read(files.olderPath, from: position)
        let whole = (newer.bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        position = File.Position(inode: newer.begin.inode, offset: newer.begin.offset + whole)
        return events(older?.bytes[...] ?? []) + events(newer.bytes[..<whole])
    }

    private func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap(EventFiles.decode)
    }
}
