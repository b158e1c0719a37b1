import Glibc

/// Many questions to a nameserver, several on their way at once.
public final class DNSConversation {
    private let descriptor: Int32
    private let isStream: Bool
    /// What came of a stream and hasn't been taken.
    private var rest: [UInt8] = []

    /// - Parameter address: of IPv4.
    public init(_ address: String, port: UInt16, tcp: Bool) throws(PeerError) {
        isStream = tcp
        descriptor = socket(AF_INET, Int32((tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue | SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &place.sin_addr)
        let result = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, __CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw PeerError("cannot connect to \(address):\(port): \(String(cString: strerror(errno)))")
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// All at once: the caller sends no more than fit into the buffers of sockets.
    public func send(_ queries: [[UInt8]]) throws(PeerError) {
        let messages =
            isStream ? [queries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }] : queries
        for message in messages {
            var sent = 0
            while sent < message.count {
                let count = message[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw PeerError("cannot send: \(String(cString: strerror(errno)))") }
                sent += count
            }
        }
    }

    /// - Returns: as many answers, in any order.
    public func receive(_ count: Int) throws(PeerError) -> [[UInt8]] {
        var answers: [[UInt8]] = []
        while answers.count < count { answers.append(try isStream ? receiveFramed() : receiveSome()) }
        return answers
    }

    private func receiveFramed() throws(PeerError) -> [UInt8] {
        while rest.count < 2 || rest.count < 2 + Int(rest[0]) << 8 + Int(rest[1]) { rest += try receiveSome() }
        let end = 2 + Int(rest[0]) << 8 + Int(rest[1])
        defer { rest.removeFirst(end) }
        return [UInt8](rest[2..<end])
    }

    private func receiveSome() throws(PeerError) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65535) { buffer, filled in
            count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            filled = max(count, 0)
        }
        guard count > 0 else {
            throw PeerError(count == 0 ? "disconnected" : "no answer: \(String(cString: strerror(errno)))")
        }
        return bytes
    }
}
