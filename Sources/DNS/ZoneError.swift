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

    /// In the order of the files and of their lines.
    func sorted(by paths: [String]) -> Self {
        let order = { (problem: Problem) in paths.firstIndex(of: problem.path) ?? paths.count }
        let sorted = problems.sorted { (order($0), $0.line, $0.column) < (order($1), $1.line, $1.column) }
        return Self(problems: sorted, omitted: omitted)
    }
}

extension ZoneError: CustomStringConvertible {
    public var description: String {
        let lines = problems.map(\.description) + (omitted > 0 ? ["… and \(omitted) more"] : [])
        return lines.joined(separator: "\n")
    }
}
