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
        for located in parser.records {
            let (record, place) = (located.record, located.place)
            builder.add(
                owner: record.name.wire.span, type: record.type, ttl: record.ttl, data: record.data.span, at: place)
        }
        for problem in parser.errors.problems {
            let place = Place(line: UInt32(problem.line), column: UInt16(truncatingIfNeeded: problem.column))
            builder.complain(problem.reason, at: place)
        }
        builder.problems.omitted += parser.errors.omitted
        return try builder.build()
    }
}
