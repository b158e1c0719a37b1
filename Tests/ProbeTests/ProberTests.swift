import DNS
import Glibc
import Health
import Loop
import Net
@testable import Probe
import Synchronization
import Testing

@Suite("Checks of a DNS service")
struct ProberTests {
    private let loop: Loop
    private let www: Name

    init() throws {
        loop = try Loop(name: "probe-test")
        www = try required(Name("www.example.org"))
    }

    private func answer(_ query: Message, _ rcode: ResponseCode = .noError, _ addresses: String...) -> [UInt8] {
        var answer = query
        answer.flags.insert(.response)
        answer.rcode = rcode
        answer.answers = addresses.compactMap { Address($0) }.map { Record(www, .a, ttl: 60, data: $0.bytes) }
        return (try? answer.encode()) ?? []
    }

    private func check(
        timeout: Duration = .seconds(5), every: Duration = .seconds(10), transport: DNSCheck.Transport = .udp,
        rcode: ResponseCode = .noError, expecting data: [String] = []
    ) -> Check {
        let dns = DNSCheck(
            name: www, type: .a, transport: transport, rcode: rcode, data: data.compactMap { Address($0)?.bytes })
        return Check(
            name: "dns www", kind: .dns(dns), every: every, timeout: timeout,
            policy: Monitor.Policy(rise: 1, fall: 1, lease: .seconds(3)))
    }

