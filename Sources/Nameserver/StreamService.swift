internal import DNS
internal import Loop
internal import Net

/// Queries over TCP (RFC 7766, RFC 9210). Lives on one loop.
///
///     accept ─▶ read ─▶ every whole query ─▶ Responder ─▶ one write       memory that all connections share
///                 ╰─ what is left over ─▶ memory of the connection's own, of which there is a bound for all
final class StreamService {
    private let loop: Loop
    private let limits: Nameserver.Limits
    private let notes: Notes
    private let lane: Lane
    private var responder: Responder
    private var listeners: [Listener] = []
    private var connections = ConnectionQueue()
    private var perClient: [Prefix: Int] = [:]
    private var sweep: Timer?
    /// What connections hold of their own, together.
    private var held = 0
    /// What is being read, and what is being written: of whichever connection it is that moment.
    private var input = [UInt8](repeating: 0, count: 65536)
    private var output: [UInt8] = []

    init(_ loop: Loop, _ responder: Responder, _ limits: Nameserver.Limits, _ notes: Notes) {
        (self.loop, self.responder, self.limits) = (loop, responder, limits)
        (self.notes, lane) = (notes, notes.lane)
    }

    var zones: Zones {
        get { responder.zones }
        set { responder.zones = newValue }
    }

    /// Connections inherit what the listener is set to.
    func serve(
        _ socket: Socket, _ others: Others?, _ onFailure: @escaping (SystemError) -> Void
    ) throws(SystemError) {
        Nameserver.prepare(listener: socket)
        let own = socket.local?.address
        listeners.append(
            try Listener(loop: loop, socket: socket, onError: onFailure) { [weak self] socket, from in
                guard let self, let from else { return }
                accept(socket, from.address, from.address == own ? nil : others)
            })
        if sweep == nil { armSweep() }
    }

    func stop() {
        for listener in listeners { listener.close() }
        listeners = []
        for connection in connections.all { close(connection) }
        if let sweep { loop.cancel(sweep) }
        sweep = nil
    }

    /// Takes no more connections, closes those that have nothing under way, and calls `then` when the last is closed.
    func finish(until deadline: Instant, _ then: @escaping () -> Void) {
        for listener in listeners { listener.close() }
        listeners = []
        let now = Loop.now
        for connection in connections.all where now >= deadline || connection.isQuiet(now) { close(connection) }
        guard connections.count > 0 else { return then() }
        loop.after(.milliseconds(20)) { self.finish(until: deadline, then) }
    }

    // MARK: Connections

