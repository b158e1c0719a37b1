internal import DNS
internal import Loop
internal import Net

/// Queries over TCP (RFC 7766, RFC 9210). Lives on one loop, which holds it until `stop`, or until what `finish` began is
/// done.
///
///     accept ─▶ read ─▶ every whole query ─▶ Responder ─▶ one write       memory that all connections share
///                 ╰─ what is left over ─▶ memory of the connection's own, of which there is a bound for all
final class StreamService {
    private let loop: Loop
    private let limits: Nameserver.Limits
    private let notes: Notes
    private let lane: Lane
    /// What clients are told as long as there is room (RFC 7828): in tenths of a second.
    private let longestKeepalive: UInt16
    private var responder: Responder
    private var listeners: [Listener] = []
    private var connections = ConnectionQueue()
    private var shares: ClientShares
    private var sweep: Timer?
    /// What connections hold of their own, together.
    private var held = 0
    /// What is being read, and what is being written: of whichever connection it is that moment.
    private var input = [UInt8](repeating: 0, count: 65536)
    private var output: [UInt8] = []

    init(_ loop: Loop, _ responder: Responder, _ limits: Nameserver.Limits, _ notes: Notes) {
        (self.loop, self.responder, self.limits) = (loop, responder, limits)
        (self.notes, lane, shares) = (notes, notes.lane, ClientShares(each: limits.connectionsPerClient))
        longestKeepalive = Self.keepalive(limits.idle)
        lane.setPlaces(limits.connections)
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
            try Listener(loop: loop, socket: socket, batch: 1, onError: onFailure) { socket, from in
                if let from { self.accept(socket, from.address, from.address == own ? nil : others) }
            })
        if sweep == nil { armSweep() }
    }

    func stop() {
        closeListeners()
        for connection in connections.all { close(connection) }
        if let sweep { loop.cancel(sweep) }
        sweep = nil
    }

    private func closeListeners() {
        for listener in listeners { listener.close() }
        listeners = []
    }

    /// Takes no more connections, and calls `then` when the last is closed. Those that have nothing under way, and in the end
    /// all, are told that no more comes, and closed when their clients have closed them too: closing them first would reset
    /// one whose client has just asked again (RFC 9293 §3.6), and take answers with it that the client hasn't read.
    func finish(until deadline: Instant, _ then: @escaping () -> Void) {
        closeListeners()
        let now = Loop.now
        for connection in connections.all {
            guard now < deadline else { close(connection); continue }
            if connection.isQuiet(now) || now + Self.lastWords >= deadline { takeLeave(of: connection) }
        }
        guard connections.count > 0 else {
            stop()
            return then()
        }
        loop.after(.milliseconds(20)) { self.finish(until: deadline, then) }
    }

    private func takeLeave(of connection: Connection) {
        do throws(SystemError) {
            try hold(connection) { (connection) throws(SystemError) in try connection.takeLeave() }
        } catch { close(connection) }
    }

    /// What clients get to close their end.
    private static let lastWords = Duration.milliseconds(500)

    // MARK: Connections

    private func accept(_ socket: Socket, _ address: Address, _ others: Others?) {
        lane.noteAccepted()
        guard let share = shares.take(by: address) else { return lane.noteRejected() }
        makeRoom()
        let connection = Connection(socket, address, share, others, now: Loop.now)
        do throws(SystemError) {
            connection.watch = try loop.watch(socket.descriptor, for: .readable) { self.ready(connection, $0) }
        } catch {
            shares.giveBack(share)
            return lane.noteRejected()
        }
        connections.append(connection)
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
        shares.giveBack(connection.share)
        lane.setOpen(connections.count)
    }

    private func abandon(_ connection: Connection) {
        guard connection.watch != nil else { return }
        lane.noteAbandoned()
        close(connection)
    }

    private func armSweep() {
        sweep = loop.after(min(.seconds(1), limits.idle)) {
            self.closeIdle()
            self.armSweep()
        }
    }

    private func closeIdle() {
        let now = Loop.now
        while let oldest = connections.oldest, oldest.lastProgress + patience < now { abandon(oldest) }
    }

    private var patience: Duration { limits.patience(with: connections.count) }

    private static func keepalive(_ patience: Duration) -> UInt16 { UInt16(clamping: Int(patience.milliseconds / 100)) }

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
            guard count > 0 else { return clientEnds(connection) }
            guard !connection.isLeaving else { return }
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
    private func clientEnds(_ connection: Connection) {
        guard connection.pending > 0 else { return close(connection) }
        connection.clientHasEnded = true
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
            if connection.clientHasEnded, connection.pending == 0 { close(connection) }
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
        // A variable of its own while it is written: to reach into the service costs a check for each byte.
        var answers = exchange(&output, with: [])
        defer { output = answers.capacity > 1 << 20 ? [] : answers }
        let patience = patience
        responder.keepalive = patience == limits.idle ? longestKeepalive : Self.keepalive(patience)
        while connection.watch != nil, connection.pending <= limits.unreadBytes, bytes.lengthOfQuery(at: used) != nil {
            answers.removeAll(keepingCapacity: true)
            let isDNS = fill(&answers, connection, bytes, &used)
            try hold(connection) { (connection) throws(SystemError) in try connection.send(answers) }
            guard isDNS else {
                abandon(connection)
                return nil
            }
        }
        if used > 0, connection.watch != nil { connections.touch(connection, Loop.now) }
        return used
    }

    /// Writes answers one behind the other until all queries have one, or that is enough for one write. False: what came
    /// there was no query.
    private func fill(
        _ answers: inout [UInt8], _ connection: Connection, _ bytes: Span<UInt8>, _ used: inout Int
    ) -> Bool {
        var traffic = Counters.Traffic()
        defer { note(traffic, of: connection) }
        while answers.count <= limits.unreadBytes, let length = bytes.lengthOfQuery(at: used) {
            let query = bytes.extracting(used + 2..<used + 2 + length)
            used += 2 + length
            traffic.queries += 1
            traffic.bytesIn += UInt64(length)
            let start = answers.count
            answers.append(0)
            answers.append(0)
            guard case .answered(let reply) = responder.respond(to: query, over: .tcp, into: &answers) else {
                answers.removeLast(2)
                traffic.ignored += 1
                return false
            }
            let answer = answers.count - start - 2
            answers[start] = UInt8(truncatingIfNeeded: answer >> 8)
            answers[start + 1] = UInt8(truncatingIfNeeded: answer)
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
        let mayAsk = connection.pending <= limits.unreadBytes && !connection.clientHasEnded
        var interest: Readiness = mayAsk ? .readable : []
        if connection.pending > 0 { interest.insert(.writable) }
        guard interest != connection.interest else { return }
        connection.interest = interest
        do throws(SystemError) { try loop.change(watch, to: interest) } catch { close(connection) }
    }
}
