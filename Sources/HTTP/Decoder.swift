/// Collects bytes until a message is whole. Holds at most `maxHead + maxBody` bytes of a message, and whatever one call
/// to `receive` brought beyond it.
///
/// The state between calls is only what has not been taken yet, so a message may arrive a byte at a time or several at
/// once (pipelining).
public struct Decoder: Sendable {
    private var buffer: [UInt8] = []
    private let maxHead: Int
    private let maxBody: Int

    public init(maxHead: Int = 16384, maxBody: Int = 1 << 20) { (self.maxHead, self.maxBody) = (maxHead, maxBody) }

    public mutating func receive(_ bytes: [UInt8]) { buffer += bytes }

    /// Nothing has come since the last message.
    public var isEmpty: Bool { buffer.isEmpty }

    /// The next whole request; nil until all of it is there. After an error the connection is of no more use.
    public mutating func request() throws(HTTPError) -> Request? {
        guard let (start, fields, body) = try message() else { return nil }
        guard start.count == 3 else { throw .badStart }
        try checkVersion(start[2])
        guard !start[0].isEmpty, start[0].utf8.allSatisfy(isToken), !start[1].isEmpty else { throw .badStart }
        return Request(start[0], start[1], fields: fields, body: body)
    }

    /// The next whole response. Without a Content-Length it has no body: a peer that ends a body by closing isn't
    /// supported.
    public mutating func response() throws(HTTPError) -> Response? {
        guard let (start, fields, body) = try message() else { return nil }
        guard start.count >= 2 else { throw .badStart }
        try checkVersion(start[0])
        guard start[1].utf8.count == 3, let status = Int(start[1]), (100...599).contains(status) else { throw .badStart }
        return Response(status, fields: fields, body: body)
    }

    /// The words of the start line (three at most), the fields and the body.
    private mutating func message() throws(HTTPError) -> ([String], [Field], [UInt8])? {
        guard let headEnd = try endOfHead() else { return nil }
        let lines = try lines(buffer[..<headEnd])
        guard let start = lines.first else { throw .badStart }
        let fields = try lines.dropFirst().map(field)
        let length = try contentLength(fields)
        let total = headEnd + 4 + length
        guard buffer.count >= total else { return nil }
        let body = Array(buffer[(headEnd + 4)..<total])
        buffer.removeFirst(total)
        return (start.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init), fields, body)
    }

    /// Where the empty line after the head begins.
    private func endOfHead() throws(HTTPError) -> Int? {
        let searched = buffer.prefix(maxHead)
        for index in searched.indices.dropLast(3)
        where searched[index] == 13 && searched[index + 1] == 10 && searched[index + 2] == 13 && searched[index + 3] == 10 {
            return index
        }
        guard buffer.count < maxHead else { throw .headTooLarge(limit: maxHead) }
        return nil
    }

    private func lines(_ head: ArraySlice<UInt8>) throws(HTTPError) -> [String] {
        guard head.allSatisfy({ $0 >= 32 && $0 < 127 || $0 == 13 || $0 == 10 || $0 == 9 }) else { throw .badField }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        guard lines.allSatisfy({ !$0.utf8.contains(13) && !$0.utf8.contains(10) }) else { throw .badField }
        return lines.map(String.init)
    }

    private func field(_ line: String) throws(HTTPError) -> Field {
        guard let colon = line.firstIndex(of: ":") else { throw .badField }
        let name = line[..<colon]
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else { throw .badField }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let end = value.lastIndex { $0 != " " && $0 != "\t" }
        return Field(String(name), end.map { String(value[...$0]) } ?? "")
    }

    private func contentLength(_ fields: [Field]) throws(HTTPError) -> Int {
        if fields.contains(where: { $0.name.lowercased() == "transfer-encoding" }) { throw .unsupportedCoding }
        let lengths = fields.filter { $0.name.lowercased() == "content-length" }.map(\.value)
        guard let text = lengths.first else { return 0 }
        guard lengths.count == 1, (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw .badLength }
        guard length <= maxBody else { throw .bodyTooLarge(limit: maxBody) }
        return length
    }

    private func checkVersion(_ text: String) throws(HTTPError) {
        guard text.hasPrefix("HTTP/") else { throw .badStart }
        guard text == "HTTP/1.1" || text == "HTTP/1.0" else { throw .unsupportedVersion }
    }
}

/// RFC 9110 §5.6.2.
private func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
