import DNS
import Glibc
import Loop
import Nameserver
import Net
import Testing

@Suite("Queries that a process had in hand when it was killed")
struct LeftTests {
    private let socket: Socket
    private let client: PlainClient

    init() throws {
        socket = try Socket.udp(.ipv4, bind: Endpoint(try required(Address("127.0.0.1")), port: 0))
        client = try PlainClient(try required(socket.local))
    }

    /// What a process has done that is killed between reading queries and answering them.
    private func read(_ count: Int, into memory: DatagramMemory) throws {
        let batch = DatagramBatch(in: memory, thread: 0)
        let cookie = SocketCookie(socket)
        #expect(
            try eventually {
                while batch.receive(socket, cookie) > 0 {}
                for id in 0..<count { client.send(try query("www.example.org", id: UInt16(id))) }
                return batch.receive(socket, cookie) == count  // a busy machine may deliver some of them later
            })
    }

    private func server(_ memory: DatagramMemory) throws -> Nameserver {
        try Nameserver(
            [Nameserver.Sockets(udp: [socket], tcp: [])], zones: Zones([try Fixture.zone()]),
            identity: Fixture.identity, memory: memory)
    }

    private func answers(_ count: Int) throws -> [UInt16] {
        try (0..<count).map { _ in try Message(try #require(client.receive())).id }
    }

    @Test("rule 15: are answered by the next one, before those that waited in the socket")
    func answered() throws {
        let memory = try DatagramMemory(sharedBy: 1)
        try read(3, into: memory)
        client.send(try query("www.example.org", id: 99))
        let server = try server(try DatagramMemory(sharedBy: 1, beginningWith: memory))
        defer { server.stop() }
        #expect(try answers(4) == [0, 1, 2, 99])
        #expect(eventually { server.counters.udp.queries == 4 })
    }

    @Test("are taken once: one that kills whoever reads it kills two processes at most")
    func once() throws {
        let memory = try DatagramMemory(sharedBy: 1)
        try read(2, into: memory)
        let first = DatagramBatch(in: memory, thread: 0)
        #expect(first.takeLeft(by: SocketCookie(socket)) == 2)
        let second = DatagramBatch(in: try DatagramMemory(sharedBy: 1, beginningWith: memory), thread: 0)
        #expect(second.takeLeft(by: SocketCookie(socket)) == 0)
    }

    @Test("are none once they are answered, and none of another socket")
    func none() throws {
        let memory = try DatagramMemory(sharedBy: 1)
        let batch = DatagramBatch(in: memory, thread: 0)
        #expect(batch.takeLeft(by: SocketCookie(socket)) == 0)
        try read(2, into: memory)
        let other = try Socket.udp(.ipv4, bind: Endpoint(try required(Address("127.0.0.1")), port: 0))
        #expect(batch.takeLeft(by: SocketCookie(other)) == 0)
        batch.done()
        #expect(batch.takeLeft(by: SocketCookie(socket)) == 0)
    }

    @Test("whatever stands in that memory, the next one reads no byte outside it, and serves", arguments: 0..<20)
    func hostile(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let memory = try DatagramMemory(sharedBy: 1)
        try read(1, into: memory)
        overwrite(memory, from: 8, with: seed.isMultiple(of: 2) ? [0, 16, 4097, .max] : [], &random)
        let batch = DatagramBatch(in: try DatagramMemory(sharedBy: 1, beginningWith: memory), thread: 0)
        let left = batch.takeLeft(by: SocketCookie(socket))
        #expect(left <= DatagramBatch.capacity)
        batch.forEach(left) { _, query, _ in #expect(query.count <= 4096) }
        let server = try server(try DatagramMemory(sharedBy: 1, beginningWith: memory))
        defer { server.stop() }
        client.send(try query("www.example.org", id: 7))
        #expect(try answers(1) == [7])
    }

    /// All behind the first bytes, which say whose queries they are; by these words, or by any.
    private func overwrite(
        _ memory: DatagramMemory, from offset: Int, with words: [UInt32], _ random: inout SeededRandom
    ) {
        var status = stat()
        #expect(fstat(memory.descriptor, &status) == 0)
        let count = (Int(status.st_size) - offset) / MemoryLayout<UInt32>.size
        let junk = (0..<count).map { _ in words.randomElement(using: &random) ?? .random(in: 0 ... .max, using: &random)
        }
        let written = junk.withUnsafeBytes { pwrite(memory.descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        #expect(written == count * MemoryLayout<UInt32>.size)
    }

    @Test("memory of another size than batches have is refused")
    func foreign() throws {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect(throws: SystemError.self) { try DatagramMemory(owning: null) }
    }
}
