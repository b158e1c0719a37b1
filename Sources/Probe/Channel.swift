internal import Glibc
internal import Loop
internal import Net
internal import TLS

/// A connection to what is checked, plain or under TLS.
///
/// Not for use from outside its loop. Letting go of it closes it.
final class Channel {
    enum Event {
        /// It can be spoken over; under TLS, the peer has shown who it is.
        case open
        case received([UInt8])
        /// It ended: orderly, or for a reason that is a result.
        case closed(ProbeResult?)
    }

    private let policy: Client.Policy?
    private let onEvent: (Event) -> Void
    private var stream: Stream?
    private var client: Client?
    private var isConnected = false
    private(set) var isOpen = false

    init(
        _ loop: Loop, to server: Endpoint, tls policy: Client.Policy? = nil, onEvent: @escaping (Event) -> Void
    ) throws(SystemError) {
        (self.policy, self.onEvent) = (policy, onEvent)
        let socket = try Socket.connect(to: server)
        stream = try Stream(loop: loop, socket: socket, connecting: true) { [weak self] in self?.handle($0) }
    }

    deinit { stream?.close() }

    func send(_ bytes: [UInt8]) {
        guard let client else {
            stream?.send(bytes)
            return
        }
        attempt { () throws(TLSError) in try client.send(bytes) }
    }

    private func handle(_ event: Stream.Event) {
        switch event {
        case .connected: connected()
        case .received(let bytes): received(bytes)
        case .drained: break
        case .closed(let error):
            stream = nil
            onEvent(.closed(error.map(broken) ?? cutShort))
        }
    }

    /// A reset of a connection that was there is no refusal.
    private func broken(_ error: SystemError) -> ProbeResult {
        guard isConnected, error.code == ECONNRESET else { return ProbeResult(error) }
        return .failed(reason: "connection reset", kind: .unreachable)
    }

    /// A peer that hangs up before TLS is there has not answered.
    private var cutShort: ProbeResult? {
        policy == nil || isOpen ? nil : .failed(reason: "connection closed during the TLS handshake", kind: .wrong)
    }

    private func connected() {
        isConnected = true
        guard let policy else { return open() }
        attempt { () throws(TLSError) in client = try Client(policy) }
    }

    private func open() {
        isOpen = true
        onEvent(.open)
    }

    private func received(_ bytes: [UInt8]) {
        guard let client else { return onEvent(.received(bytes)) }
        var plain: [UInt8] = []
        guard attempt({ () throws(TLSError) in plain = try client.receive(bytes) }) else { return }
        if client.isEstablished, !isOpen { open() }
        if !plain.isEmpty { onEvent(.received(plain)) }
        if client.isClosed { close(nil) }
    }

    /// What TLS has to say goes out whether it worked or not: an alert tells the peer why.
    @discardableResult
    private func attempt(_ body: () throws(TLSError) -> Void) -> Bool {
        var failure: TLSError?
        do throws(TLSError) { try body() } catch { failure = error }
        if let bytes = client?.takeOutgoing(), !bytes.isEmpty { stream?.send(bytes) }
        guard let failure else { return true }
        close(ProbeResult(failure))
        return false
    }

    private func close(_ result: ProbeResult?) {
        guard let stream else { return }
        stream.close()
        self.stream = nil
        onEvent(.closed(result))
    }
}

extension ProbeResult {
    /// What can't be set up here says nothing about the peer.
    init(_ error: TLSError) {
        switch error {
        case .unusableAuthorities, .setUp: self = .impossible(reason: "\(error)")
        case .untrusted, .broken: self = .failed(reason: "\(error)", kind: .wrong)
        }
    }
}
