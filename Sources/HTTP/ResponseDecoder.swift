/// One response of any server (RFC 9112 §6.3): its body ends after a length, with the last chunk, or when the peer closes.
///
///     head ─▶ counted ────────────▶ whole
///       │ ──▶ chunk size ⇄ chunk ─▶ trailers ─▶ whole
///       └ ──▶ until close ────────▶ whole (`end()`)
///
/// Holds at most `maxHead + maxBody` bytes, and whatever one call to `receive` brought beyond them. What has come so far
/// can be looked at: a body that is too long for us may still have told enough.
public struct ResponseDecoder: Sendable {
    private enum State: Sendable {
        case head
        case counted(left: Int)
        case chunkSize
        case chunk(left: Int)
        /// The line end after a chunk.
        case chunkEnd
        case trailers(size: Int)
        case untilClose
        case whole
    }

    /// The response so far; nil before its head is there.
    public private(set) var response: Response?
    private var state = State.head
    /// A slice, whose beginning can be taken away without moving the rest.
    private var buffer: ArraySlice<UInt8> = []
    private let hasNoBody: Bool
    private let maxHead: Int
    private let maxBody: Int

    /// `method`: that of the request, since what answers a HEAD has no body.
    public init(to method: String, maxHead: Int = 16384, maxBody: Int = 1 << 20) {
        (hasNoBody, self.maxHead, self.maxBody) = (method == "HEAD", maxHead, maxBody)
    }

    public var isWhole: Bool { if case .whole = state { true } else { false } }

    /// Takes what has arrived. What follows a whole response is ignored: there was one request.
    public mutating func receive(_ bytes: [UInt8]) throws(HTTPError) {
        guard !isWhole else { return }
        buffer += bytes
        while try advance() {}
    }

    /// The peer has closed.
    public mutating func end() throws(HTTPError) {
        if case .untilClose = state { state = .whole }
        guard isWhole else { throw .truncated }
    }

    /// Whether there may be more to do.
    private mutating func advance() throws(HTTPError) -> Bool {
        switch state {
        case .head: return try takeHead()
        case .counted(let left):
            let rest = left - (try takeBody(left))
            state = rest == 0 ? .whole : .counted(left: rest)
            return false
        case .chunkSize: return try takeChunkSize()
        case .chunk(let left):
            let rest = left - (try takeBody(left))
            state = rest == 0 ? .chunkEnd : .chunk(left: rest)
            return rest == 0
        case .chunkEnd: return try takeChunkEnd()
        case .trailers(let size): return try takeTrailer(size)
        case .untilClose:
            _ = try takeBody(.max)
            return false
        case .whole: return false
        }
    }

    private mutating func takeHead() throws(HTTPError) -> Bool {
        guard let end = try Head.end(in: buffer, max: maxHead) else { return false }
        let head = try Head(buffer[..<end], lenient: true)
        let status = try head.status()
        buffer = buffer[(end + 4)...]
        if status < 200 { return true }  // interim, RFC 9110 §15.2
        response = Response(status, fields: head.fields)
        state = try framing(head, status)
        return true
    }

    /// RFC 9112 §6.3. A length beside a coding is an error here, not something to choose from.
    private func framing(_ head: Head, _ status: Int) throws(HTTPError) -> State {
        let (length, codings) = (try head.contentLength(), head.codings)
        if hasNoBody || status == 204 || status == 304 { return .whole }
        if !codings.isEmpty {
            guard length == nil else { throw .badLength }
            guard codings == ["chunked"] else { throw .unsupportedCoding }
            return .chunkSize
        }
        return length.map { $0 == 0 ? .whole : .counted(left: $0) } ?? .untilClose
    }

    /// Moves what there is, `most` at most, into the body.
    private mutating func takeBody(_ most: Int) throws(HTTPError) -> Int {
        let count = min(buffer.count, most)
        let room = maxBody - (response?.body.count ?? 0)
        response?.body += buffer.prefix(min(count, room))
        guard count <= room else { throw .bodyTooLarge(limit: maxBody) }
        buffer.removeFirst(count)
        return count
    }

    /// RFC 9112 §7.1: digits, then extensions that mean nothing to us.
    private mutating func takeChunkSize() throws(HTTPError) -> Bool {
        guard let line = try takeLine(256) else { return false }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }
        guard (1...8).contains(digits.count), let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
            size >= 0,
            digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
        else { throw .badChunk }
        state = size == 0 ? .trailers(size: 0) : .chunk(left: size)
        return true
    }

    private mutating func takeChunkEnd() throws(HTTPError) -> Bool {
        guard buffer.count >= 2 else { return false }
        guard buffer.starts(with: [13, 10]) else { throw .badChunk }
        buffer.removeFirst(2)
        state = .chunkSize
        return true
    }

    /// They are read over.
    private mutating func takeTrailer(_ size: Int) throws(HTTPError) -> Bool {
        guard let line = try takeLine(maxHead - size) else { return false }
        state = line.isEmpty ? .whole : .trailers(size: size + line.count + 2)
        return !line.isEmpty
    }

    /// The next line without its end; nil until it is there.
    private mutating func takeLine(_ most: Int) throws(HTTPError) -> [UInt8]? {
        guard let end = buffer.prefix(max(most, 0)).firstIndex(of: 10) else {
            guard buffer.count < most else { throw .badChunk }
            return nil
        }
        guard end > buffer.startIndex, buffer[end - 1] == 13 else { throw .badChunk }
        let line = Array(buffer[..<(end - 1)])
        buffer = buffer[(end + 1)...]
        return line
    }
}
