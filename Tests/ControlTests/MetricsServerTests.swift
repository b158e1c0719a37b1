import Control
import Glibc
import HTTP
import Loop
import Net
import Testing

/// A metrics server on loopback.
private actor Host {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private lazy var server = MetricsServer(loop: loop) { [weak self] in
        self?.assumeIsolated { $0.makePage() } ?? []
    } onTrouble: { [weak self] trouble in
        self?.assumeIsolated { $0.trouble = trouble }
    }
    private(set) var pages = 0
    private(set) var trouble: String?

    init() throws { loop = try Loop(name: "metrics") }

    private func makePage() -> [UInt8] {
        pages += 1
        return Array("page \(pages)\n".utf8) + [UInt8](repeating: UInt8(ascii: "#"), count: 100_000)
    }

    func listen(at endpoints: [Endpoint]) { server.listen(at: endpoints) }
    var counters: MetricsServer.Counters { server.counters }
}

/// Says something on a connection of its own.
private func say(_ text: String, to endpoint: Endpoint) throws -> Socket {
    let socket = try Socket.connect(to: endpoint)
    var entry = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&entry, 1, 60_000)
    _ = try socket.send(Array(text.utf8))
    return socket
}

/// The same, and hears all of the answer.
private func ask(_ text: String, at endpoint: Endpoint) throws -> String {
    let socket = try say(text, to: endpoint)
    var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
    var answer: [UInt8] = []
    while true {
        guard poll(&entry, 1, 60_000) > 0, let bytes = try socket.receive(65_536) else { throw SystemError("poll") }
        if bytes.isEmpty { return String(decoding: answer, as: UTF8.self) }
        answer += bytes
    }
}

/// A port that nobody has.
private func freePort() throws -> Endpoint {
    let socket = try Socket.listen(at: Endpoint(Address(v4: 0x7f00_0001), port: 0))
    return try #require(socket.local)
}

@Suite("The metrics port")
struct MetricsServerTests {
    private let close = "\r\nHost: x\r\nConnection: close\r\n\r\n"

    @Test("serves its page, knows other requests from it, and closes when it is asked to")
    func answers() async throws {
        let (host, endpoint) = (try Host(), try freePort())
        await host.listen(at: [endpoint])
        let page = try ask("GET /metrics HTTP/1.1\(close)", at: endpoint)
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n") && page.contains("\r\n\r\npage 1\n#"))
        #expect(page.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(try ask("GET /metrics HTTP/1.0\r\n\r\n", at: endpoint).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try ask("GET /metrics?x=y HTTP/1.1\(close)", at: endpoint).hasPrefix("HTTP/1.1 200 OK\r\n"))
        let head = try ask("HEAD /metrics HTTP/1.1\(close)", at: endpoint)
        #expect(head.contains("Content-Length: 100007\r\n") && head.hasSuffix("\r\n\r\n"))
        #expect(try ask("GET / HTTP/1.1\(close)", at: endpoint).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        let post = try ask("POST /metrics HTTP/1.1\(close)", at: endpoint)
        #expect(post.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n") && post.contains("Allow: GET, HEAD\r\n"))
        #expect(try ask("\u{1}\u{2}\r\n\r\n", at: endpoint).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        let long = String(repeating: "x", count: 9000)
        #expect(try ask("GET /metrics HTTP/1.1\r\nX: \(long)\(close)", at: endpoint).hasPrefix("HTTP/1.1 431 "))
        let body = "GET /metrics HTTP/1.1\r\nContent-Length: 9\r\n\r\n123456789"
        #expect(try ask(body, at: endpoint).hasPrefix("HTTP/1.1 413 "))
        #expect(await host.counters.malformed == 3)
    }

    @Test("a page is made once for all who ask within a second")
    func fresh() async throws {
        let (host, endpoint) = (try Host(), try freePort())
        await host.listen(at: [endpoint])
        let many = String(repeating: "HEAD /metrics HTTP/1.1\r\n\r\n", count: 200)
        _ = try ask(many + "HEAD /metrics HTTP/1.1\(close)", at: endpoint)
        #expect(await host.counters.scrapes == 201)
        let pages = await host.pages
        #expect((1..<100).contains(pages), "not one for each, even where a second passes again and again")
        // Those who ask at the same moment are counted one by one.
        let sockets = try (0..<10).map { _ in try say("HEAD /metrics HTTP/1.1\(close)", to: endpoint) }
        for _ in 0..<3000 where await host.counters.scrapes < 211 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await host.counters.scrapes == 211)
        for socket in sockets { _ = try? socket.receive(1) }  // until here they are open
    }

    @Test("a reader that never reads is cut off with no more than one page waiting for it")
    func slowReader() async throws {
        let (host, endpoint) = (try Host(), try freePort())
        await host.listen(at: [endpoint])
        let socket = try Socket.connect(to: endpoint)
        try await Task.sleep(for: .milliseconds(50))
        let request = Array("GET /metrics HTTP/1.1\r\n\r\n".utf8)
        for _ in 0..<1000 { _ = try? socket.send(request) }
        var scrapes: [UInt64] = []
        // What the kernel takes for it, and then nothing.
        while scrapes.count < 4 || Set(scrapes.suffix(4)).count > 1 {
            scrapes.append(await host.counters.scrapes)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(scrapes.last ?? 0 < 200)
    }

    @Test("a port that is taken is trouble until it is free; an address of another host is none beside one of ours")
    func taken() async throws {
        let host = try Host()
        let loopback = Endpoint(Address(v4: 0x7f00_0001), port: 0)
        var holder: Socket? = try Socket.listen(at: loopback)
        let endpoint = try #require(holder?.local)
        await host.listen(at: [endpoint])
        #expect(await host.trouble?.contains("\(endpoint)") == true)
        holder = nil
        await host.listen(at: [endpoint])
        #expect(await host.trouble == nil)
        let elsewhere = Endpoint(Address(v4: 0xc000_0201), port: endpoint.port)
        await host.listen(at: [endpoint, elsewhere])
        #expect(await host.trouble == nil)
        await host.listen(at: [elsewhere])
        #expect(await host.trouble?.contains("192.0.2.1") == true)
        #expect(throws: (any Error).self) { try ask("GET /metrics HTTP/1.1\(close)", at: endpoint) }
        await host.listen(at: [])
        #expect(await host.trouble == nil)
    }
}
