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
        var inode: UInt64?
        for path in [path, olderPath] {
            guard let file = try read(path), file.begin.inode != inode else { continue }
            // Renamed in between, it would be read twice.
            inode = file.begin.inode
            for line in LinesBackwards(rest: file.bytes[...]) {
                guard found.count < count else { return found.reversed() }
                guard let event = Self.decode(line) else { continue }
                if first(event) { return found.reversed() }
                if matches(event) { found.append(event) }
            }
        }
        return found.reversed()
    }

    /// One line, without its end; nil when it is none that can be read.
    package static func decode(_ line: some Sequence<UInt8>) -> Event? {
        let bytes = Array(line.prefix(mostBytesOfLine + 1))
        guard bytes.count <= mostBytesOfLine, bytes.first == UInt8(ascii: "{") else { return nil }
        return try? JSONDecoder().decode(Event.self, from: Data(bytes))
    }

    /// What a file has behind `position`, or all of another one; nil where there is none.
    func read(
        _ path: String, from position: File.Position? = nil
    ) throws(FileError) -> (bytes: [UInt8], begin: File.Position)? {
        do throws(FileError) { return try File.read(path, from: position, limit: Self.mostRead) } catch {
            if error.reason == .system(ENOENT) { return nil }
            throw error
        }
    }
}

/// The last one first.
private struct LinesBackwards: Sequence, IteratorProtocol {
    var rest: ArraySlice<UInt8>

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.lastIndex(of: UInt8(ascii: "\n"))
        defer { rest = end.map { rest[..<$0] } ?? [] }
        return end.map { rest[($0 + 1)...] } ?? rest
    }
}
