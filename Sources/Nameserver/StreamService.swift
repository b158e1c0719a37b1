internal import DNS
internal import Loop
internal import Net
internal import Synchronization

/// Queries over TCP (RFC 7766). Lives on one loop.
final class StreamService {
    let tally = Tally()
    let connectionTally = ConnectionTally()
    private let loop: Loop
    private let limits: Nameserver.Limits
    private var responder: Responder
    private var listeners: [Listener] = []
    private var connections: [UInt64: Connection] = [:]
    private var perClient: [Prefix: Int] = [:]
    private var lastID: UInt64 = 0
    private var sweep: Timer?

    init(_ loop: Loop, _ responder: Responder, _ limits: Nameserver.Limits) {
        (self.loop, self.responder, self.limits) = (loop, responder, limits)
    }

    var zones: Zones {
        get { responder.zones }
        set { responder.zones = newValue }
    }

    func serve(
        _ socket: Socket, _ others: Others?, _ onFailure: @escaping (SystemError) -> Void
    ) throws(SystemError) {
        listeners.append(
            try Listener(loop: loop, socket: socket, onError: onFailure) { [weak self] socket, from in
                self?.accept(socket, from, others)
            })
        if sweep == nil { armSweep() }
    }

    func stop() {
        for listener in listeners { listener.close() }
        listeners = []
        for id in connections.keys.sorted() { close(id) }
        if let sweep { loop.cancel(sweep) }
        sweep = nil
    }

    /// Takes no more connections, closes those that have nothing under way, and calls `then` when the last is closed.
    func finish(until deadline: Instant, _ then: @escaping () -> Void) {
        for listener in listeners { listener.close() }
        listeners = []
        let now = Loop.now
        for id in connections.keys.sorted() where now >= deadline || connections[id]?.isQuiet(now) == true {
            close(id)
        }
        guard !connections.isEmpty else { return then() }
        loop.after(.milliseconds(20)) { self.finish(until: deadline, then) }
    }

    // MARK: Connections

    private func accept(_ socket: Socket, _ from: Endpoint?, _ others: Others?) {
        guard let from else { return }
        connectionTally.accepted.raise()
        let client = Self.client(from.address)
        guard perClient[client, default: 0] < limits.connectionsPerClient, makeRoom() else {
            return connectionTally.rejected.raise()
        }
        try? socket.setNoDelay()
        lastID += 1
        let id = lastID
        let connection = Connection(client: client, unreadBytes: limits.unreadBytes, now: Loop.now)
        if from.address != others?.address { connection.others = others }
        do {
            try connection.open(loop, socket) { [weak self] in self?.handle(id, $0) }
        } catch { return connectionTally.rejected.raise() }
        connections[id] = connection
        perClient[client, default: 0] += 1
        connectionTally.open.store(UInt64(connections.count), ordering: .relaxed)
    }

    /// Who shares a limit: an IPv6 client has a whole /64 to come from.
    private static func client(_ address: Address) -> Prefix {
        Prefix(address, length: address.family == .ipv4 ? 32 : 64) ?? Prefix(host: address)
    }

    /// When all places are taken, whoever has been silent for longest makes room (RFC 7766 §6.2.3).
    private func makeRoom() -> Bool {
        guard connections.count >= limits.connections else { return true }
        let oldest = connections.min { ($0.value.lastProgress, $0.key) < ($1.value.lastProgress, $1.key) }
        guard let oldest else { return false }
        abandon(oldest.key)
        return true
    }

    private func close(_ id: UInt64) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        connection.close()
        let left = perClient[connection.client, default: 1] - 1
        perClient[connection.client] = left > 0 ? left : nil
        connectionTally.open.store(UInt64(connections.count), ordering: .relaxed)
    }

    private func abandon(_ id: UInt64) {
        guard connections[id] != nil else { return }
        connectionTally.abandoned.raise()
        close(id)
    }

    private func armSweep() {
        sweep = loop.after(min(.seconds(1), limits.idle)) { [weak self] in
            self?.closeIdle()
            self?.armSweep()
        }
    }

    private func closeIdle() {
        let now = Loop.now
        for (id, connection) in connections where connection.lastProgress + limits.idle < now { abandon(id) }
    }

    // MARK: Queries

    private func handle(_ id: UInt64, _ event: Stream.Event) {
        guard let connection = connections[id] else { return }
        switch event {
        case .connected: break
        case .received(let bytes):
            connection.received += bytes
            answer(id, connection)
        case .drained:
            connection.lastProgress = Loop.now
            answer(id, connection)
        case .closed: close(id)
        }
    }

    /// Answers the whole queries that have arrived, in their order, until the client has enough to read.
    private func answer(_ id: UInt64, _ connection: Connection) {
        guard !connection.isAnswering else { return }  // sending can tell us at once that all has been sent
        connection.isAnswering = true
        var isDNS = true
        repeat {
            var traffic = Counters.Traffic()
            isDNS = connection.answer(&responder, &traffic)
            tally.add(traffic)
            connection.others?.note(Int(traffic.answers))
            connection.flush()
        } while isDNS && connection.canAnswer
        connection.isAnswering = false
        if !isDNS { abandon(id) }
    }
}
