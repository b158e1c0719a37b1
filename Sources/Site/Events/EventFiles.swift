internal import Control
package import Files
internal import FoundationEssentials
internal import Glibc

/// The events that are kept in the state folder, as whoever asks later reads them, also when the agent is dead: lines of
/// JSON in `events.jsonl`, and the older ones in `events.jsonl.1`. Documented in docs/agent.md.
///
/// What a killed writer left of its last line is no event; nor is anything else that can't be read.
package struct EventFiles: Sendable {
    static let name = "events.jsonl"
    static let older = ".1"
    /// Of one of the two.
    static let mostBytes = 4 << 20
    /// Longer lines are none that we have written.
    static let mostBytesOfLine = 256 << 10
    /// A batch of lines may be longer than a file should be.
    static let mostRead = 64 << 20

    /// The state folder.
    package let folder: String

    package init(in folder: String) { self.folder = folder }

    var path: String { "\(folder)/\(Self.name)" }
    var olderPath: String { path + Self.older }

    /// Those that match, the oldest first; of too many the latest.
    ///
    /// - Parameters:
    ///   - count: no more than so many.
    ///   - first: whether it is so old that nothing before it matters.
    package func latest(
        _ count: Int = .max, where matches: (Event) -> Bool = { _ in true },
        after first: (Event) -> Bool = { _ in false }
    ) throws(FileError) -> [Event] {
        var found: [Event] = []
        for line in try lines().reversed() {
            guard found.count < count else { break }
            guard let event = Self.decode(line) else { continue }
            if first(event) { break }
            if matches(event) { found.append(event) }
        }
        return found.reversed()
    }

    /// One line, without its end; nil when it is none that can be read.
    package static func decode(_ line: some Sequence<UInt8>) -> Event? {
        let bytes = Array(line.prefix(mostBytesOfLine + 1))
        guard bytes.count <= mostBytesOfLine, bytes.first == UInt8(ascii: "{") else { return nil }
        return try? JSONDecoder().decode(Event.self, from: Data(bytes))
    }

    /// Of both files. One that has been renamed meanwhile is read once more under its new name.
    private func lines() throws(FileError) -> [ArraySlice<UInt8>] {
        let before = inode
        let (newer, older) = (try Self.read(path), try Self.read(olderPath))
        let isMoved = inode != before && !newer.isEmpty
        return (isMoved ? [] : Self.split(older)) + Self.split(newer) + (isMoved ? Self.split(try Self.read(path)) : [])
    }

    private var inode: ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
    }

    static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "\n")) }

    /// Nothing where there is no file.
    static func read(_ path: String) throws(FileError) -> [UInt8] {
        do throws(FileError) {
            return try File.read(path, limit: mostRead, regular: true)
        } catch {
            if error.reason == .system(ENOENT) { return [] }
            throw error
        }
    }
}