    private func accept(_ socket: Socket, _ address: Address, _ others: Others?) {
        lane.noteAccepted()
        let connection = Connection(socket, address, others, now: Loop.now)
        guard perClient[connection.network, default: 0] < limits.connectionsPerClient else {
            return lane.noteRejected()
        }
        makeRoom()
        do throws(SystemError) {
            connection.watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] readiness in
                self?.ready(connection, readiness)
            }
        } catch { return lane.noteRejected() }
        connections.append(connection)
        perClient[connection.network, default: 0] += 1
        lane.setOpen(connections.count)
        read(connection)  // the first query often is there already
    }

    /// When all places are taken, whoever has been silent for longest makes room (RFC 7766 §6.2.3).
    private func makeRoom() {
        if connections.count >= limits.connections, let oldest = connections.oldest { abandon(oldest) }
    }

    private func close(_ connection: Connection) {
        guard let watch = connection.watch else { return }
        connection.watch = nil
        loop.forget(watch)
        held -= connection.held
        connections.remove(connection)
        let left = perClient[connection.network, default: 1] - 1
        perClient[connection.network] = left > 0 ? left : nil
        lane.setOpen(connections.count)
    }

    private func abandon(_ connection: Connection) {
        guard connection.watch != nil else { return }
        lane.noteAbandoned()
        close(connection)
    }

    private func armSweep() {
        sweep = loop.after(min(.seconds(1), limits.idle)) { [weak self] in
            self?.closeIdle()
            self?.armSweep()
        }
    }

    private func closeIdle() {
        let now = Loop.now
        while let oldest = connections.oldest, oldest.lastProgress + patience < now { abandon(oldest) }
    }

    private var patience: Duration { limits.patience(with: connections.count) }

    // MARK: Queries

    private func ready(_ connection: Connection, _ readiness: Readiness) {
        if readiness.contains(.writable) { goOn(connection) }
        guard connection.watch != nil else { return }
        if readiness.contains(.readable) { return read(connection) }
        if !readiness.isDisjoint(with: .hungUp) { close(connection) }
    }

    private func read(_ connection: Connection) {
        do throws(SystemError) {
            guard let count = try connection.socket.receive(into: &input) else { return }
            guard count > 0 else { return end(connection) }
            guard connection.received.isEmpty else {
                hold(connection) { $0.received += input[..<count] }
                return try answerReceived(connection)
            }
            let used = try answer(connection, input.span.extracting(first: count))
            if let used, used < count { hold(connection) { $0.received = Array(input[used..<count]) } }
            settle(connection)
        } catch { close(connection) }
    }

    /// Whoever closes its half of the connection gets what it has asked for before.
    private func end(_ connection: Connection) {
        guard connection.pending > 0 else { return close(connection) }
        connection.isEnding = true
        settle(connection)
    }

    /// The client has read: what it asked meanwhile is next.
    private func goOn(_ connection: Connection) {
        do throws(SystemError) {
            var isDone = false
            try hold(connection) { (connection) throws(SystemError) in isDone = try connection.flush() }
            guard isDone else { return }
            connections.touch(connection, Loop.now)
            try answerReceived(connection)
            if connection.isEnding, connection.pending == 0 { close(connection) }
        } catch { close(connection) }
    }

    private func answerReceived(_ connection: Connection) throws(SystemError) {
        let received = connection.received
        let used = try answer(connection, received.span)
        if let used { hold(connection) { $0.consume(used) } }
        settle(connection)
    }

    /// Answers every whole query (RFC 7766 §6.2.1.1), in their order, as long as the client reads. How many bytes were
    /// used; nil: these bytes aren't DNS, and the connection is closed.
    private func answer(_ connection: Connection, _ bytes: Span<UInt8>) throws(SystemError) -> Int? {
        var used = 0
        responder.keepalive = UInt16(clamping: Int(patience.milliseconds / 100))
        while connection.watch != nil, connection.pending <= limits.unreadBytes, bytes.lengthOfQuery(at: used) != nil {
            output.removeAll(keepingCapacity: true)
            let isDNS = fill(connection, bytes, &used)
            try hold(connection) { (connection) throws(SystemError) in try connection.send(output) }
            guard isDNS else {
                abandon(connection)
                return nil
            }
        }
        if output.capacity > 1 << 20 { output = [] }
        if used > 0, connection.watch != nil { connections.touch(connection, Loop.now) }
        return used
    }

    /// Writes answers one behind the other until all queries have one, or that is enough for one write. False: what came
    /// there was no query.
    private func fill(_ connection: Connection, _ bytes: Span<UInt8>, _ used: inout Int) -> Bool {
        var traffic = Counters.Traffic()
        defer { note(traffic, of: connection) }
        while output.count <= limits.unreadBytes, let length = bytes.lengthOfQuery(at: used) {
            let query = bytes.extracting(used + 2..<used + 2 + length)
            used += 2 + length
            traffic.queries += 1
            traffic.bytesIn += UInt64(length)
            let start = output.count
            output.append(0)
            output.append(0)
            guard case .answered(let reply) = responder.respond(to: query, over: .tcp, into: &output) else {
                output.removeLast(2)
                traffic.ignored += 1
                return false
            }
            let answer = output.count - start - 2
            output[start] = UInt8(truncatingIfNeeded: answer >> 8)
            output[start + 1] = UInt8(truncatingIfNeeded: answer)
            lane.note(reply, length, answer, isTCP: true)
            traffic.answers += 1
            traffic.bytesOut += UInt64(answer)
        }
        return true
    }

    private func note(_ traffic: Counters.Traffic, of connection: Connection) {
        lane.add(traffic, to: QueryChannel(isTCP: true, isIPv6: connection.isIPv6))
        guard traffic.answers > 0 else { return }
        notes.sightings.note(connection.client, isIPv6: connection.isIPv6, queries: traffic.answers)
        connection.others?.note(Int(traffic.answers))
    }

    // MARK: Memory

    /// Does what changes how much a connection holds, and keeps the account.
    private func hold<Failure: Error>(
        _ connection: Connection, _ change: (Connection) throws(Failure) -> Void
    ) throws(Failure) {
        let before = connection.held
        defer { if connection.watch != nil { held += connection.held - before } }
        try change(connection)
    }

    /// Reads on only if there is room, and waits to write only if there is anything. Who would hold more than there is for
    /// all is closed.
    private func settle(_ connection: Connection) {
        guard let watch = connection.watch else { return }
        guard held <= limits.heldBytes || connection.held == 0 else { return abandon(connection) }
        let mayAsk = connection.pending <= limits.unreadBytes && !connection.isEnding
        var interest: Readiness = mayAsk ? .readable : []
        if connection.pending > 0 { interest.insert(.writable) }
        guard interest != connection.interest else { return }
        connection.interest = interest
        do throws(SystemError) { try loop.change(watch, to: interest) } catch { close(connection) }
    }
}
