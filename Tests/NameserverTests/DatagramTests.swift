import DNS
import Glibc
import Loop
import Nameserver
import Net
import Testing

@Suite("Queries over UDP")
struct DatagramTests {
    @Test("a query is answered, from the address that was asked", arguments: ["127.0.0.1", "127.0.0.53", "::1"])
    func answers(_ address: String) throws {
        let fixture = try Fixture(address: address)
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint)
        client.send(try query("www.example.org"))
        let answer = try Message(try #require(client.receive()))
        #expect(answer.answers.map(\.data) == [[192, 0, 2, 80], [192, 0, 2, 81]])
        #expect(answer.nsid == "fra-1")
    }

    @Test("several threads share a port, and their counters are summed")
    func threads() throws {
        let fixture = try Fixture(threads: 2)
        defer { fixture.server.stop() }
        for id in 0..<40 {
            let client = try PlainClient(fixture.endpoint)
            client.send(try query("www.example.org", id: UInt16(id)))
            #expect(try Message(try #require(client.receive())).id == UInt16(id))
        }
        #expect(eventually { fixture.server.counters.udp.queries == 40 && fixture.server.counters.udp.answers == 40 })
    }

    @Test("without EDNS 512 bytes are all that comes, truncated, and TCP has the rest")
    func truncation() throws {
        let text = (0..<10).map { "big TXT \"\($0) \(String(repeating: "x", count: 90))\"\n" }.joined()
        let zone = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n" + text
        let zones = Zones([try Zone.parse([UInt8](zone.utf8), path: "big.zone")])
        let fixture = try Fixture(zones: zones)
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint)
        client.send(try query("big.example.org", .txt, edns: false))
        let cut = try Message(try #require(client.receive()))
        #expect(cut.flags.contains(.truncated) && cut.answers.isEmpty)
        let stream = try PlainClient(fixture.endpoint, tcp: true)
        stream.send(framed(try query("big.example.org", .txt, edns: false)))
        let whole = try Message(try #require(stream.receiveFramed()))
        #expect(!whole.flags.contains(.truncated) && whole.answers.count == 10)
        #expect(eventually { fixture.server.counters.truncated == 1 })
    }

    @Test("garbage is counted, and the next client is served")
    func garbage() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        var random = SeededRandom(seed: 7)
        let client = try PlainClient(fixture.endpoint)
        for length in 0..<200 {
            client.send((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        let next = try PlainClient(fixture.endpoint)
        next.send(try query("www.example.org"))
        #expect(next.receive() != nil)
        #expect(eventually { fixture.server.counters.malformed > 30 })
    }

    @Test("responses are never answered: two servers can't be made to talk for ever")
    func responses() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        var response = try query("www.example.org")
        response[2] |= 0x80
        let client = try PlainClient(fixture.endpoint)
        client.send(response)
        client.send(try query("www.example.org", id: 99))
        #expect(try Message(try #require(client.receive())).id == 99)
        #expect(eventually { fixture.server.counters.malformed == 1 })
    }

    @Test("after a flood the next client is served")
    func flood() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let bytes = try query("www.example.org")
        let clients = try (0..<4).map { _ in try PlainClient(fixture.endpoint) }
        for client in clients { for _ in 0..<100 { client.send(bytes) } }
        for _ in 0..<5000 { for client in clients { client.send(bytes) } }
        let served = try eventually {  // what was sent while the queue was full is lost: clients ask again
            let next = try PlainClient(fixture.endpoint)
            next.send(try query("www.example.org", id: 7))
            return next.receive() != nil
        }
        #expect(served)
        #expect(eventually { fixture.server.counters.udp.queries > 1000 })
    }

    @Test("zones are replaced whole, without a gap")
    func replacement() throws {
        let fixture = try Fixture()
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint)
        let other = "$ORIGIN example.org.\n$TTL 60\n@ SOA a a 2 2 3 4 5\n@ NS a\na A 192.0.2.1\nwww A 198.51.100.1\n"
        fixture.server.replace(Zones([try Zone.parse([UInt8](other.utf8), path: "other.zone")]))
        #expect(
            try eventually {
                client.send(try query("www.example.org"))
                return try Message(try required(client.receive())).answers.map(\.data) == [[198, 51, 100, 1]]
            })
    }

    @Test("a stopped server has given its port back")
    func stop() throws {
        let fixture = try Fixture()
        fixture.server.stop()
        #expect(eventually { (try? Socket.listen(at: fixture.endpoint)) != nil })
    }
}

/// Looks again and again, for at most 5 s.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<6000 {
        if try condition() { return true }
        usleep(10_000)
    }
    return false
}
