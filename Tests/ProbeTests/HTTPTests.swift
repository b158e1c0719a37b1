import Glibc
import Health
import Loop
import Net
import Peers
import Probe
import Testing

@Suite("Checks over HTTP")
struct HTTPTests {
    private static let lack = Program.lack("nginx", "openssl")
    private let probing: Probing

    init() throws { probing = try Probing() }

    /// Nobody else's: a different one for each process and test.
    private func freePort() throws -> UInt16 {
        try required(Socket.listen(at: Endpoint(.loopback, port: 0)).local).port
    }

    @Test("nginx passes or fails each request as it should", .enabled(if: lack == nil, "\(lack ?? "")"))
    func plain() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let port = try freePort()
        let nginx = try await Nginx(
            in: sandbox,
            servers: """
                server { listen 127.0.0.1:\(port) default_server; return 404 "who?\\n"; }
                server { listen 127.0.0.1:\(port); server_name www.example.org;
                  location = /health { return 200 "all is ready\\n"; }
                  location = /down { return 503 "maintenance\\n"; }
                  location = /moved { return 301 http://www.example.org/health; }
                  location = /empty { return 204; }
                  location /list/ { alias \(sandbox.folder)/; autoindex on; } }
                """)
        func check(_ path: String, _ change: (inout HTTPCheck) -> Void = { _ in }) async -> String {
            var check = HTTPCheck(path: path, host: "www.example.org", port: port)
            change(&check)
            return await probing.result(.http(check)).text
        }
        #expect(await check("/health") == "answered")
        #expect(await check("/health") { $0.body = "is ready" } == "answered")
        #expect(await check("/health") { $0.method = .head } == "answered")
        #expect(await check("/empty") == "answered")
        #expect(await check("/list/") { $0.body = "<h1>Index of /list/</h1>" } == "answered")
        #expect(await check("/down") { $0.status = [200...200, 500...503] } == "answered")
        #expect(await check("/down") == "wrong: status 503 instead of 200-299")
        let down = HTTPCheck(path: "/down", host: "www.example.org", port: port)
        #expect(await probing.received(.http(down)).status == 503)
        #expect(
            await check("/moved") { $0.status = [200...200, 204...204] } == "wrong: status 301 instead of 200, 204")
        #expect(await check("/health") { $0.host = nil } == "wrong: status 404 instead of 200-299")
        #expect(
            await check("/health") { $0.body = "unready" }
                == "wrong: \"unready\" is not in the body, which begins with \"all is ready\"")
        await nginx.stop()
        #expect(await check("/health") == "refusal: connection refused")
    }

    @Test("a certificate is verified unless the file says otherwise", .enabled(if: lack == nil, "\(lack ?? "")"))
    func verified() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let authority = try await Authority(in: sandbox)
        let ports = try (0..<3).map { _ in try freePort() }
        let good = try await authority.issue(["DNS:www.example.org", "IP:127.0.0.1"])
        let old = try await authority.issue(["DNS:www.example.org"], days: -1)
        let named = try await authority.issue(["DNS:other.example.org"])
        let nginx = try await Nginx(
            in: sandbox,
            servers: zip(ports, [good, old, named]).map { port, files in
                """
                server { listen 127.0.0.1:\(port) ssl; ssl_certificate \(files.certificate);
                  ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate_key \(files.key); return 200 "$ssl_server_name $ssl_protocol $host\\n"; }
                """
            }.joined(separator: "\n"))
        func check(_ port: UInt16, host: String? = "www.example.org", body: String? = nil, _ tls: TLSCheck?) async
            -> String
        {
            await probing.result(.http(HTTPCheck(host: host, port: port, body: body, tls: tls))).text
        }
        let ours = TLSCheck(authorities: authority.path)
        let distrust = "wrong: the certificate is not to be trusted: "
        #expect(await check(ports[0], body: "www.example.org TLSv1.3 www.example.org", ours) == "answered")
        #expect(await check(ports[0], host: nil, body: " TLSv1.3 127.0.0.1", ours) == "answered")
        #expect(await check(ports[0], TLSCheck()) == distrust + "unable to get local issuer certificate")
        #expect(await check(ports[1], ours) == distrust + "certificate has expired")
        #expect(await check(ports[2], ours) == distrust + "hostname mismatch")
        #expect(await check(ports[2], host: nil, ours) == distrust + "IP address mismatch")
        for port in ports { #expect(await check(port, TLSCheck(verify: false)) == "answered") }
        #expect(
            await check(ports[0], TLSCheck(authorities: "/nowhere.pem")).hasPrefix(
                "unknown: the authorities can't be read: /nowhere.pem: "))
        #expect(
            await check(ports[0], TLSCheck(authorities: good.key)).hasPrefix("unknown: the authorities can't be read: ")
        )
        #expect(await check(ports[0], nil) == "wrong: status 400 instead of 200-299")
        await nginx.stop()
    }

    @Test(
        "openssl's own server, whose pages end with the connection, passes; one that speaks only TLS 1.1 doesn't",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func versions() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let authority = try await Authority(in: sandbox)
        let (certificate, key) = try await authority.issue(["IP:127.0.0.1"])
        for (version, result) in [
            ("-tls1_2", "answered"), ("-tls1_1", "wrong: TLS failed: tlsv1 alert protocol version"),
        ] {
            let port = try freePort()
            let server = try sandbox.start(
                "openssl",
                ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key, "-www", version]
                    + ["-cipher", "ALL:@SECLEVEL=0"])
            try await eventually("openssl listens") { server.output.contains("ACCEPT") }
            let check = HTTPCheck(port: port, body: "Ciphers supported", tls: TLSCheck(authorities: authority.path))
            #expect(await probing.result(.http(check)).text == result)
            await server.stop()
        }
    }

    private func ask(
        _ server: ScriptedServer, tls: Bool = false, body: String? = nil, timeout: Duration = .milliseconds(200)
    ) async
        -> String
    {
        let check = HTTPCheck(port: server.endpoint.port, body: body, tls: tls ? TLSCheck(verify: false) : nil)
        return await probing.result(.http(check), timeout: timeout).text
    }

    @Test("a server that accepts and says nothing is silent, with TLS and without")
    func silence() async throws {
        let server = try ScriptedServer(probing.loop)
        #expect(await ask(server) == "silence: no response within 200 ms")
        #expect(await ask(server, tls: true) == "silence: no connection within 200 ms")
    }

    @Test("a response that stops in the middle is silence, and one that is cut off is wrong")
    func unfinished() async throws {
        let half = Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".utf8)
        #expect(
            await ask(try ScriptedServer(probing.loop, reply: half))
                == "silence: the response did not end within 200 ms")
        let cut = try ScriptedServer(probing.loop, reply: half, closes: true)
        #expect(await ask(cut, timeout: .seconds(5)) == "wrong: the response ends too early")
        let mute = try ScriptedServer(probing.loop, closes: true)
        #expect(await ask(mute, timeout: .seconds(5)) == "wrong: connection closed without a response")
    }

    @Test("garbage is wrong, not unknown: what speaks no HTTP, and what speaks no TLS")
    func garbage() async throws {
        let server = try ScriptedServer(probing.loop, reply: Array("220 mail.example.org ESMTP\r\n\r\n".utf8))
        #expect(await ask(server, timeout: .seconds(5)) == "wrong: the response does not begin as HTTP does")
        #expect(await ask(server, tls: true, timeout: .seconds(5)).hasPrefix("wrong: TLS failed: "))
        let hangsUp = try ScriptedServer(probing.loop, closes: true)
        #expect(
            await ask(hangsUp, tls: true, timeout: .seconds(5)) == "wrong: connection closed during the TLS handshake")
    }

    @Test("of a body without end, the first mebibyte decides")
    func endless() async throws {
        let head = "HTTP/1.1 200 OK\r\n\r\nneedle"
        let reply = Array(head.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: HTTPCheck.mostRead + 100_000)
        let server = try ScriptedServer(probing.loop, reply: reply)
        #expect(await ask(server, body: "needle", timeout: .seconds(10)) == "answered")
        #expect(
            await ask(server, body: "haystack", timeout: .seconds(10)).hasPrefix(
                "wrong: \"haystack\" is not in the body"))
    }
}
