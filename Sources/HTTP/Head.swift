/// What stands before the body: the start line and the fields.
struct Head {
    /// The words of the start line, three at most.
    let start: [String]
    let fields: [Field]

    /// Reads a head without its empty line. `lenient`: fields may hold bytes beyond ASCII, which some servers send
    /// (obs-text, RFC 9110 §5.5).
    init(_ bytes: ArraySlice<UInt8>, lenient: Bool = false) throws(HTTPError) {
        let lines = try Self.lines(bytes, lenient)
        guard let first = lines.first else { throw .badStart }
        start = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        fields = try lines.dropFirst().map(Self.field)
    }

    /// Where the empty line after the head begins; nil until it is there.
    static func end(in buffer: ArraySlice<UInt8>, max: Int) throws(HTTPError) -> Int? {
        let searched = buffer.prefix(max)
        for index in searched.indices.dropLast(3)
        where searched[index] == 13 && searched[index + 1] == 10 && searched[index + 2] == 13
            && searched[index + 3] == 10
        {
            return index
        }
        guard buffer.count < max else { throw .headTooLarge(limit: max) }
        return nil
    }

    private static func lines(_ head: ArraySlice<UInt8>, _ lenient: Bool) throws(HTTPError) -> [String] {
        let allowed = { (byte: UInt8) in
            byte >= 32 && byte < 127 || byte == 13 || byte == 10 || byte == 9 || lenient && byte >= 128
        }
        guard head.allSatisfy(allowed) else { throw .badField }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        guard lines.allSatisfy({ !$0.utf8.contains(13) && !$0.utf8.contains(10) }) else { throw .badField }
        return lines.map(String.init)
    }

    private static func field(_ line: String) throws(HTTPError) -> Field {
        guard let colon = line.firstIndex(of: ":") else { throw .badField }
        let name = line[..<colon]
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else { throw .badField }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let end = value.lastIndex { $0 != " " && $0 != "\t" }
        return Field(String(name), end.map { String(value[...$0]) } ?? "")
    }

    /// nil where there is none.
    func contentLength() throws(HTTPError) -> Int? {
        let lengths = fields.all(named: "content-length")
        guard let text = lengths.first else { return nil }
        guard lengths.count == 1, (1...15).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw .badLength }
        return length
    }

    /// The transfer codings, in the order in which they were applied.
    var codings: [String] { words("transfer-encoding") }

    /// What the sender wants of the connection (RFC 9110 §7.6.1).
    var options: [String] { words("connection") }

    private func words(_ name: String) -> [String] {
        fields.all(named: name).flatMap { $0.split(separator: ",") }
            .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
    }

    static func checkVersion(_ text: String) throws(HTTPError) {
        guard text.hasPrefix("HTTP/") else { throw .badStart }
        guard text == "HTTP/1.1" || text == "HTTP/1.0" else { throw .unsupportedVersion }
    }

    /// The code of a status line.
    func status() throws(HTTPError) -> Int {
        guard start.count >= 2 else { throw .badStart }
        try Self.checkVersion(start[0])
        guard start[1].utf8.count == 3, let status = Int(start[1]), (100...599).contains(status) else {
            throw .badStart
        }
        return status
    }
}

/// RFC 9110 §5.6.2.
func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
