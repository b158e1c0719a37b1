internal import Glibc
public import HTTP
public import Loop
public import Net

/// HTTP over a Unix socket: how `landfall status` and operators reach a running agent. Over TCP it is how Prometheus does
/// (`MetricsServer`).
///
/// Who may connect is up to the socket: a file's mode, an address. Whoever does is bounded all the same, and can neither
/// shut out others nor keep the loop from its work: see `Turns` for whose request is next, and `Crowd` for who has to go.
///
/// An agent that is out of descriptors can still be asked why.
public final class ControlServer {
    public struct Limits: Sendable {
        /// At most a quarter of the descriptors that the process may have, whatever is written here.
        public var connections = 2048
        /// From one request to the next, and for reading an answer.
        public var requestTime: Duration = .seconds(5)
        /// What an answer that has to be waited for may take.
        public var answerTime: Duration = .seconds(150)
        /// Orders of one user that are being carried out.
        public var orders = 32
        public var head = 8192
        public var body = 16384
        /// Different questions whose answers are kept while others wait.
        public var shared = 8
        /// Bytes of all connections, received and not yet read.
        public var memory = 16 << 20

        public init() {}
    }

    public struct Counters: Hashable, Sendable {
        public var requests: UInt64 = 0
        /// Bytes that were no request.
        public var malformed: UInt64 = 0
        /// Connections closed because there were too many, or they held too much.
        public var refused: UInt64 = 0
    }

    public typealias Reply = (Response) -> Void

    private let loop: Loop
    private let limits: Limits
    private let onRequest: (Request, Caller, _ reply: @escaping Reply) -> Void
    private var listener: Listener?
    private var connections: [Int: ControlConnection] = [:]
    private var lastID = 0
    private var turns = Turns()
    private var isTurnDue = false
    private var held = 0
    /// What was said to questions while others wait, and when it was looked into.
    private var answers: [Request: (at: Instant, response: Response)] = [:]
    /// Those that are being carried out, by the numbers of their requests.
    private var orders: [UInt64: (user: UInt32?, timer: Timer)] = [:]
    public private(set) var counters = Counters()

    /// `onRequest` is called on the loop, and replies there, once, at once or later.
    public init(
        loop: Loop, socket: Socket, limits: Limits = Limits(),
        onRequest: @escaping (Request, Caller, _ reply: @escaping Reply) -> Void
    ) throws(SystemError) {
        (self.loop, self.onRequest) = (loop, onRequest)
        var limits = limits
        limits.connections = min(limits.connections, max(4, Self.openFilesAllowed / 4))
        self.limits = limits
        listener = try Listener(loop: loop, socket: socket, keepsReserve: true) { [weak self] socket, _ in
            self?.accept(socket)
        }
    }

    public func close() {
        listener = nil
        for id in connections.keys { end(id) }
    }

    // MARK: Connections

    private func accept(_ socket: Socket) {
        if connections.count >= limits.connections { refuse(Crowd.leaving(members)) }
        guard connections.count < limits.connections else {
            counters.refused += 1
            return
        }
        lastID += 1
        let id = lastID
        let stream = try? Stream(loop: loop, socket: socket) { [weak self] event in
            switch event {
            case .received(let bytes): self?.receive(bytes, id)
            case .drained: self?.drained(id)
            case .closed: self?.end(id)
            case .connected: break
            }
        }
        guard let stream else { return }
        connections[id] = ControlConnection(
            stream: stream, caller: Caller(socket), decoder: Decoder(maxHead: limits.head, maxBody: limits.body),
            deadline: deadline(id, limits.requestTime))
    }

    private var members: [Crowd.Member] {
        connections.map { Crowd.Member(id: $0, user: $1.caller.user, stage: $1.stage) }
    }

    private func refuse(_ ids: [Int]) {
        counters.refused += UInt64(ids.count)
        for id in ids { end(id) }
    }

    private func deadline(_ id: Int, _ time: Duration) -> Timer { loop.after(time) { [weak self] in self?.end(id) } }

    private func setDeadline(_ time: Duration, _ id: Int) {
        guard let connection = connections[id] else { return }
        loop.cancel(connection.deadline)
        connections[id]?.deadline = deadline(id, time)
    }

