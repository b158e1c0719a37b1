import DNS
import Glibc
import Loop
import Net
import Synchronization

/// A client that sends whatever bytes a test likes, one blocking socket at a time.
final class PlainClient: Sendable {
    private let socket: Socket
    private let isReset = Atomic(false)

    /// - Parameter patience: seconds.
    init(_ server: Endpoint, tcp: Bool = false, from local: Address? = nil, patience: Double = 20) throws {
        socket = tcp ? try Socket.connect(to: server, from: local) : try Socket.udp(server.address.family)
        if !tcp { try socket.connect(server) }
        _ = fcntl(socket.descriptor, F_SETFL, fcntl(socket.descriptor, F_GETFL) & ~O_NONBLOCK)
        var limit = timeval(tv_sec: Int(patience), tv_usec: Int(patience * 1_000_000) % 1_000_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                note(errno)
                return false
            }
            sent += count
        }
        return true
    }

    /// Says that nothing more will be sent.
    func endSending() { shutdown(socket.descriptor, Int32(SHUT_WR)) }

    /// Of TCP, as it was agreed on.
    var segmentSize: Int32 {
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout.size(ofValue: size))
        getsockopt(socket.descriptor, Int32(IPPROTO_TCP), TCP_MAXSEG, &size, &length)
        return size
    }

    /// nil: nothing within 20 s, or the end.
    func receive(_ limit: Int = 65535) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(socket.descriptor, &bytes, limit, 0)
        if count < 0 { note(errno) }
        return count > 0 ? [UInt8](bytes.prefix(count)) : nil
    }

    /// Whether the server has ended the connection in order; false when it was reset, and when something else comes.
    var isAtEnd: Bool {
        var byte: UInt8 = 0
        let count = recv(socket.descriptor, &byte, 1, 0)
        if count < 0 { note(errno) }
        return count == 0 && !isReset.load(ordering: .relaxed)
    }

    /// The kernel tells it once.
    private func note(_ code: Int32) {
        if code == ECONNRESET || code == EPIPE { isReset.store(true, ordering: .relaxed) }
    }

    /// One message behind its length.
    func receiveFramed() -> [UInt8]? {
        guard let length = receiveExactly(2) else { return nil }
        return receiveExactly(Int(length[0]) << 8 | Int(length[1]))
    }

    private func receiveExactly(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = receive(count - bytes.count) else { return nil }
            bytes += more
        }
        return bytes
    }
}

func query(_ name: String, _ type: RecordType = .a, id: UInt16 = 1, edns: Bool = true) throws -> [UInt8] {
    var message = Message.query(id: id, Question(try required(Name(name)), type))
    if !edns { message.edns = nil }
    return try message.encode()
}

func framed(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes }
