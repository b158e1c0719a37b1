import HTTP
import Testing

@Suite("HTTP messages")
struct DecoderTests {
    private func decode(_ text: String) throws -> Request? {
        var decoder = Decoder(maxHead: 512, maxBody: 100)
        decoder.receive(Array(text.utf8))
        return try decoder.request()
    }

    @Test("a request is read as it was written")
    func roundTrip() throws {
        let request = Request("POST", "/drain?x=1", fields: [Field("Host", "landfall")], body: Array("{}".utf8))
        var decoder = Decoder()
        decoder.receive(request.encoded)
        let read = try #require(try decoder.request())
        #expect(read.method == "POST" && read.target == "/drain?x=1" && read.body == request.body)
        #expect(read.fields.first(named: "HOST") == "landfall" && decoder.isEmpty)
    }

    @Test("a response is read as it was written")
    func response() throws {
        var decoder = Decoder()
        decoder.receive(Response(404, body: Array("no".utf8)).encoded)
        let read = try #require(try decoder.response())
        #expect(read.status == 404 && read.body == Array("no".utf8))
    }

    @Test("pipelined requests come out one by one, a byte at a time")
    func pipelined() throws {
        var decoder = Decoder()
        var seen: [String] = []
        for byte in Request("GET", "/a").encoded + Request("GET", "/b", body: [1, 2]).encoded {
            decoder.receive([byte])
            if let request = try decoder.request() { seen.append(request.target) }
        }
        #expect(seen == ["/a", "/b"])
    }

    @Test(
        "whether a client sends more on the connection is known from its version and from what it says",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", false), ("GET / HTTP/1.0\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: keep-alive, close\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: closed\r\n\r\n", false),
        ])
    func last(_ text: String, _ isLast: Bool) throws {
        var decoder = Decoder()
        decoder.receive(Array(text.utf8))
        #expect(try #require(try decoder.request()).isLast == isLast)
    }

    @Test("the answer to HEAD says how long the body is, and has none; the last one says so")
    func head() {
        let response = Response(200, body: [1, 2, 3])
        let text = String(decoding: response.encoded(to: "HEAD", isLast: true), as: UTF8.self)
        #expect(text == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n")
        #expect(response.encoded(to: "GET") == response.encoded)
    }

    @Test("every truncation waits for more, and never traps")
    func truncated() throws {
        let whole = Request("GET", "/status", fields: [Field("A", "b")], body: [1, 2, 3]).encoded
        for length in whole.indices {
            var decoder = Decoder()
            decoder.receive(Array(whole[..<length]))
            #expect(try decoder.request() == nil)
        }
    }

    @Test(
        "what could be read in two ways is refused",
        arguments: [
            ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", HTTPError.badLength),
            ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", .badLength),
            ("GET / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", .bodyTooLarge(limit: 100)),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", .unsupportedCoding),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .badField), ("GET / HTTP/1.1\r\n folded\r\n\r\n", .badField),
            ("GET / HTTP/1.1\r\nA: b\u{0}\r\n\r\n", .badField), ("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", .badField),
            ("GET / HTTP/2.0\r\n\r\n", .unsupportedVersion), ("GET /\r\n\r\n", .badStart),
            (" / HTTP/1.1\r\n\r\n", .badStart), ("G(T / HTTP/1.1\r\n\r\n", .badStart), ("\r\n\r\n", .badStart),
            ("GET  HTTP/1.1\r\n\r\n", .badStart), (String(repeating: "x", count: 600), .headTooLarge(limit: 512)),
        ])
    func refused(text: String, error: HTTPError) {
        #expect(throws: error) { _ = try decode(text) }
    }
}
