/// A record of a zone file, and where it stands.
struct LocatedRecord: Sendable {
    var record: Record
    var place: Place
}

/// Reads a zone file (RFC 1035 §5, $TTL of RFC 2308 §4) into records; goes on after an error to find the next.
struct ZoneParser {
    private let path: String
    private var lexer: ZoneLexer
    private var origin: Name?
    private var owner: Name?
    private var defaultTTL: UInt32?
    private var lastTTL: UInt32?
    private(set) var records: [LocatedRecord] = []
    private(set) var errors = ZoneError()

    init(_ text: [UInt8], path: String, origin: Name?) {
        (self.path, self.origin) = (path, origin)
        lexer = ZoneLexer(text)
    }

    mutating func parse() {
        while true {
            do {
                guard let entry = try lexer.next() else { return }
                parse(entry)
            } catch { add(error.line, error.column, error.reason) }
        }
    }

    private mutating func add(_ line: Int, _ column: Int, _ reason: String) {
        errors.add(ZoneError.Problem(path: path, line: line, column: column, reason: reason))
    }

    private mutating func parse(_ entry: Entry) {
        var words = Words(entry.tokens)
        do throws(Complaint) {
            if !entry.startsBlank, let first = entry.tokens.first, first.bytes.first == UInt8(ascii: "$") {
                try parseDirective(&words)
            } else {
                try parseRecord(&words, hasOwner: !entry.startsBlank)
            }
        } catch {
            let at = error.token ?? entry.tokens.last
            add(at?.line ?? entry.line, at?.column ?? 1, error.reason)
        }
    }

    // MARK: Directives

    private mutating func parseDirective(_ words: inout Words) throws(Complaint) {
        let directive = try words.take("a directive")
        switch directive.text.uppercased() {
        case "$ORIGIN": origin = try words.name("a name", origin)
        case "$TTL":
            let token = try words.take("a TTL")
            guard let ttl = seconds(token.bytes) else { throw Complaint(token, Self.badTTL(token)) }
            defaultTTL = ttl
        default: throw Complaint(directive, "'\(directive.text)' isn't supported; $ORIGIN and $TTL are")
        }
        if let surplus = words.rest.first {
            throw Complaint(surplus, "'\(surplus.text)' after the end of the directive")
        }
    }

    private static func badTTL(_ token: Token) -> String {
        "'\(token.text)' where a TTL should be: seconds, at most 2147483647, or like 1h30m"
    }

    // MARK: Records

    private mutating func parseRecord(_ words: inout Words, hasOwner: Bool) throws(Complaint) {
        if hasOwner { owner = nil }  // after an error the records that follow must not join an earlier owner
        if hasOwner { owner = try words.name("an owner", origin) }
        guard let owner else {
            throw Complaint(words.rest.first, "a record without an owner: no name stands before it")
        }
        let explicit = try parseTTLAndClass(&words)
        let type = try parseType(&words)
        var parser = RecordParser(words.rest, origin: origin)
        let data: [UInt8]
        do { data = try parser.parse(type) } catch { throw Complaint(parser.last ?? words.last, "\(type): \(error)") }
        guard let ttl = explicit ?? defaultTTL ?? lastTTL else {
            throw Complaint(words.last, "no TTL: give the record one, or the file a $TTL")
        }
        lastTTL = explicit ?? lastTTL
        let word = words.first ?? Token(bytes: [], line: 0, column: 0)
        let place = Place(line: UInt32(truncatingIfNeeded: word.line), column: UInt16(truncatingIfNeeded: word.column))
        records.append(LocatedRecord(record: Record(owner, type, ttl: ttl, data: data), place: place))
    }

    /// Both may be left out, in either order (RFC 1035 §5.1).
    private func parseTTLAndClass(_ words: inout Words) throws(Complaint) -> UInt32? {
        var ttl: UInt32?
        var sawClass = false
        while let token = words.rest.first {
            if ttl == nil, let first = token.bytes.first, (0x30...0x39).contains(first) {
                guard let value = seconds(token.bytes) else { throw Complaint(token, Self.badTTL(token)) }
                ttl = value
            } else if !sawClass, RecordType(name: token.text) == nil, let named = RecordClass(name: token.text) {
                guard named == .internet else { throw Complaint(token, "class \(named) where IN should be") }
                sawClass = true
            } else {
                break
            }
            _ = try words.take("")
        }
        return ttl
    }

    private func parseType(_ words: inout Words) throws(Complaint) -> RecordType {
        let token = try words.take("a type")
        guard let type = RecordType(name: token.text) else {
            throw Complaint(token, "'\(token.text)' where a type should be, like A, AAAA, NS or TYPE65280")
        }
        guard type.isData else { throw Complaint(token, "\(type) can't stand in a zone") }
        guard !Self.unserved.contains(type) else { throw Complaint(token, "\(type) isn't served yet") }
        return type
    }

    /// Types that change how other names are answered: serving them as plain data would be wrong.
    private static let unserved: [RecordType] = [
        .dname, .ds, RecordType(rawValue: 46), RecordType(rawValue: 47), RecordType(rawValue: 48),
        RecordType(rawValue: 50), RecordType(rawValue: 51),
    ]
}

/// What is wrong, at which word.
private struct Complaint: Error {
    var token: Token?
    var reason: String

    init(_ token: Token?, _ reason: String) { (self.token, self.reason) = (token, reason) }
}

/// The words of an entry, taken from the front.
private struct Words {
    let first: Token?
    var rest: ArraySlice<Token>
    private(set) var last: Token?

    init(_ tokens: [Token]) { (first, rest) = (tokens.first, tokens[...]) }

    mutating func take(_ wanted: String) throws(Complaint) -> Token {
        guard let token = rest.popFirst() else { throw Complaint(last, "\(wanted) is missing") }
        last = token
        return token
    }

    mutating func name(_ wanted: String, _ origin: Name?) throws(Complaint) -> Name {
        let token = try take(wanted)
        do { return try Name(bytes: token.bytes, origin: origin) } catch { throw Complaint(token, "\(error)") }
    }
}
