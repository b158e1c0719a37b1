internal import Glibc
public import Net

/// A connected (or connecting) stream socket on a loop: bytes in as events, bytes out through a buffer.
///
/// Not for use from outside its loop. It lives until `close()` or its `.closed` event, whichever comes first; after
/// that no event follows.
public final class Stream {
    public enum Event {
        /// The connection that was under way is there.
        case connected
        case received([UInt8])
        /// All that was sent has been handed to the kernel.
        case drained
        /// The other end closed (nil), or the connection failed.
        case closed(SystemError?)
    }

    private enum State { case connecting, open, closed }

    private let loop: Loop
    private var socket: Socket?
    private var watch: Watch?
    private var state: State
    private var onEvent: ((Event) -> Void)?
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0
    private var reading = true
    public let local: Endpoint?
    public let remote: Endpoint?

    /// How much one read takes.
    private static let chunk = 65536

    /// `connecting`: the socket comes from `Socket.connect(to:)` and isn't known to be connected.
    public init(
        loop: Loop, socket: Socket, connecting: Bool = false, onEvent: @escaping (Event) -> Void
    ) throws(SystemError) {
        (self.loop, self.socket, self.onEvent) = (loop, socket, onEvent)
        state = connecting ? .connecting : .open
        local = socket.local
        remote = socket.remote
        watch = try loop.watch(socket.descriptor, for: connecting ? .writable : .readable) { [weak self] in
            self?.ready($0)
        }
    }

    deinit { if let watch, let socket { loop.drop(watch, of: socket) } }

    /// Bytes that wait for the other end to read.
    public var pending: Int { outgoing.count - outgoingStart }

    /// Queues `bytes`, and hands the kernel what it takes at once. The queue has no bound of its own: callers look at
    /// `pending`.
    public func send(_ bytes: [UInt8]) {
        guard state == .connecting || state == .open else { return }
        guard state == .open, pending == 0, let socket, !bytes.isEmpty else {
            outgoing.append(contentsOf: bytes)
            return state == .open ? flush() : ()
        }
        do {
            let sent = try socket.send(bytes)
            guard sent < bytes.count else { return drained() }
            outgoing.append(contentsOf: bytes[sent...])
            updateInterest()
        } catch { fail(error) }
    }

    /// Stops or goes on reading, for callers that can't take more.
    public func setReading(_ wanted: Bool) {
        guard wanted != reading else { return }
        reading = wanted
        updateInterest()
    }

    /// Closes at once; what is queued is lost.
    public func close() {
        guard state != .closed else { return }
        state = .closed
        if let watch { loop.cancel(watch) }
        (watch, socket, onEvent) = (nil, nil, nil)
        outgoing = []
        outgoingStart = 0
    }

    private func ready(_ readiness: Readiness) {
        if state == .connecting { return finishConnecting() }
        if readiness.contains(.writable) { flush() }
        if reading, state == .open, !readiness.isDisjoint(with: [.readable, .hungUp]) { read() }
        if !reading, state == .open, !readiness.isDisjoint(with: .hungUp) { fail(socket?.pendingError) }
    }

    private func finishConnecting() {
        if let error = socket?.pendingError { return fail(error) }
        state = .open
        updateInterest()
        onEvent?(.connected)
        if state == .open, pending > 0 { flush() }
    }

    private func read() {
        do {
            guard let bytes = try socket?.receive(Self.chunk) else { return }
            if bytes.isEmpty { fail(nil) } else { onEvent?(.received(bytes)) }
        } catch { fail(error) }
    }

    private func flush() {
        guard let socket, pending > 0 else { return }
        do {
            outgoingStart += try socket.send(outgoing[outgoingStart...])
        } catch { return fail(error) }
        if pending == 0 { drained() } else { compact() }
        updateInterest()
    }

    private func drained() {
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= Self.chunk)
        outgoingStart = 0
        onEvent?(.drained)
    }

    private func compact() {
        guard outgoingStart > Self.chunk else { return }
        outgoing.removeFirst(outgoingStart)
        outgoingStart = 0
    }

    private func updateInterest() {
        guard let watch, state != .closed else { return }
        var interest: Readiness = reading && state == .open ? .readable : []
        if pending > 0 || state == .connecting { interest.insert(.writable) }
        do { try loop.change(watch, to: interest) } catch { fail(error) }
    }

    private func fail(_ error: SystemError?) {
        let tell = onEvent
        close()
        tell?(.closed(error))
    }
}
