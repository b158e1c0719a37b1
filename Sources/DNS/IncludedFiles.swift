/// Why a file that a zone includes can't be read.
public struct UnreadableFile: Error, Hashable, Sendable {
    public var reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// The files that a zone includes, each read once. The engine opens no file: whoever has it parse a zone reads them.
struct IncludedFiles {
    private let read: (String) throws(UnreadableFile) -> [UInt8]
    private var contents: [String: [UInt8]] = [:]

    /// How often one was included, and how many bytes that were.
    private var count = 0
    private var bytes = 0

    static let mostDepth = 16
    /// Over all of a zone, since a file of a few lines that includes another a few times, and so on, has no end.
    static let most = 1000
    static let mostBytes = 1 << 30

    init(_ read: @escaping (String) throws(UnreadableFile) -> [UInt8]) { self.read = read }

    /// Relative paths are relative to the folder of the file that includes.
    static func path(_ path: String, from outer: String) -> String {
        guard !path.hasPrefix("/"), let slash = outer.lastIndex(of: "/") else { return path }
        return outer[...slash] + path
    }

    /// - Parameter stack: the files that led here, the outermost first.
    mutating func open(_ path: String, from stack: [String]) throws(UnreadableFile) -> [UInt8] {
        if stack.contains(path) { throw UnreadableFile("'\(path)' includes itself") }
        if stack.count > Self.mostDepth { throw UnreadableFile("files within files, more than \(Self.mostDepth) deep") }
        if path.isEmpty || path.hasSuffix("/") || path.utf8.contains(0) {
            throw UnreadableFile("'\(path)' where the path of a file should be")
        }
        let content = try content(path)
        (count, bytes) = (count + 1, bytes + content.count)
        if count > Self.most { throw UnreadableFile("more than \(Self.most) files are included") }
        if bytes > Self.mostBytes { throw UnreadableFile("more than \(Self.mostBytes >> 20) MiB are included") }
        return content
    }

    private mutating func content(_ path: String) throws(UnreadableFile) -> [UInt8] {
        if let known = contents[path] { return known }
        do { contents[path] = try read(path) } catch {
            throw UnreadableFile("'\(path)' can't be included: \(error.reason)")
        }
        return contents[path] ?? []
    }

    /// The zone is read from its beginning again.
    mutating func rewind() { (count, bytes) = (0, 0) }
}
