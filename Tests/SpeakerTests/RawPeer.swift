import Glibc
import Loop
import Net

/// A TCP client that says what it is told to, and reads only when asked.
struct RawPeer {
    private let socket: Socket

    init(from local: Address, to port: UInt16) async throws {
        socket = try Socket.connect(to: Endpoint(Address(v4: 0x7f00_0002), port: port), from: local)
        try await Task.sleep(for: .milliseconds(2))
    }

    /// Gives up when the other end closes or takes nothing for a while.
    func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        for _ in 0..<200 where !rest.isEmpty {
            guard let sent = try? socket.send(rest) else { return }
            rest = rest.dropFirst(sent)
            if sent == 0 { try? await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// All that comes until the other end closes, or for two seconds.
    func receiveAll() async -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<400 {
            guard let part = try? socket.receive(65536) else {
                try? await Task.sleep(for: .milliseconds(5))
                continue
            }
            if part.isEmpty { return bytes }
            bytes += part
        }
        return bytes
    }

    func close() { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
}
