public import Net

/// Why an AS graph can't be read, or can't be one.
public struct GraphError: Error, Hashable, Sendable {
    /// From 1; nil where the input has no lines.
    public var line: Int?
    /// From 1; nil: it is about the whole line.
    public var column: Int?
    public var reason: Reason

    public enum Reason: Hashable, Sendable {
        case unreadable(found: String, wanted: String)
        /// The last line has no end, so part of it may be missing.
        case cutInMidLine
        case selfLoop(ASN)
        /// Two lines say different things of one pair.
        case contradiction(Relationship, Relationship, earlier: Int?)
        /// Each is a provider of the next, and the last of the first; with the lines that say so.
        case providerCycle([ASN], lines: [Int])
        case empty
        /// More ASes than a route's 64 bits can name, or than the caller allows.
        case tooLarge(ases: Int, limit: Int)
        /// A cache file that is none, is of another version, or was damaged.
        case cache(String)
    }

    public init(_ reason: Reason, line: Int? = nil, column: Int? = nil) {
        (self.reason, self.line, self.column) = (reason, line, column)
    }
}

extension GraphError: CustomStringConvertible {
    /// `12:5: "x7" is no AS number; 1 to 4294967295 is`: the caller puts the file's name in front.
    public var description: String {
        line.map { "\($0):\(column ?? 1): \(reason)" } ?? "\(reason)"
    }
}

extension GraphError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let found, let wanted): "\(found) where \(wanted) should be"
        case .cutInMidLine: "the file ends in the middle of a line; fetch it again"
        case .selfLoop(let asn): "\(asn) stands here as its own neighbor"
        case .contradiction(let new, let old, let earlier):
            "\(new), but \(earlier.map { "line \($0) says that " } ?? "also ")\(old)"
        case .providerCycle(let ases, let lines):
            "providers in a circle: "
                + (ases + ases.prefix(1)).map { "\($0)" }.joined(separator: " is a provider of ")
                + (lines.isEmpty ? "" : " (lines \(lines.map { "\($0)" }.joined(separator: ", ")))")
        case .empty: "no relationships between ASes here"
        case .tooLarge(let ases, let limit): "\(ases) ASes; at most \(limit) are possible"
        case .cache(let what): "\(what); make the cache again from the graph's text"
        }
    }
}
