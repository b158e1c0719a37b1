package import DNS

/// One thing that is wrong with a file, and where: `landfall.yaml:4:12: place: "FRX" is not …`.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    /// Counted from 1, as editors do, columns in characters; 0 when it is the whole file, which can't be read.
    public var line: Int
    public var column: Int
    public var message: String

    public init(path: String, line: Int, column: Int, message: String) {
        (self.path, self.line, self.column, self.message) = (path, line, column, message)
    }

    public var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line):\(column): \(message)" }
}

/// All that is wrong with a file, in its order; never empty.
public struct Diagnostics: Error, Hashable, Sendable, CustomStringConvertible {
    public var all: [Diagnostic]

    public init(all: [Diagnostic]) { self.all = all }

    /// About a file as a whole, which can't be read or can't be used.
    package init(_ path: String, _ message: String) {
        self.init(all: [Diagnostic(path: path, line: 0, column: 0, message: message)])
    }

    /// About a zone file that was read.
    package init(_ error: ZoneError) {
        self.init(
            all: error.problems.map { Diagnostic(path: $0.path, line: $0.line, column: $0.column, message: $0.reason) })
    }

    /// A line each; after the first fifty, how many more.
    public var description: String {
        let shown = all.prefix(50).map(\.description)
        let more = all.count - shown.count
        return (more > 0 ? shown + ["… and \(more) more"] : shown).joined(separator: "\n")
    }
}
