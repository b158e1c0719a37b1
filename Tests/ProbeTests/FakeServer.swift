import DNS
import Loop
import Net

/// A server on loopback that does whatever a test makes of the query: late answers, wrong ones, none.
final class FakeServer: @unchecked Sendable {
    // SAFETY: everything but `endpoint` is touched on the loop only.
    typealias Reply = @Sendable (Message) -> [(after: Duration, bytes: [UInt8])]

    let endpoint: Endpoint
    private let loop: Loop
    private let socket: Socket
    private let reply: Reply

    init(_ loop: Loop, _ reply: @escaping Reply) throws {
        (self.loop, self.reply) = (loop, reply)
        socket = try Socket.udp(.ipv4, bind: Endpoint(Address(v4: 0x7f00_0001), port: 0))
        endpoint = try required(socket.local)
        loop.submit { self.start() }
    }

    private func start() {
        _ = try? loop.watch(socket.descriptor, for: .readable) { _ in self.receive() }
    }

    private func receive() {
        while let (bytes, from) = try? receiveFrom(socket) {
            guard let query = try? Message(bytes) else { continue }
            for (delay, answer) in reply(query) { loop.after(delay) { sendTo(self.socket, answer, from) } }
        }
    }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
