internal import Glibc
internal import Loop
internal import Net

/// One ICMP echo. Its data is random, so that only its own reply counts; the identifier is the kernel's with ping sockets.
final class EchoTrial: Trial {
    private let loop: Loop
    private let family: Family
    private let socket: Socket
    private let isRaw: Bool
    private let data: [UInt8]
    private let begun = Loop.now
    private let finish: (ProbeResult) -> Void
    private var watch: Watch?

    /// A flood of other packets is read in pieces: the loop has more to do.
    private static let mostAtOnce = 64

    init(_ loop: Loop, to address: Address, _ finish: @escaping (ProbeResult) -> Void) throws(SystemError) {
        (self.loop, family, self.finish) = (loop, address.family, finish)
        (socket, isRaw) = try Socket.echo(address.family)
        data = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        try socket.connect(Endpoint(address, port: 0))
        let identifier = UInt16.random(in: .min ... .max)
        let request = Echo(isReply: false, identifier: identifier, sequence: 1, data: data)
        guard try socket.send(request.encoded(family)) > 0 else { throw SystemError("send", code: ENOBUFS) }
        watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] _ in self?.receive() }
    }

    deinit { if let watch { loop.cancel(watch) } }

    func expire(after timeout: Duration) -> ProbeResult? {
        .failed(reason: "no echo reply within \(timeout.shortText)", kind: .silence)
    }

    private func receive() {
        do {
            for _ in 0..<Self.mostAtOnce {
                guard let bytes = try socket.receive(2048) else { return }
                let echo = Echo(bytes, family, afterHeader: isRaw && family == .ipv4)
                if let echo, echo.isReply, echo.data == data { return finish(.answered(after: Loop.now - begun)) }
            }
        } catch { finish(ProbeResult(error)) }
    }
}

extension ProbeResult {
    /// Without the right to send an ICMP echo nothing is known, and somebody has to give it.
    init(echo error: SystemError) {
        guard error.code == EACCES || error.code == EPERM, error.call == "socket" else {
            self.init(error)
            return
        }
        self = .impossible(
            reason: "no right to send ICMP: start as root, give CAP_NET_RAW, or put group \(getegid()) into "
                + "net.ipv4.ping_group_range")
    }
}
