internal import Net

/// Reads a zone file (RFC 1035 §5, $TTL of RFC 2308 §4) and the files that it includes; goes on after an error to find
/// the next. Each word is read where it stands: nothing is allocated per record.
struct ZoneParser<Sink: ZoneSink> {
    var sink: Sink
    private(set) var files: IncludedFiles
    private var source = Source()
    private var record: RecordParser
    /// Of the record before, in wire form; empty when none is known.
    private var owner: [UInt8] = []
    private var defaultTTL: UInt32?
    private var lastTTL: UInt32?
    private var generatedCount = 0
    /// Where the first ZONEMD stands, for whoever finds it wrong.
    private(set) var digest: ZoneError.Problem?

    static var include: String { "$include" }

    /// Where text comes from.
    private struct Source {
        var file: UInt16 = 0
        var path = ""
        /// The files that led here, the outermost first.
        var stack: [String] = []
        /// The $GENERATE that made the text.
        var generator: Place?
    }

    init(into sink: Sink, origin: Name?, files: IncludedFiles) {
        (self.sink, self.files) = (sink, files)
        record = RecordParser(origin: origin?.wire)
    }

    /// The outermost file, which the sink knows as number 0.
    mutating func parse(_ text: [UInt8], path: String) {
        source = Source(path: path, stack: [path])
        _ = parse(text)
    }

    /// False when something was wrong.
    private mutating func parse(_ text: [UInt8]) -> Bool {
        var isGood = true
        var lexer = ZoneLexer(text.span)
        while !sink.isDone {
            do throws(LexicalError) {
                guard try lexer.next(text.span) else { return isGood }
                isGood = parseEntry(&lexer, text.span) && isGood
            } catch {
                let place = place(error.line, error.column)
                sink.complain(error.reason, at: place)
                isGood = false
            }
        }
        return isGood
    }

    private func place(_ line: UInt32, _ column: UInt16) -> Place {
        source.generator ?? Place(file: source.file, line: line, column: column)
    }

    private func place(_ token: Token?) -> Place { place(token?.line ?? 1, token?.column ?? 1) }

    private mutating func parseEntry(_ lexer: inout ZoneLexer, _ text: Span<UInt8>) -> Bool {
        do throws(Complaint) {
            if !lexer.startsBlank, source.generator == nil, let first = lexer.words.next,
                text[first.start] == UInt8(ascii: "$"), !first.isQuoted
            {
                try parseDirective(&lexer.words, text)
            } else {
                try parseRecord(&lexer.words, text, hasOwner: !lexer.startsBlank)
            }
            return true
        } catch {
            let place = place(error.token ?? lexer.words.last ?? lexer.words.first)
            sink.complain(error.reason, at: place)
            return false
        }
    }

    // MARK: Records

    private mutating func parseRecord(
        _ words: inout Words, _ text: Span<UInt8>, hasOwner: Bool
    ) throws(Complaint) {
        let first = words.next
        if hasOwner { try parseOwner(&words, text) }
        guard !owner.isEmpty else { throw Complaint(first, "a record without an owner: no name stands before it") }
        let explicit = try parseTTLAndClass(&words, text)
        let type = try parseType(&words, text)
        let named = words.last
        do { try record.parse(type, &words, text) } catch { throw Complaint(words.last, "\(type): \(error)") }
        guard let ttl = explicit ?? defaultTTL ?? lastTTL else {
            throw Complaint(named, "no TTL: give the record one, or the file a $TTL")
        }
        lastTTL = explicit ?? lastTTL
        if type == .zonemd, digest == nil { digest = ZoneError.Problem(path: source.path, first) }
        let (place, owner, data) = (place(first), owner, record.data)
        sink.add(owner: owner.span, type: type, ttl: ttl, data: data.span, at: place)
    }

    private mutating func parseOwner(_ words: inout Words, _ text: Span<UInt8>) throws(Complaint) {
        guard let token = words.take() else { return }
        owner.removeAll(keepingCapacity: true)
        do { try owner.putName(text.extracting(token.range), origin: record.origin) } catch {
            owner.removeAll(keepingCapacity: true)  // the records that follow must not join an earlier owner
            throw Complaint(token, "\(error)")
        }
    }

    /// Both may be left out, in either order (RFC 1035 §5.1).
    private func parseTTLAndClass(_ words: inout Words, _ text: Span<UInt8>) throws(Complaint) -> UInt32? {
        var ttl: UInt32?
        var sawClass = false
        while let token = words.next, !token.range.isEmpty {
            let word = text.extracting(token.range)
            if ttl == nil, isDigit(word[0]) {
                ttl = try parseTTL(token, text)
            } else if !sawClass, word.isWord("in") {
                sawClass = true
            } else if !sawClass, RecordType(word) == nil, let named = RecordClass(name: word.text) {
                guard named == .internet else { throw Complaint(token, "class \(named) where IN should be") }
                sawClass = true
            } else {
                break
            }
            words.skip()
        }
        return ttl
    }

