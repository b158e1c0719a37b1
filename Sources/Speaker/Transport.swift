internal import BGP
internal import Glibc
internal import Loop
internal import Net

/// One TCP connection.
final class Transport {
    let socket: Socket
    let stream: Stream
    var isConnecting: Bool

    init(socket: Socket, stream: Stream, isConnecting: Bool) {
        (self.socket, self.stream, self.isConnecting) = (socket, stream, isConnecting)
    }

    /// Tells the other end that nothing more comes, and leaves our end open to hear that it has closed too.
    func finish() { shutdown(socket.descriptor, Int32(SHUT_WR)) }
}

/// Connections whose last message, a NOTIFICATION as a rule, is on its way. Closing a socket at once that still has unread
/// bytes makes the kernel send RST, and a RST can overtake the message: so we finish, read on until the other end has
/// closed, and give up after a second.
final class Closing {
    static let patience: Duration = .seconds(1)

    private var transports: [ConnectionID: Transport] = [:]

    var isBusy: Bool { !transports.isEmpty }
    var count: Int { transports.count }

    func add(_ transport: Transport, _ id: ConnectionID, on loop: Loop) {
        guard !transport.isConnecting else { return transport.stream.close() }
        transports[id] = transport
        if transport.stream.pending == 0 { transport.finish() }
        loop.after(Self.patience) { [weak self] in self?.end(id) }
    }

    /// What comes now is not heard any more.
    func take(_ event: Stream.Event, _ id: ConnectionID) {
        switch event {
        case .connected, .received: break
        case .drained: transports[id]?.finish()
        case .closed: end(id)
        }
    }

    private func end(_ id: ConnectionID) { transports.removeValue(forKey: id)?.stream.close() }
}

extension Socket {
    /// Every message at once, marked as network control (CS6, RFC 4594 §3.2). The kernel keeps little for a neighbor that
    /// doesn't read, so that it shows.
    func prepare(_ family: Family, ttl: Int32?) throws(SystemError) {
        try setNoDelay()
        try setTrafficClass(0xc0, family)
        try set(SOL_SOCKET, SO_SNDBUF, 65536)
        if let ttl { try setTTL(ttl, family) }
    }
}
