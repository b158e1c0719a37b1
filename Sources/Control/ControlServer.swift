public import HTTP
public import Loop
public import Net

/// HTTP over a Unix socket: how `landfall status` and operators reach a running agent. Over TCP, it is how Prometheus does
/// (``MetricsServer``).
///
/// Who may connect is up to the socket: a file's mode, an address. Whoever does is bounded all the same: connections, the size of a
/// request, and the time that one may take. An agent that is out of descriptors can still be asked why.
public final class ControlServer {
    public struct Limits: Sendable {
        public var connections = 32
        public var requestTime: Duration = .seconds(10)
        /// What an answer that has to be waited for may take.
        public var answerTime: Duration = .seconds(150)
        public var head = 16384
        public var body = 65536
        /// Bytes that a client may leave unread before it is cut off.
        public var pending = 1 << 20

        public init() {}
    }

    public struct Counters: Hashable, Sendable {
        public var requests: UInt64 = 0
        /// Bytes that were no request.
        public var malformed: UInt64 = 0
        /// Connections closed because there were too many.
        public var refused: UInt64 = 0
    }

    private let loop: Loop
    private let limits: Limits
    private let onRequest: (Request, _ user: UInt32?, _ reply: @escaping (Response) -> Void) -> Void
    private var listener: Listener?
    private var connections: [Int: Connection] = [:]
    private var lastID = 0
    public private(set) var counters = Counters()

    private struct Connection {
        var stream: Stream
        var decoder: Decoder
        var deadline: Timer
        /// Who connected, as the kernel says (SO_PEERCRED).
        let user: UInt32?
        /// The request that is being answered; a reply to another one comes too late.
        var answering: UInt64?
        var method = ""
        var isLast = false
        /// It hears what is on its way, and that was it.
        var isEnding = false
    }

    /// `onRequest` is called on the loop, and replies there, at once or later.
    public init(
        loop: Loop, socket: Socket, limits: Limits = Limits(),
        onRequest: @escaping (Request, _ user: UInt32?, _ reply: @escaping (Response) -> Void) -> Void
    ) throws(SystemError) {
        (self.loop, self.limits, self.onRequest) = (loop, limits, onRequest)
        listener = try Listener(loop: loop, socket: socket, keepsReserve: true) { [weak self] socket, _ in
            self?.accept(socket)
        }
    }

    public func close() {
        listener = nil
        for id in connections.keys { end(id) }
    }

    private func accept(_ socket: Socket) {
        guard connections.count < limits.connections else {
            counters.refused += 1
            return
        }
        lastID += 1
        let id = lastID
        let user = socket.peerUser
        let stream = try? Stream(loop: loop, socket: socket) { [weak self] event in
            switch event {
            case .received(let bytes): self?.receive(bytes, id)
            case .drained: self?.drained(id)
            case .closed: self?.end(id)
            case .connected: break
            }
        }
        guard let stream else { return }
        let decoder = Decoder(maxHead: limits.head, maxBody: limits.body)
        let timer = deadline(id, limits.requestTime)
        connections[id] = Connection(stream: stream, decoder: decoder, deadline: timer, user: user)
    }

    private func deadline(_ id: Int, _ time: Duration) -> Timer { loop.after(time) { [weak self] in self?.end(id) } }

    private func setDeadline(_ time: Duration, _ id: Int) {
        guard let connection = connections[id] else { return }
        loop.cancel(connection.deadline)
        connections[id]?.deadline = deadline(id, time)
    }

    private func end(_ id: Int) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        loop.cancel(connection.deadline)
        connection.stream.close()
        loop.after(.zero) { [weak self] in self?.listener?.refill() }
    }

    private func receive(_ bytes: [UInt8], _ id: Int) {
        connections[id]?.decoder.receive(bytes)
        answerNext(id)
    }

    /// One request of a connection at a time, and in one turn of the loop: who sends many at once (pipelining) waits
    /// between them, and nobody else does.
    private func answerNext(_ id: Int) {
        guard let connection = connections[id], connection.answering == nil else {
            connections[id]?.stream.setReading(false)
            return
        }
        do {
            guard let request = try connections[id]?.decoder.request() else {
                connections[id]?.stream.setReading(true)
                return
            }
            begin(request, id)
        } catch {
            counters.malformed += 1
            let response = Response(error.status, body: Array("\(error)\n".utf8))
            connections[id]?.stream.send(response.encoded(to: "GET", isLast: true))
            endWhenDrained(id)
        }
    }

    private func endWhenDrained(_ id: Int) {
        connections[id]?.isEnding = true
        connections[id]?.stream.setReading(false)
        if connections[id]?.stream.pending == 0 { end(id) }
    }

    private func begin(_ request: Request, _ id: Int) {
        counters.requests += 1
        let number = counters.requests
        connections[id]?.answering = number
        connections[id]?.method = request.method
        connections[id]?.isLast = request.isLast
        setDeadline(limits.answerTime, id)
        onRequest(request, connections[id]?.user) { [weak self] response in self?.reply(response, number, id) }
    }

    private func reply(_ response: Response, _ number: UInt64, _ id: Int) {
        guard let connection = connections[id], connection.answering == number else { return }
        // What it left unread counts, not the size of this answer.
        if connection.stream.pending > limits.pending { return end(id) }
        connections[id]?.answering = nil
        connection.stream.send(response.encoded(to: connection.method, isLast: connection.isLast))
        setDeadline(limits.requestTime, id)
        if connection.isLast { return endWhenDrained(id) }
        guard let rest = connections[id]?.decoder, !rest.isEmpty else {
            connections[id]?.stream.setReading(true)
            return
        }
        connection.stream.setReading(false)
        loop.after(.zero) { [weak self] in self?.answerNext(id) }
    }

    private func drained(_ id: Int) {
        if connections[id]?.isEnding == true { end(id) }
    }
}
