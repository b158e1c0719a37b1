extension Zone {
    /// Reads a zone file. The apex is where its SOA stands; `origin` completes relative names before a `$ORIGIN`.
    ///
    /// - Parameter path: what errors say before the line.
    public static func parse(_ text: [UInt8], path: String, origin: Name? = nil) throws(ZoneError) -> Zone {
        var parser = ZoneParser(text, path: path, origin: origin)
        parser.parse()
        guard let soa = parser.records.first(where: { $0.record.type == .soa }) else {
            var errors = parser.errors
            let problem = ZoneError.Problem(path: path, line: 1, column: 1, reason: "no SOA record: not a zone")
            if errors.problems.isEmpty { errors.add(problem) }
            throw errors
        }
        var builder = ZoneBuilder(origin: soa.record.name, path: path)
        for record in parser.records { builder.insert(record) }
        if parser.errors.problems.isEmpty { builder.check() }
        let errors = parser.errors.merged(with: builder.errors)
        guard errors.problems.isEmpty else { throw errors }
        guard let zone = builder.build() else { throw errors.merged(with: .tooLarge(path)) }
        return zone
    }
}

extension ZoneError {
    fileprivate static func tooLarge(_ path: String) -> Self {
        var error = Self()
        error.add(Problem(path: path, line: 1, column: 1, reason: "more than 4 GiB of data"))
        return error
    }

    /// Both, in the order of the file.
    fileprivate func merged(with other: Self) -> Self {
        var merged = Self(problems: [], omitted: omitted + other.omitted)
        let all = problems + other.problems
        for problem in all.sorted(by: { ($0.line, $0.column) < ($1.line, $1.column) }) { merged.add(problem) }
        return merged
    }
}