    private func end(_ id: Int) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        held -= connection.bytes
        if case .asking = connection.state { turns.remove(id, of: connection.caller.user) }
        loop.cancel(connection.deadline)
        connection.stream.close()
        loop.after(.zero) { [weak self] in self?.listener?.refill() }
    }

    /// Counts what it holds; when all together hold too much, those that hold the most go.
    private func weigh(_ id: Int) {
        guard let connection = connections[id] else { return }
        let bytes = connection.decoder.count + connection.stream.pending
        held += bytes - connection.bytes
        connections[id]?.bytes = bytes
        while held > limits.memory, let most = connections.max(by: { $0.value.bytes < $1.value.bytes }) {
            refuse([most.key])
        }
    }

    // MARK: Requests

    private func receive(_ bytes: [UInt8], _ id: Int) {
        connections[id]?.decoder.receive(bytes)
        if case .waiting = connections[id]?.state { readRequest(id) } else { connections[id]?.stream.setReading(false) }
        weigh(id)
    }

    /// One request of a connection at a time.
    private func readRequest(_ id: Int) {
        do {
            let request = try connections[id]?.decoder.request()
            connections[id]?.stream.setReading(request == nil)
            guard let request, let connection = connections[id] else { return }
            connections[id]?.state = .asking(request, since: Loop.now)
            turns.add(id, of: connection.caller.user)
            takeTurns()
        } catch {
            counters.malformed += 1
            connections[id]?.state = .ending
            connections[id]?.stream.setReading(false)
            let response = Response(error.status, body: Array("\(error)\n".utf8))
            connections[id]?.stream.send(response.encoded(to: "GET", isLast: true))
        }
    }

    /// One request in one turn of the loop: between two of them it does what else is due.
    private func takeTurns() {
        if turns.isEmpty { answers = [:] }
        guard !isTurnDue, !turns.isEmpty else { return }
        isTurnDue = true
        loop.after(.zero) { [weak self] in
            self?.isTurnDue = false
            self?.serveNext()
            self?.takeTurns()
        }
    }

    private func serveNext() {
        guard let id = turns.next(), let connection = connections[id],
            case .asking(let request, let since) = connection.state
        else { return }
        counters.requests += 1
        let number = counters.requests
        connections[id]?.state = .served(number)
        connections[id]?.method = request.method
        connections[id]?.isLast = request.isLast
        if let said = answers[request], said.at >= since { return reply(said.response, number, id) }
        guard admit(request, number, of: connection.caller.user) else {
            return reply(Response(503, body: Array("too many of your orders are under way\n".utf8)), number, id)
        }
        setDeadline(limits.answerTime, id)
        let begun = Loop.now
        onRequest(request, connection.caller) { [weak self] response in
            self?.release(number)
            self?.share(response, to: request, begun)
            self?.reply(response, number, id)
        }
    }

    /// A thousand who ask the same at once are told the same: what was looked into after they had asked is as true as if it
    /// had been looked into for each. No answer to a question depends on who asks.
    private func share(_ response: Response, to request: Request, _ begun: Instant) {
        guard request.isQuestion, !turns.isEmpty, limits.shared > 0 else { return }
        if answers.count >= limits.shared { answers = [:] }
        answers[request] = (begun, response)
    }

    /// Questions are answered at once; what an order starts goes on when whoever gave it is gone.
    private func admit(_ request: Request, _ number: UInt64, of user: UInt32?) -> Bool {
        guard !request.isQuestion else { return true }
        guard orders.values.count(where: { $0.user == user }) < limits.orders else { return false }
        orders[number] = (user, loop.after(limits.answerTime) { [weak self] in self?.release(number) })
        return true
    }

    private func release(_ number: UInt64) {
        if let order = orders.removeValue(forKey: number) { loop.cancel(order.timer) }
    }

    private func reply(_ response: Response, _ number: UInt64, _ id: Int) {
        guard let connection = connections[id], case .served(number) = connection.state else { return }
        connections[id]?.state = connection.isLast ? .ending : .telling
        setDeadline(limits.requestTime, id)
        connection.stream.send(response.encoded(to: connection.method, isLast: connection.isLast))
        weigh(id)
    }

    /// Only who has read an answer is given another one.
    private func drained(_ id: Int) {
        switch connections[id]?.state {
        case .ending: end(id)
        case .telling where connections[id]?.stream.pending == 0:
            connections[id]?.state = .waiting
            readRequest(id)
        default: break
        }
    }

    private static var openFilesAllowed: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }
}

extension Request {
    /// It changes nothing.
    fileprivate var isQuestion: Bool { method == "GET" || method == "HEAD" }
}
