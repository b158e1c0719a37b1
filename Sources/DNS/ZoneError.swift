/// What is wrong with a zone: everything that was found, up to a bound.
public struct ZoneError: Error, Hashable, Sendable {
    /// One thing that is wrong, and where.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public var path: String
        /// From 1; columns count bytes.
        public var line: Int
        public var column: Int
        public var reason: String

        /// `zones/example.org.zone:7:12: …`.
        public var description: String { "\(path):\(line):\(column): \(reason)" }
    }

    /// In the order of the file; never empty.
    public internal(set) var problems: [Problem] = []
    /// How many more there were.
    public internal(set) var omitted = 0

    static let limit = 20

    mutating func add(_ problem: Problem) {
        if problems.count < Self.limit { problems.append(problem) } else { omitted += 1 }
    }
}

extension ZoneError: CustomStringConvertible {
    public var description: String {
        let lines = problems.map(\.description) + (omitted > 0 ? ["… and \(omitted) more"] : [])
        return lines.joined(separator: "\n")
    }
}
