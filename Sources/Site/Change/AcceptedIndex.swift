internal import Config

/// What was accepted, the latest last, and which of it counts: the table of contents of the folder `accepted` in the
/// state folder.
///
///     file is accepted ──▶ it is in use, and the file counts at the next start
///     rollback, or a confirmation that didn't come ──▶ an older one is in use, and counts at the next start too,
///                                                      until a file is accepted again
///
/// A value that does no I/O; the bytes lie beside it, each under the hash of what it is.
package struct AcceptedIndex: Codable, Hashable, Sendable {
    package static let schema = "landfall.accepted-index/1"
    /// So many are kept …
    package static let most = 10
    /// … and so many bytes, each content counted once; but always the one in use.
    package static let mostBytes = 512 << 20

    package var schema = Self.schema
    /// The number that the next one gets; no number is given twice.
    package var next = 1
    /// The number of the one that the agent runs.
    package var inUse: Int?
    /// Why the copy counts and not the file; nil: the file does.
    package var pinned: String?
    package var all: [Entry] = []

    package init() {}

    package struct Entry: Codable, Hashable, Sendable {
        package var number: Int
        /// RFC 3339, UTC.
        package var accepted: String
        /// Who had it read: a user's name, `SIGHUP` or `start`.
        package var by: String
        /// The configuration's own path.
        package var path: String
        /// Of the whole.
        package var hash: String
        /// The configuration, and then the zone files.
        package var files: [Content]
        /// The one that was in use when it was accepted: what a rollback goes back to.
        package var before: Int?

        package init(
            number: Int, accepted: String, by: String, path: String, hash: String, files: [Content], before: Int?
        ) {
            (self.number, self.accepted, self.by, self.path) = (number, accepted, by, path)
            (self.hash, self.files, self.before) = (hash, files, before)
        }
    }

    package struct Content: Codable, Hashable, Sendable {
        package var path: String
        package var hash: String
        package var bytes: Int

        package init(path: String, hash: String, bytes: Int) {
            (self.path, self.hash, self.bytes) = (path, hash, bytes)
        }
    }

    /// Whether it can be one that was written here: a disk, or somebody with an editor, can say anything, and numbers that
    /// don't add up must not end an agent at every start.
    package var isSound: Bool {
        schema == Self.schema && Self.numbers.contains(next) && all.count <= Self.most
            && all.allSatisfy { entry in
                Self.numbers.contains(entry.number) && entry.number < next && !entry.files.isEmpty
                    && entry.files.allSatisfy { (0...ZoneFile.mostBytes).contains($0.bytes) }
            }
    }

    private static let numbers = 1...1_000_000_000

    package subscript(number: Int?) -> Entry? { all.first { $0.number == number } }

    /// The file counts from now on, as it was read. One that is in use already isn't kept twice.
    package mutating func accept(
        _ files: [Content], hash: String, path: String, by: String, at time: String,
        mostBytes: Int = Self.mostBytes
    ) {
        pinned = nil
        guard self[inUse].map({ $0.hash != hash || $0.path != path }) ?? true else { return }
        all.append(
            Entry(
                number: next, accepted: time, by: by, path: path, hash: hash, files: files, before: self[inUse]?.number)
        )
        inUse = next
        next += 1
        while all.count > Self.most || all.count > 1 && bytes > mostBytes { removeOldest() }
    }

    /// A copy counts from now on, whatever the file says.
    package mutating func pin(_ number: Int?, because reason: String) {
        guard self[number] != nil else { return }
        (inUse, pinned) = (number, reason)
    }

    /// Which one a rollback goes back to: the one named, or the one that was in use before this one, or the newest that
    /// is older than it.
    package func target(of number: Int?) -> Entry? {
        if let number { return self[number] }
        guard let current = self[inUse] else { return all.last }
        return self[current.before] ?? all.last { $0.number < current.number }
    }

    /// What a start with a bad file tries: the one in use, then older ones, and only then those that somebody went back
    /// from.
    package var candidates: [Entry] {
        let current = inUse ?? .max
        return all.reversed().filter { $0.number <= current } + all.filter { $0.number > current }
    }

    /// What the files hold together.
    package var bytes: Int { contents.values.reduce(0) { $0 + $1 } }

    /// Every content that is kept, by its hash.
    package var contents: [String: Int] {
        Dictionary(all.flatMap(\.files).map { ($0.hash, $0.bytes) }) { first, _ in first }
    }

    private mutating func removeOldest() {
        guard let index = all.firstIndex(where: { $0.number != inUse }) else { return }
        all.remove(at: index)
    }
}
