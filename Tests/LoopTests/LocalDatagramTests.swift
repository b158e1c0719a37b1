import Glibc
import Loop
import Net
import Testing

@Suite("Datagrams over Unix sockets")
struct LocalDatagramTests {
    @Test("go to a path and to an abstract name, and to whoever is bound there now", arguments: [false, true])
    func send(isAbstract: Bool) throws {
        let path = (isAbstract ? "@" : "/tmp/") + "landfall-datagrams-\(getpid())-\(isAbstract)"
        let sender = try Socket.localDatagrams()
        for round in 1...2 {
            let receiver = try Socket.localDatagrams(at: path)
            defer { unlink(path) }
            try sender.send([UInt8(round)], toUnix: path)
            #expect(try receiver.receive(8) == [UInt8(round)])
        }
        #expect(throws: SystemError.self) { try sender.send([1], toUnix: path) }
    }

    @Test("a receiver that never reads is an error, and nothing waits for it")
    func full() throws {
        let path = "@landfall-datagrams-full-\(getpid())"
        let (receiver, sender) = (try Socket.localDatagrams(at: path), try Socket.localDatagrams())
        let error = #expect(throws: SystemError.self) {
            for _ in 0..<10_000 { try sender.send([1], toUnix: path) }
        }
        #expect(error?.code == EAGAIN)
        #expect(try receiver.receive(8) == [1])
    }
}
