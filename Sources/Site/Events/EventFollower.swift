package import Files

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
        guard let newer = try files.read(files.path, from: place) else { return [] }
        // It was renamed, perhaps in the middle of what we have not read yet.
        let older = newer.begin.inode == place?.inode ? nil : try files.read(files.olderPath, from: place)
        let whole = (newer.bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        place = File.Place(inode: newer.begin.inode, offset: newer.begin.offset + whole)
        return events(older?.bytes[...] ?? []) + events(newer.bytes[..<whole])
    }

    private func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap(EventFiles.decode)
    }
}
