import Glibc
import Health
import Loop
import Net
import Testing

@Suite("Checks over TCP")
struct TCPTests {
    private let probing: Probing

    init() throws { probing = try Probing() }

    private func ask(
        _ server: ScriptedServer, send: String = "", expect: String = "", timeout: Duration = .seconds(5)
    ) async -> String {
        let check = TCPCheck(port: server.endpoint.port, send: Array(send.utf8), expect: Array(expect.utf8))
        return await probing.result(.tcp(check), timeout: timeout).text
    }

    @Test("a connection is enough where nothing more is wanted")
    func connects() async throws {
        #expect(await ask(try ScriptedServer(probing.loop)) == "answered")
    }

    @Test("words that are wanted may come at once, or as an answer, in pieces or behind others")
    func hears() async throws {
        let server = try ScriptedServer(
            probing.loop, greeting: Array("220 ready\r\n".utf8), reply: Array("+PONG\r\n".utf8))
        #expect(await ask(server, expect: "220 ") == "answered")
        #expect(await ask(server, send: "PING\r\n", expect: "+PONG\r\n") == "answered")
    }

    @Test("other words are wrong once there are enough of them, silence before")
    func misses() async throws {
        let server = try ScriptedServer(probing.loop, greeting: Array("-ERR\u{7}\r\n".utf8), closes: true)
        #expect(
            await ask(server, expect: "+OK", timeout: .milliseconds(100))
                == "silence: \"+OK\" did not come within 100 ms, only \"-ERR\"")
        #expect(
            await ask(server, send: "QUIT", expect: "+OK")
                == "wrong: connection closed before \"+OK\" came, only \"-ERR\"")
        let flood = try ScriptedServer(probing.loop, greeting: [UInt8](repeating: 0x78, count: 100_000))
        #expect(await ask(flood, expect: "+OK").hasPrefix("wrong: \"+OK\" is not in the first 4096 bytes, only \"xxxx"))
    }

    @Test("a full queue of connections that nobody accepts is silence")
    func silence() async throws {
        let socket = try Socket.listen(at: Endpoint(.loopback, port: 0), backlog: 0)
        let server = try required(socket.local)
        let waiting = try (0..<4).map { _ in try Socket.connect(to: server) }
        let result = await probing.result(.tcp(TCPCheck(port: server.port)), timeout: .milliseconds(100))
        #expect(result.text == "silence: no connection within 100 ms")
        withExtendedLifetime((socket, waiting)) {}
    }

    @Test("a closed port refuses")
    func refused() async throws {
        let port = try required(Socket.listen(at: Endpoint(.loopback, port: 0)).local).port
        #expect(await probing.result(.tcp(TCPCheck(port: port))).text == "refusal: connection refused")
    }

    @Test("a connection that is reset has not been refused")
    func reset() async throws {
        let server = try ScriptedServer(resettingOn: probing.loop)
        #expect(await ask(server, send: "PING", expect: "PONG") == "unreachable: connection reset")
    }
}
