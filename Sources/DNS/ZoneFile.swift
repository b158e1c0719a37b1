internal import Net

extension Zone {
    /// Reads a zone file that includes no other.
    ///
    /// - Parameter path: what errors say before the line.
    public static func parse(_ text: [UInt8], path: String, origin: Name? = nil) throws(ZoneError) -> Zone {
        try parse(text, path: path, origin: origin) { (path) throws(UnreadableFile) in
            throw UnreadableFile("no other file is read here")
        }
    }

    /// Reads a zone file. The apex is where its SOA stands; `origin` completes relative names before a `$ORIGIN`.
    ///
    /// - Parameter path: what errors say before the line, and what included paths are relative to.
    /// - Parameter include: reads a file that the zone includes, by its path; each is asked for once.
    public static func parse(
        _ text: [UInt8], path: String, origin: Name? = nil,
        include: @escaping (String) throws(UnreadableFile) -> [UInt8]
    ) throws(ZoneError) -> Zone {
        var finder = ZoneParser(into: ApexFinder(path: path), origin: origin, files: IncludedFiles(include))
        finder.parse(text, path: path)
        guard let apex = finder.sink.apex else { throw finder.sink.noZone }
        var files = finder.files
        files.rewind()
        var parser = ZoneParser(into: ZoneBuilder(origin: apex, path: path), origin: origin, files: files)
        parser.parse(text, path: path)
        var digest = parser.digest ?? ZoneError.Problem(path: path, line: 1, column: 1, reason: "")
        let zone = try parser.finish()
        guard let reason = zone.digestComplaint() else { return zone }
        digest.reason = reason
        throw ZoneError(problems: [digest])
    }
}

extension Zone {
    /// The files that a zone file includes, and those that these include, in the order in which they are named; also when
    /// something is wrong with one of them. A file that doesn't have the word isn't read for it.
    public static func includedPaths(
        _ text: [UInt8], path: String, include: @escaping (String) throws(UnreadableFile) -> [UInt8]
    ) -> [String] {
        guard text.span.mentions(ZoneParser<NoRecords>.include) else { return [] }
        var asked: [String] = []
        let files = IncludedFiles { (path) throws(UnreadableFile) in
            asked.append(path)
            return try include(path)
        }
        var parser = ZoneParser(into: NoRecords(), origin: .root, files: files)
        parser.parse(text, path: path)
        return asked
    }
}

extension Span where Element == UInt8 {
    /// Whether `word` is somewhere in it, as a word or within one.
    fileprivate func mentions(_ word: String) -> Bool {
        let (first, length) = (word.utf8.first, word.utf8.count)
        for at in indices where self[at] == first && at + length <= count {
            if extracting(at..<at + length).isWord(word) { return true }
        }
        return false
    }
}

/// Whatever a zone says is of no interest.
private struct NoRecords: ZoneSink {
    var isDone: Bool { false }
    mutating func addFile(_ path: String) -> UInt16 { 0 }
    mutating func add(owner: Span<UInt8>, type: RecordType, ttl: UInt32, data: Span<UInt8>, at: Place) {}
    mutating func complain(_ reason: String, at: Place) {}
}

extension ZoneParser<ZoneBuilder> {
    /// Nothing is left here of what was collected: two of it would be a lot of memory.
    fileprivate mutating func finish() throws(ZoneError) -> Zone {
        let builder = sink
        sink = ZoneBuilder(origin: .root, path: "")
        return try builder.build()
    }
}

/// Looks for the first SOA, which is nearly always the first record: what is below its owner is the zone.
private struct ApexFinder: ZoneSink {
    private(set) var apex: Name?
    private var paths: [String]
    private var errors = ZoneError()

    init(path: String) { paths = [path] }

    var isDone: Bool { apex != nil }

    mutating func addFile(_ path: String) -> UInt16 {
        paths.append(path)
        return UInt16(clamping: paths.count - 1)
    }

    mutating func add(owner: Span<UInt8>, type: RecordType, ttl: UInt32, data: Span<UInt8>, at: Place) {
        if type == .soa, apex == nil { apex = Name(checked: owner.array) }
    }

    mutating func complain(_ reason: String, at place: Place) {
        errors.add(
            ZoneError.Problem(
                path: paths[Int(place.file)], line: Int(place.line), column: Int(place.column), reason: reason))
    }

    /// What was wrong when there is none.
    var noZone: ZoneError {
        guard errors.problems.isEmpty else { return errors }
        var error = errors
        error.add(ZoneError.Problem(path: paths[0], line: 1, column: 1, reason: "no SOA record: not a zone"))
        return error
    }
}
