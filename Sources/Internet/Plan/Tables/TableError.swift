/// Why a table of weights, landings or origins can't be read.
public struct TableError: Error, Hashable, Sendable {
    /// From 1; nil where it is about the whole table.
    public var line: Int?
    /// From 1, in bytes; nil: it is about the whole line.
    public var column: Int?
    public var reason: Reason

    public enum Reason: Hashable, Sendable {
        case empty
        case unreadable(found: String, wanted: String)
        /// A record has another number of fields than the line of names.
        case fields(Int, wanted: Int)
        case lineTooLong(limit: Int)
        /// The last line has no end, so part of it may be missing.
        case cutInMidLine
        case tooManyRecords(limit: Int)
        /// A quote that nothing closes on its line, or something behind the closing one.
        case quote
        case separator(String)
        case columnTwice(String)
        /// None of some columns is there.
        case columnsMissing(String, found: [String])
        /// One column has what another one has as well.
        case columnsClash(String)
        /// Every line can be read, and none can be used.
        case nothingUsable(String)
    }

    public init(_ reason: Reason, line: Int? = nil, column: Int? = nil) {
        (self.reason, self.line, self.column) = (reason, line, column)
    }
}

extension TableError: CustomStringConvertible {
    /// `12:5: "x7" where an AS number should be`: the caller puts the file's name in front.
    public var description: String {
        line.map { "\($0):\(column ?? 1): \(reason)" } ?? "\(reason)"
    }
}

extension TableError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "nothing is in here; a table begins with a line of its columns' names"
        case .unreadable(let found, let wanted): "\(found) where \(wanted) should be"
        case .fields(let count, let wanted): "\(count) fields, but the first line names \(wanted) columns"
        case .cutInMidLine: "the file ends in the middle of a line; fetch it again"
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .tooManyRecords(let limit): "more than \(limit) lines"
        case .quote: "a quoted field ends with a quote, and then the line or a comma comes"
        case .separator(let found): "columns are separated by \(found) here; commas are read"
        case .columnTwice(let name): "the column \"\(name)\" is here twice"
        case .columnsMissing(let wanted, let found):
            "no column \(wanted); the first line names " + found.map { "\"\($0)\"" }.joined(separator: ", ")
        case .columnsClash(let what): what
        case .nothingUsable(let what): what
        }
    }
}
