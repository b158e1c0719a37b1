internal import Loop
internal import Net

/// A question over TCP: each message behind its length (RFC 1035 §4.2.2).
final class StreamExchange: Exchange {
    private let attempt: Attempt
    private var stream: Stream?
    private var received: [UInt8] = []
    private(set) var ignored: String?

    init(_ attempt: Attempt, _ loop: Loop, _ server: Endpoint, _ local: Address?) throws(SystemError) {
        self.attempt = attempt
        let socket = try Socket.connect(to: server, from: local)
        let stream = try Stream(loop: loop, socket: socket, connecting: true) { [weak self] in self?.handle($0) }
        var framed: [UInt8] = []
        framed.put(UInt16(truncatingIfNeeded: attempt.bytes.count))
        stream.send(framed + attempt.bytes)
        self.stream = stream
    }

    deinit { stream?.close() }

    private func handle(_ event: Stream.Event) {
        switch event {
        case .connected, .drained: break
        case .received(let bytes): take(bytes)
        case .closed(let error):
            attempt.finish(error.map { .init($0) } ?? .broken("connection closed without an answer"))
        }
    }

    /// One message is all that is waited for, so no more than one is ever kept.
    private func take(_ bytes: [UInt8]) {
        received += bytes
        while received.count >= 2 {
            let end = 2 + (Int(received[0]) << 8 | Int(received[1]))
            guard received.count >= end else { return }
            guard let reason = attempt.take([UInt8](received[2..<end])) else { return }
            ignored = reason
            received.removeFirst(end)
        }
    }
}
