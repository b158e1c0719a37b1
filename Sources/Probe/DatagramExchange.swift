internal import Glibc
internal import Loop
internal import Net

/// A question over UDP. The socket is connected: the kernel drops what comes from elsewhere, and reports ICMP errors.
final class DatagramExchange: Exchange {
    private let attempt: Attempt
    private let loop: Loop
    private let socket: Socket
    private var watch: Watch?
    private(set) var ignored: String?

    init(_ attempt: Attempt, _ loop: Loop, _ server: Endpoint, _ local: Address?, _ port: UInt16) throws(SystemError) {
        (self.attempt, self.loop) = (attempt, loop)
        let family = server.address.family
        let any = port > 0 ? Address(family: family, bits: 0) : nil
        socket = try Socket.udp(family, bind: (local ?? any).map { Endpoint($0, port: port) })
        try socket.connect(server)
        guard try socket.send(attempt.bytes) > 0 else { throw SystemError("send", code: ENOBUFS) }
        watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] _ in self?.receive() }
    }

    deinit { if let watch { loop.cancel(watch) } }

    private func receive() {
        do {
            while let bytes = try socket.receive(65535) {
                guard let reason = attempt.take(bytes) else { return }
                ignored = reason
            }
        } catch { attempt.finish(DNSClient.Outcome(error)) }
    }
}

extension DNSClient.Outcome {
    /// What an error of the kernel says about the server, and what only about us.
    ///
    /// No route to the service's address, or the address gone from this host, is a failure: a client that was sent here
    /// would hear nothing either, and to call it unknown would keep on announcing a black hole. What only keeps *us*
    /// from asking (no descriptor, no memory, no port, a packet filter on the way out) is impossible.
    init(_ error: SystemError) {
        switch error.code {
        case ECONNREFUSED, ECONNRESET: self = .refused
        case EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN, EADDRNOTAVAIL, EADDRINUSE, EPERM, EACCES, EINVAL, EAFNOSUPPORT:
            self = .impossible("\(error)")
        default: self = .broken("\(error)")
        }
    }
}
