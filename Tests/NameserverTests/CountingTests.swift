import DNS
import Glibc
import Loop
import Nameserver
import Net
import Testing

@Suite("What a nameserver counts")
struct CountingTests {
    @Test("by zone, code, type, transport and size")
    func zones() throws {
        let second = "$ORIGIN example.com.\n$TTL 60\n@ SOA a a 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n"
        let zones = Zones([try Fixture.zone(), try Zone.parse([UInt8](second.utf8), path: "second")])
        let fixture = try Fixture(zones: zones)
        defer { fixture.server.stop() }
        let client = try PlainClient(fixture.endpoint)
        for (name, type) in [
            ("www.example.org", RecordType.a), ("nowhere.example.org", .a), ("a.example.com", .a),
            ("a.example.com", .aaaa), ("example.net", .mx),
        ] {
            client.send(try query(name, type))
            #expect(client.receive() != nil)
        }
        let stream = try PlainClient(fixture.endpoint, tcp: true)
        stream.send(framed(try query("a.example.com", .a, edns: false)))
        let answer = try #require(stream.receiveFramed())
        #expect(eventually { fixture.server.counting.counts.all.queries == 6 })
        let counts = fixture.server.counting.counts
        #expect(counts.zones[0].rcodes == [.noError: 1, .nameError: 1] && counts.zones[0].types == [.a: 2])
        #expect(counts.zones[1].rcodes == [.noError: 3] && counts.zones[1].types == [.a: 2, .aaaa: 1])
        #expect(counts.zones[1].tcp == 1 && counts.zones[1].edns == 2)
        #expect(counts.nobody.rcodes == [.refused: 1] && counts.nobody.types == [.mx: 1])
        #expect(counts.channels[QueryChannel(isTCP: false, isIPv6: false)]?.answers == 5)
        #expect(counts.channels[QueryChannel(isTCP: true, isIPv6: false)]?.bytesOut == UInt64(answer.count))
        #expect(counts.tcp.answers == [answer.count / 16: 1] && counts.udp.questions.values.reduce(0, +) == 5)
    }

    @Test("another process finds the numbers in the memory that both have, exact to the last query")
    func shared() throws {
        let memory = try CountingMemory(sharedBy: 2, zones: 1)
        let there = try CountingMemory(owning: dup(memory.descriptor), threads: 2, zones: 1)
        let (sockets, endpoint) = try Fixture.socket()
        let server = try Nameserver([sockets], zones: Zones([try Fixture.zone()]), counting: there)
        defer { server.stop() }
        let client = try PlainClient(endpoint)
        for _ in 0..<100 {
            client.send(try query("www.example.org"))
            #expect(client.receive() != nil)
        }
        #expect(eventually { memory.counts.zones[0].queries == 100 })
        #expect(throws: SystemError.self) {
            try CountingMemory(owning: dup(memory.descriptor), threads: 2, zones: 100)
        }
    }

    @Test("whatever a process wrote there, who reads gets numbers", arguments: 0..<10)
    func hostile(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let counting = try CountingMemory(sharedBy: 1, zones: 3)
        let clients = try ClientMemory(sharedBy: 1, seed: 1)
        for descriptor in [counting.descriptor, clients.descriptor] {
            var status = stat()
            #expect(fstat(descriptor, &status) == 0)
            let junk = (0..<Int(status.st_size) / 8).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
            let written = junk.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
            #expect(written == Int(status.st_size))
        }
        #expect(counting.counts.zones.count == 3)
        var sum = Counts()
        for _ in 0..<3 { sum.add(counting.counts) }
        #expect(sum.zones.count == 3 && clients.clients().networks.allSatisfy { $0.doubt <= $0.queries })
    }

    @Test("clients are counted by /24 and /48, and their number is estimated")
    func clients() throws {
        let memory = try ClientMemory(sharedBy: 1, seed: 7)
        let (sockets, endpoint) = try Fixture.socket()
        let server = try Nameserver([sockets], zones: Zones([try Fixture.zone()]), clients: memory)
        defer { server.stop() }
        for _ in 0..<3 {
            let client = try PlainClient(endpoint)
            client.send(try query("www.example.org"))
            #expect(client.receive() != nil)
        }
        #expect(eventually { memory.clients().queries == 3 })
        let clients = memory.clients()
        #expect(clients.networks.map(\.prefix.description) == ["127.0.0.0/24"])
        #expect(clients.networks.first?.queries == 3 && clients.sources.ipv4 == 1 && clients.sources.ipv6 == 0)
        memory.clear()
        #expect(memory.clients().networks.isEmpty && memory.sources == Sources())
    }
}
