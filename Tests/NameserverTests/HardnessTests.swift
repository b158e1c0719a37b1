import DNS
import Glibc
import Nameserver
import Net
import Peers
import Synchronization
import Testing

/// Clients that want more than their share.
@Suite("A nameserver among greedy clients", .serialized)
struct HardnessTests {
    @Test("ten thousand idle TCP connections take little memory, and the next client is served at once")
    func idle() async throws {
        try raiseOpenFiles(to: 16_000)
        var limits = Nameserver.Limits()
        (limits.connections, limits.idle) = (12_000, .seconds(60))
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        let before = try memory(of: getpid())
        let sandbox = try await Sandbox(fresh: false)
        let crowd = try sandbox.start("python3", ["-c", Self.crowd, "\(fixture.endpoint.port)"])
        try await Peers.eventually("all of them are there") {
            guard crowd.isRunning else { throw PeerError("the crowd is gone: \(crowd.output)") }
            return fixture.server.counters.connections == 10_000
        }
        let next = try PlainClient(fixture.endpoint, tcp: true)
        next.send(framed(try query("www.example.org")))
        #expect(next.receiveFramed() != nil)
        let client = try PlainClient(fixture.endpoint)
        client.send(try query("www.example.org"))
        #expect(client.receive() != nil)
        let each = (try memory(of: getpid()) - before) * 1024 / 10_000
        #expect(each < 6000, "\(each) bytes a connection, with those of whatever other test runs now")
        await crowd.stop()
        #expect(eventually { fixture.server.counters.connections <= 1 })
    }

    /// From a hundred addresses; each connection asks once, reads the answer, and stays.
    private static let crowd = """
        import resource, socket, sys, time
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],)*2)
        q = bytes.fromhex('001d123400000001000000000000') + b'\\3www\\7example\\3org\\0\\0\\1\\0\\1'
        q = len(q[2:]).to_bytes(2, 'big') + q[2:]
        all = []
        for host in range(100):
            for n in range(100):
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(('127.9.0.%d' % (host + 1), 0))
                s.connect(('127.0.0.1', int(sys.argv[1])))
                s.sendall(q)
                all.append(s)
            for s in all[-100:]: assert len(s.recv(2000)) > 40
        time.sleep(60)
        """

    @Test("who trickles queries into all places there are keeps nobody out, and is out after the idle time")
    func slowLoris() throws {
        var limits = Nameserver.Limits()
        (limits.connections, limits.connectionsPerClient, limits.idle) = (50, 50, .milliseconds(1500))
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        let slow = try (0..<50).map { _ in try PlainClient(fixture.endpoint, tcp: true) }
        let bytes = framed(try query("www.example.org"))
        for place in 0..<10 {
            for client in slow { client.send([bytes[place]]) }
            let honest = try PlainClient(fixture.endpoint, tcp: true, from: Address("127.0.0.\(place + 2)"))
            honest.send(bytes)
            #expect(honest.receiveFramed() != nil)
            usleep(50_000)
        }
        #expect(eventually { fixture.server.counters.abandoned >= 50 && fixture.server.counters.connections == 0 })
    }

    @Test("beginnings of long queries can't fill the memory")
    func hoarding() throws {
        var limits = Nameserver.Limits()
        limits.heldBytes = 2 << 20
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        let before = try memory(of: getpid())
        let part = [0xff, 0xff] + [UInt8](repeating: 7, count: 60_000)
        var hoarders: [PlainClient] = []
        for _ in 0..<100 {
            hoarders.append(try PlainClient(fixture.endpoint, tcp: true))
            hoarders[hoarders.count - 1].send(part)
        }
        #expect(eventually { fixture.server.counters.abandoned >= 50 })
        #expect(try memory(of: getpid()) - before < 32_768)
        let next = try PlainClient(fixture.endpoint, tcp: true)
        next.send(framed(try query("www.example.org")))
        #expect(next.receiveFramed() != nil)
    }

    @Test("while one name is asked for at full speed, others are answered, over UDP and TCP, and memory stays")
    func flood() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let bytes = try query("www.example.org")
        let isOver = Flag()
        let floods = try (0..<2).map { _ in try NameserverTests.flood(bytes, to: fixture.endpoint, until: isOver) }
        defer { floods.forEach { $0.join() } }
        defer { isOver.value.store(true, ordering: .relaxed) }
        #expect(eventually { fixture.server.counters.udp.queries > 1000 })
        let before = try memory(of: getpid())
        for number in 0..<10 {
            let asked = try query("nowhere\(number).example.org", id: UInt16(number))
            let client = try PlainClient(fixture.endpoint, patience: 0.02)
            let answered = (0..<500).contains { _ in  // as resolvers do, which ask again
                client.send(asked)
                return client.receive() != nil
            }
            #expect(answered)
            let stream = try PlainClient(fixture.endpoint, tcp: true)
            stream.send(framed(asked))
            #expect(stream.receiveFramed() != nil)
        }
        #expect(try memory(of: getpid()) - before < 65_536)
    }

    @Test("no segment is longer than what every link passes, in either direction")
    func segments() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        for _ in 0..<2 {  // the first one may come before the server has begun
            let first = try PlainClient(fixture.endpoint, tcp: true)
            first.send(framed(try query("www.example.org")))
            #expect(first.receiveFramed() != nil)
        }
        let client = try PlainClient(fixture.endpoint, tcp: true)
        #expect((500...1220).contains(client.segmentSize), "\(client.segmentSize)")
    }

    private func raiseOpenFiles(to count: UInt) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(count)))
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur >= count)
    }
}

private final class Flag: Sendable { let value = Atomic(false) }

/// Sends the same datagram again and again.
private func flood(_ bytes: [UInt8], to server: Endpoint, until isOver: Flag) throws -> Aside {
    let client = try PlainClient(server)
    return Aside { while !isOver.value.load(ordering: .relaxed) { client.send(bytes) } }
}
