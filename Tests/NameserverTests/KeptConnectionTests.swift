import DNS
import Nameserver
import Net
import Peers
import Testing

/// TCP connections that are used for more than one query, by clients that others wrote.
@Suite("Connections that are kept")
struct KeptConnectionTests {
    private func run(_ program: String, _ fixture: Fixture, _ words: [String]) async throws -> String {
        let sandbox = try await Sandbox(fresh: false)
        let (status, output) = try await sandbox.run(program, words)
        #expect(status == 0, "\(output)")
        return output
    }

    @Test(
        "kdig and dig ask several questions on one connection",
        .enabled(if: Program.lack("dig", "kdig") == nil, "\(Program.lack("dig", "kdig") ?? "")"),
        arguments: ["dig", "kdig"])
    func open(_ program: String) async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let questions = ["www.example.org", "nowhere.example.org", "chain.example.org", "example.org"]
        let port = program == "kdig" ? "127.0.0.1@\(fixture.endpoint.port)" : "127.0.0.1"
        let more = program == "kdig" ? [] : ["-p", "\(fixture.endpoint.port)"]
        let words = questions.flatMap { ["@\(port)"] + more + [$0, "+tcp", "+keepopen"] }
        let output = try await run(program, fixture, words)
        #expect(output.contains("NXDOMAIN") && output.contains("192.0.2.80"), "\(output)")
        #expect(eventually { fixture.server.counters.tcp.answers == 4 && fixture.server.counters.accepted == 1 })
    }

    @Test(
        "dig is told how long the connection may be idle (RFC 7828), and over UDP it isn't",
        .enabled(if: Program.lack("dig") == nil, "\(Program.lack("dig") ?? "")"))
    func keepalive() async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let words = ["@127.0.0.1", "-p", "\(fixture.endpoint.port)", "www.example.org", "+keepalive"]
        let told = try await run("dig", fixture, words + ["+tcp"]).uppercased()
        #expect(told.contains("KEEPALIVE: 10.0 SECS"), "\(told)")
        #expect(try await !run("dig", fixture, words + ["+notcp"]).uppercased().contains("KEEPALIVE: 1"))
    }

    @Test(
        "dnspython sends a hundred queries at once, and finds an answer to each",
        .enabled(if: Program.lack("dnspython") == nil, "\(Program.lack("dnspython") ?? "")"))
    func pipelining() async throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let output = try await run("dnspython", fixture, ["-c", Self.pipeline, "\(fixture.endpoint.port)"])
        #expect(output.contains("100 answers"), "\(output)")
        #expect(eventually { fixture.server.counters.accepted == 1 })
    }

    private static let pipeline = """
        import socket, sys, time
        import dns.message, dns.query, dns.rcode
        s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
        s.setblocking(False)
        asked = {}
        for n in range(100):
            q = dns.message.make_query('www.example.org' if n % 2 else 'n%d.nowhere.example.org' % n, 'A', use_edns=0)
            q.id = n
            asked[n] = q
            dns.query.send_tcp(s, q, time.time() + 10)
        for n in range(100):
            r, _ = dns.query.receive_tcp(s, time.time() + 10)
            q = asked.pop(r.id)
            assert q.is_response(r) and r.rcode() == (dns.rcode.NOERROR if r.id % 2 else dns.rcode.NXDOMAIN), r
        print('%d answers' % (100 - len(asked)))
        """
}