    private func parseTTL(_ token: Token, _ text: Span<UInt8>) throws(Complaint) -> UInt32 {
        if let ttl = seconds(text.extracting(token.range)) { return ttl }
        throw Complaint(
            token,
            "'\(token.text(in: text))' where a TTL should be: seconds, at most 2147483647, or like 1h30m")
    }

    private func parseType(_ words: inout Words, _ text: Span<UInt8>) throws(Complaint) -> RecordType {
        guard let token = words.take() else { throw Complaint(words.last, "a type is missing") }
        guard let type = RecordType(text.extracting(token.range)) else {
            let shown = token.text(in: text)
            throw Complaint(token, "'\(shown)' where a type should be, like A, AAAA, NS or TYPE65280")
        }
        guard type.isData else { throw Complaint(token, "\(type) can't stand in a zone") }
        return type
    }

    // MARK: Directives

    private mutating func parseDirective(_ words: inout Words, _ text: Span<UInt8>) throws(Complaint) {
        guard let directive = words.take() else { return }
        let word = text.extracting(directive.range)
        if word.isWord("$origin") {
            record.origin = try parseName("a name", &words, text)
        } else if word.isWord("$ttl") {
            guard let token = words.take() else { throw Complaint(directive, "a TTL is missing") }
            defaultTTL = try parseTTL(token, text)
        } else if word.isWord(Self.include) {
            return try parseInclude(directive, &words, text)
        } else if word.isWord("$generate") {
            return try parseGenerate(directive, &words, text)
        } else {
            throw Complaint(directive, "'\(word.text)' isn't supported; $ORIGIN, $TTL, $INCLUDE and $GENERATE are")
        }
        try end(words, text)
    }

    private func end(_ words: Words, _ text: Span<UInt8>) throws(Complaint) {
        guard let surplus = words.next else { return }
        throw Complaint(surplus, "'\(surplus.text(in: text))' after the end of the directive")
    }

    private func parseName(
        _ wanted: String, _ words: inout Words, _ text: Span<UInt8>
    ) throws(Complaint) -> [UInt8] {
        guard let token = words.take() else { throw Complaint(words.last, "\(wanted) is missing") }
        var name: [UInt8] = []
        do { try name.putName(text.extracting(token.range), origin: record.origin) } catch {
            throw Complaint(token, "\(error)")
        }
        return name
    }

    /// `$INCLUDE file [origin]`: origin and owner are afterwards what they were before (RFC 1035 §5.1); a $TTL stays.
    private mutating func parseInclude(
        _ directive: Token, _ words: inout Words, _ text: Span<UInt8>
    ) throws(Complaint) {
        guard let token = words.take() else { throw Complaint(directive, "the path of a file is missing") }
        var name: [UInt8] = []
        do { try record.unescaped(text.extracting(token.range), into: &name) } catch {
            throw Complaint(token, "\(error)")
        }
        let origin = words.isEmpty ? record.origin : try parseName("an origin", &words, text)
        try end(words, text)
        let path = IncludedFiles.path(String(decoding: name, as: UTF8.self), from: source.path)
        let content: [UInt8]
        do { content = try files.open(path, from: source.stack) } catch { throw Complaint(token, error.reason) }
        let before = (source, record.origin, owner)
        source = Source(file: sink.addFile(path), path: path, stack: source.stack + [path])
        record.origin = origin
        _ = parse(content)
        (source, record.origin, owner) = before
    }

    /// `$GENERATE 1-254 host$ A 192.0.2.$`, as BIND reads it. Of a line that is wrong each time only the first is told.
    private mutating func parseGenerate(
        _ directive: Token, _ words: inout Words, _ text: Span<UInt8>
    ) throws(Complaint) {
        guard let token = words.take() else { throw Complaint(directive, "a range is missing, like 1-254") }
        guard let range = GeneratedRange(text.extracting(token.range)) else {
            throw Complaint(token, "'\(token.text(in: text))' where a range should be, like 1-254 or 0-100/2")
        }
        guard let first = words.next else { throw Complaint(token, "a record is missing after the range") }
        generatedCount += range.count
        guard generatedCount <= GeneratedRange.most else {
            throw Complaint(token, "more than \(GeneratedRange.most) records are generated")
        }
        var template = GeneratedLine()
        while let token = words.take() { template.add(text.extracting(token.range), isQuoted: token.isQuoted) }
        let before = source
        source.generator = place(directive)
        defer { source = before }
        for number in range.numbers {
            guard let line = template.text(for: number) else {
                throw Complaint(first, "a '$' or '${offset,width,base}' that has no meaning for \(number)")
            }
            guard parse(line), !sink.isDone else { return }
        }
    }
}

/// What is wrong, at which word.
private struct Complaint: Error {
    var token: Token?
    var reason: String

    init(_ token: Token?, _ reason: String) { (self.token, self.reason) = (token, reason) }
}

extension ZoneError.Problem {
    fileprivate init(path: String, _ token: Token?) {
        self.init(path: path, line: Int(token?.line ?? 1), column: Int(token?.column ?? 1), reason: "")
    }
}
