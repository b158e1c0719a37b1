import HTTP
import Testing

@Suite("Responses of other people's servers")
struct ResponseDecoderTests {
    private static let chunked = """
        HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: Chunked\r\n\r\n\
        5;note=1\r\nhello\r\n00a\r\n, anycast!\r\n0\r\nExpires: never\r\n\r\n
        """
    private static let counted = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: caf\u{e9}\r\n\r\nhello"
    private static let untilClose = "HTTP/1.0 503 Try later\r\nContent-Type: text/plain\r\n\r\nhello"

    private func decode(_ text: String, method: String = "GET", ends: Bool = false, step: Int = .max) throws
        -> Response?
    {
        var decoder = ResponseDecoder(to: method, maxHead: 512, maxBody: 100)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            try decoder.receive(Array(bytes.prefix(step)))
            bytes = bytes.dropFirst(step)
        }
        if ends { try decoder.end() }
        return decoder.isWhole ? decoder.response : nil
    }

    @Test("chunks, with what stands before and after them, make one body", arguments: [1, 2, 7, .max])
    func chunks(_ step: Int) throws {
        let response = try #require(try decode(Self.chunked, step: step))
        #expect(response.status == 200 && response.body == Array("hello, anycast!".utf8))
    }

    @Test("a body has the length that is given, and what follows is ignored")
    func length() throws {
        let response = try #require(try decode(Self.counted + "HTTP/1.1 500 no\r\n\r\n"))
        #expect(response.status == 200 && response.body == Array("hello".utf8))
    }

    @Test("without a length, the body ends with the connection")
    func close() throws {
        #expect(try decode(Self.untilClose) == nil)
        let response = try #require(try decode(Self.untilClose, ends: true))
        #expect(response.status == 503 && response.body == Array("hello".utf8))
    }

    @Test("what answers a HEAD, and 204 and 304, has no body, whatever it says")
    func withoutBody() throws {
        #expect(try decode("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", method: "HEAD")?.status == 200)
        #expect(try decode("HTTP/1.1 204 No Content\r\n\r\n")?.status == 204)
        #expect(try decode("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")?.status == 304)
        #expect(try decode("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")?.status == 200)
    }

    @Test(
        "every truncation waits for more, and is too short when the connection closes", arguments: [chunked, counted])
    func truncations(_ text: String) throws {
        let bytes = Array(text.utf8)
        for length in bytes.indices {
            var decoder = ResponseDecoder(to: "GET")
            try decoder.receive(Array(bytes[..<length]))
            #expect(!decoder.isWhole)
            #expect(throws: HTTPError.truncated) { try decoder.end() }
        }
    }

    @Test("a body that is too long is refused, and what came of it can be looked at")
    func tooLong() {
        var decoder = ResponseDecoder(to: "GET", maxBody: 10)
        #expect(throws: HTTPError.bodyTooLarge(limit: 10)) {
            try decoder.receive(Array("HTTP/1.1 200 OK\r\n\r\n0123456789abc".utf8))
        }
        #expect(decoder.response?.body == Array("0123456789".utf8))
    }

    @Test(
        "what no server should say is refused",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTPError.badLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", .badLength),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedCoding),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", .badChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "0", count: 300), .badChunk),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "A: b\r\n", count: 90),
                .badChunk
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + String(repeating: "x", count: 101),
                .bodyTooLarge(limit: 100)
            ),
            ("HTTP/2 200\r\n\r\n", .unsupportedVersion), ("SSH-2.0-OpenSSH\r\n\r\n", .badStart),
            ("HTTP/1.1 99 no\r\n\r\n", .badStart), ("HTTP/1.1 2000 no\r\n\r\n", .badStart),
            ("HTTP/1.1 200 OK\r\nA: b\u{0}\r\n\r\n", .badField),
            (String(repeating: "x", count: 600), .headTooLarge(limit: 512)),
        ])
    func refused(text: String, error: HTTPError) {
        #expect(throws: error) { _ = try decode(text) }
    }

    @Test("a GET without a body says no length, a POST does")
    func requests() {
        let get = String(decoding: Request("GET", "/").encoded, as: UTF8.self)
        let post = String(decoding: Request("POST", "/").encoded, as: UTF8.self)
        #expect(get == "GET / HTTP/1.1\r\n\r\n" && post.contains("Content-Length: 0\r\n"))
    }
}
