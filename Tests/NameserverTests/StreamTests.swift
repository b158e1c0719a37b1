import DNS
import Glibc
import Loop
import Nameserver
import Net
import Peers
import Synchronization
import Testing

@Suite("Queries over TCP")
struct StreamTests {
    @Test("several queries in one segment are answered in their order (RFC 7766 §6.2.1.1)")
    func pipelined() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint, tcp: true)
        client.send(try (0..<200).flatMap { framed(try query("www.example.org", id: UInt16($0))) })
        for id in 0..<200 { #expect(try Message(try #require(client.receiveFramed())).id == UInt16(id)) }
        #expect(eventually { fixture.server.counters.tcp.answers == 200 })
    }

    @Test("a query that comes byte by byte is answered")
    func trickle() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint, tcp: true)
        for byte in framed(try query("www.example.org")) { client.send([byte]) }
        #expect(try Message(try #require(client.receiveFramed())).answers.count == 2)
    }

    @Test("who sends no DNS is disconnected, and the next client is served", arguments: [0, 1, 11])
    func garbage(_ length: Int) throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint, tcp: true)
        client.send(framed([UInt8](repeating: 0x41, count: length)))
        #expect(client.receive() == nil)
        let next = try PlainClient(fixture.endpoint, tcp: true)
        next.send(framed(try query("www.example.org")))
        #expect(next.receiveFramed() != nil)
        #expect(eventually { fixture.server.counters.malformed == 1 && fixture.server.counters.abandoned == 1 })
    }

    @Test("who asks nothing, or trickles, is disconnected after the idle time")
    func idle() throws {
        var limits = Nameserver.Limits()
        limits.idle = .milliseconds(200)
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        let silent = try PlainClient(fixture.endpoint, tcp: true)
        let trickling = try PlainClient(fixture.endpoint, tcp: true)
        trickling.send([0, 40, 1])
        #expect(silent.receive() == nil && trickling.receive() == nil)
        #expect(eventually { fixture.server.counters.abandoned == 2 && fixture.server.counters.connections == 0 })
    }

    @Test("one client can't take all connections")
    func perClient() throws {
        var limits = Nameserver.Limits()
        limits.connectionsPerClient = 3
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        let clients = try (0..<5).map { _ in try PlainClient(fixture.endpoint, tcp: true) }
        #expect(eventually { fixture.server.counters.rejected == 2 && fixture.server.counters.connections == 3 })
        clients[0].send(framed(try query("www.example.org")))
        #expect(clients[0].receiveFramed() != nil)
    }

    @Test("when all places are taken, who was silent for longest makes room")
    func crowd() throws {
        var limits = Nameserver.Limits()
        limits.connections = 3
        let fixture = try Fixture(limits: limits)
        defer { fixture.server.stop() }
        var clients: [PlainClient] = []
        for _ in 0..<4 {
            clients.append(try PlainClient(fixture.endpoint, tcp: true))
            clients[clients.count - 1].send(framed(try query("www.example.org")))
            #expect(clients[clients.count - 1].receiveFramed() != nil)
        }
        #expect(clients[0].receive() == nil)
        clients[1].send(framed(try query("www.example.org")))
        #expect(clients[1].receiveFramed() != nil)
    }

    @Test("a server that ends answers what it is asked, resets nobody, and waits for no one who doesn't go")
    func farewell() throws {
        let fixture = try Fixture()
        let (server, bytes) = (fixture.server, framed(try query("www.example.org")))
        let (idle, busy) = (
            try PlainClient(fixture.endpoint, tcp: true), try PlainClient(fixture.endpoint, tcp: true)
        )
        let stubborn = try PlainClient(fixture.endpoint, tcp: true)
        for client in [idle, stubborn] {
            client.send(bytes)
            #expect(client.receiveFramed() != nil)
        }
        let (asked, answered) = (Counter(), Counter())
        let asking = Aside {
            while busy.send(bytes) {
                asked.value.add(1, ordering: .relaxed)
                guard busy.receiveFramed() != nil else { return }
                answered.value.add(1, ordering: .relaxed)
                usleep(10_000)
            }
        }
        #expect(eventually { answered.value.load(ordering: .relaxed) > 20 })
        let leaving = Aside { server.finish(within: .seconds(4)) }
        #expect(idle.isAtEnd)
        for _ in 0..<2 {
            #expect(idle.send(bytes), "what comes too late is no reason for a reset, after which nothing can be sent")
            usleep(20_000)
        }
        asking.join()
        #expect(busy.isAtEnd, "in order")
        #expect(asked.value.load(ordering: .relaxed) - answered.value.load(ordering: .relaxed) <= 1)
        leaving.join()
        #expect(server.counters.abandoned == 0 && eventually { server.counters.connections == 0 })
        server.stop()
    }

    private final class Counter: Sendable { let value = Atomic(0) }

    @Test("a client that has closed its half of the connection gets all that it asked for, however slowly it reads")
    func halfClosed() throws {
        let text = (0..<100).map { "big TXT \"\($0) \(String(repeating: "x", count: 200))\"\n" }.joined()
        let zone = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n" + text
        var limits = Nameserver.Limits()
        (limits.unreadBytes, limits.heldBytes) = (1 << 26, 1 << 28)  // so all waits while the end is read
        let fixture = try Fixture(limits: limits, zones: Zones([try Zone.parse([UInt8](zone.utf8), path: "big")]))
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint, tcp: true)
        client.send(try (0..<1000).flatMap { framed(try query("big.example.org", .txt, id: UInt16($0))) })
        client.endSending()
        for id in 0..<1000 {
            let answer = try #require(client.receiveFramed())
            #expect(answer.prefix(2) == [UInt8(id >> 8), UInt8(id & 255)])
        }
        #expect(client.receive() == nil)
        #expect(eventually { fixture.server.counters.connections == 0 })
    }

    @Test("a client that asks and doesn't read is held in bounded memory and disconnected")
    func slowReader() throws {
        let text = (0..<100).map { "big TXT \"\($0) \(String(repeating: "x", count: 200))\"\n" }.joined()
        let zone = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n" + text
        var limits = Nameserver.Limits()
        limits.idle = .milliseconds(500)
        let fixture = try Fixture(limits: limits, zones: Zones([try Zone.parse([UInt8](zone.utf8), path: "big")]))
        defer { fixture.server.stop() }
        let greedy = try PlainClient(fixture.endpoint, tcp: true)
        let burst = try (0..<2000).flatMap { framed(try query("big.example.org", .txt, id: UInt16($0))) }
        let before = try memory(of: getpid())
        for _ in 0..<4 { greedy.send(burst) }  // 160 MB of answers
        #expect(try memory(of: getpid()) - before < 65_536)  // other tests run in this process too
        let next = try PlainClient(fixture.endpoint, tcp: true)
        next.send(framed(try query("big.example.org", .txt)))
        #expect(next.receiveFramed() != nil)
        #expect(eventually { fixture.server.counters.abandoned >= 1 })
    }
}
