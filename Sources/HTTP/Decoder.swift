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

    /// How many bytes are held.
    public var count: Int { buffer.count }

    /// The next whole request; nil until all of it is there. After an error the connection is of no more use.
    public mutating func request() throws(HTTPError) -> Request? {
        guard let (head, body) = try message() else { return nil }
        let start = head.start
        guard start.count == 3 else { throw .badStart }
        try Head.checkVersion(start[2])
        guard !start[0].isEmpty, start[0].utf8.allSatisfy(isToken), !start[1].isEmpty else { throw .badStart }
        var request = Request(start[0], start[1], fields: head.fields, body: body)
        request.isLast = start[2] == "HTTP/1.0" || head.options.contains("close")
        return request
    }

    /// The next whole response of a peer that gives the length of each, as our own server does. `ResponseDecoder` takes
    /// those of others.
    public mutating func response() throws(HTTPError) -> Response? {
        guard let (head, body) = try message() else { return nil }
        return Response(try head.status(), fields: head.fields, body: body)
    }

    private mutating func message() throws(HTTPError) -> (Head, [UInt8])? {
        guard let headEnd = try Head.end(in: buffer[...], max: maxHead) else { return nil }
        let head = try Head(buffer[..<headEnd])
        if !head.codings.isEmpty { throw .unsupportedCoding }
        let length = try head.contentLength() ?? 0
        guard length <= maxBody else { throw .bodyTooLarge(limit: maxBody) }
        let total = headEnd + 4 + length
        guard buffer.count >= total else { return nil }
        let body = Array(buffer[(headEnd + 4)..<total])
        buffer.removeFirst(total)
        return (head, body)
    }
}