    /// The first results of a check.
    private func results(_ count: Int, _ check: Check, at server: Endpoint) async -> [ProbeResult] {
        let prober = Prober(loop: loop)
        let (stream, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await prober.watch(check, at: server.address, port: server.port) { continuation.yield($0) }
        var results: [ProbeResult] = []
        for await result in stream {
            results.append(result)
            if results.count == count { break }
        }
        await prober.stop(id)
        return results
    }

    @Test("an answer of the wanted type passes")
    func passes() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0, .noError, "192.0.2.1"))] }
        let result = await results(1, check(), at: server.endpoint)[0]
        guard case .answered(let after) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(after > .zero)
    }

    @Test("a server that says nothing is silent")
    func silence() async throws {
        let server = try FakeServer(loop) { _ in [] }
        let result = await results(1, check(timeout: .milliseconds(200)), at: server.endpoint)
        #expect(result == [.failed(reason: "no answer within 200 ms", kind: .silence)])
    }

    @Test("a port that nobody listens on refuses at once, over UDP and TCP", arguments: DNSCheck.Transport.allCases)
    func refused(_ transport: DNSCheck.Transport) async throws {
        let socket = try Socket.udp(.ipv4, bind: Endpoint(Address(v4: 0x7f00_0001), port: 0))
        let free = try required(socket.local)
        let closed = Endpoint(try required(Address("127.0.0.77")), port: free.port)
        let result = await results(1, check(timeout: .seconds(60), transport: transport), at: closed)
        #expect(result == [.failed(reason: "connection refused", kind: .refusal)])
    }

    @Test("a response code that isn't the wanted one is a wrong answer")
    func wrongCode() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0, .serverFailure))] }
        let result = await results(1, check(), at: server.endpoint)
        #expect(result == [.failed(reason: "SERVFAIL instead of NOERROR", kind: .wrong)])
    }

    @Test("another address than the wanted one is a wrong answer")
    func wrongData() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0, .noError, "192.0.2.7"))] }
        let result = await results(1, check(expecting: ["192.0.2.1"]), at: server.endpoint)
        #expect(result == [.failed(reason: "answered 192.0.2.7, expected 192.0.2.1", kind: .wrong)])
    }

    @Test("NOERROR without a record is a wrong answer")
    func noData() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0))] }
        let result = await results(1, check(), at: server.endpoint)
        #expect(result == [.failed(reason: "no A record in the answer", kind: .wrong)])
    }

    @Test("a wanted NXDOMAIN passes")
    func denial() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0, .nameError))] }
        let result = await results(1, check(rcode: .nameError), at: server.endpoint)[0]
        guard case .answered = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test("an answer with another ID is passed over, and the right one after it is taken")
    func strangers() async throws {
        let server = try FakeServer(loop) { [self] query in
            var forged = query
            forged.id ^= 1
            return [
                (.zero, answer(forged, .noError, "192.0.2.66")),
                (.milliseconds(20), answer(query, .noError, "192.0.2.1")),
            ]
        }
        let result = await results(1, check(expecting: ["192.0.2.1"]), at: server.endpoint)[0]
        guard case .answered = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test("garbage is named when nothing better comes")
    func garbage() async throws {
        let server = try FakeServer(loop) { _ in [(.zero, [1, 2, 3])] }
        let result = await results(1, check(timeout: .milliseconds(200)), at: server.endpoint)
        let reason = "no answer within 200 ms, only a malformed message (2 bytes wanted, 1 left)"
        #expect(result == [.failed(reason: reason, kind: .silence)])
    }

    @Test("an answer that comes too late is silence, and doesn't count for the next probe")
    func late() async throws {
        let server = try FakeServer(loop) { [self] in [(.milliseconds(150), answer($0, .noError, "192.0.2.1"))] }
        let check = check(timeout: .milliseconds(50), every: .milliseconds(100))
        let results = await results(5, check, at: server.endpoint)
        // A busy machine may make the checker itself late, which is another matter.
        let judged = results.filter { if case .impossible = $0 { false } else { true } }
        #expect(!judged.isEmpty)
        #expect(judged.allSatisfy { $0 == .failed(reason: "no answer within 50 ms", kind: .silence) }, "\(judged)")
    }

    @Test("every probe comes from another port and bears another ID")
    func fresh() async throws {
        let ids = Mutex<Set<UInt16>>([])
        let server = try FakeServer(loop) { [self] query in
            _ = ids.withLock { $0.insert(query.id) }
            return [(.zero, answer(query, .noError, "192.0.2.1"))]
        }
        _ = await results(8, check(every: .milliseconds(5)), at: server.endpoint)
        #expect(ids.withLock { $0.count } > 4)
    }

    @Test(
        "without descriptors, memory or ports nothing is known about the service",
        arguments: [EMFILE, ENFILE, ENOMEM, EAGAIN])
    func nothingLeft(_ code: Int32) {
        guard case .impossible = DNSClient.Outcome(SystemError("socket", code: code)) else {
            Issue.record("\(code)")
            return
        }
    }

    @Test("without a route to the service's own address nobody can reach it: that is a failure")
    func noRoute() {
        guard case .broken = DNSClient.Outcome(SystemError("connect", code: ENETUNREACH)) else {
            Issue.record("unknown instead of failing")
            return
        }
    }

    @Test("rule 2: a checker that was away for longer than the timeout says so before it asks again")
    func away() async throws {
        let server = try FakeServer(loop) { [self] in [(.zero, answer($0, .noError, "192.0.2.1"))] }
        let isFirst = Atomic(true)
        let prober = Prober(loop: loop)
        let (stream, continuation) = AsyncStream<ProbeResult>.makeStream()
        let check = check(timeout: .milliseconds(100), every: .milliseconds(100))
        _ = await prober.watch(check, at: server.endpoint.address, port: server.endpoint.port) { [loop] result in
            continuation.yield(result)
            if isFirst.exchange(false, ordering: .relaxed) { loop.submit { usleep(400_000) } }
        }
        var results = stream.makeAsyncIterator()
        _ = await results.next()
        guard case .impossible(let reason) = await results.next() else {
            Issue.record("no word of it")
            return
        }
        #expect(reason.hasPrefix("the checker itself was ") && reason.hasSuffix(" late"))
    }

    @Test("a probe that the kernel doesn't let out says nothing about the service")
    func impossible() async throws {
        let unusable = try required(Address("127.255.255.255"))  // a broadcast: EACCES without SO_BROADCAST
        let result = await results(1, check(), at: Endpoint(unusable, port: 53))[0]
        guard case .impossible = result else {
            Issue.record("\(result)")
            return
        }
    }
}
