internal import DNS
internal import Loop
internal import Net

/// Queries over UDP, in batches. Lives on one loop.
final class DatagramService {
    private let loop: Loop
    private let batch: DatagramBatch
    private var desk: Desk
    private let notes: Notes
    private var watches: [(watch: Watch, socket: Socket)] = []

    /// Batches that one socket may have before the others get their turn.
    private static let turns = 4

    /// What every query needs, in one place: it is looked up once for a batch, and not once for a query.
    private struct Desk {
        var responder: Responder
        let lane: Lane
        let sightings: Sightings
        /// All answers of a batch, one behind the other.
        var bytes: [UInt8] = []
        var answers: [DatagramBatch.Answer] = []
    }

    /// A socket, and what doesn't change about it.
    private struct Port {
        let socket: Socket
        let cookie: SocketCookie
        let isIPv6: Bool
        let others: Others?
    }

    init(_ loop: Loop, _ responder: Responder, _ batch: DatagramBatch, _ notes: Notes) {
        (self.loop, self.batch, self.notes) = (loop, batch, notes)
        desk = Desk(responder: responder, lane: notes.lane, sightings: notes.sightings)
        desk.bytes.reserveCapacity(DatagramBatch.capacity * Int(EDNS.payloadSize))
        desk.answers.reserveCapacity(DatagramBatch.capacity)
    }

    var zones: Zones {
        get { desk.responder.zones }
        set { desk.responder.zones = newValue }
    }

    /// Ignoring the path's MTU and room for a burst are improvements, no conditions. What a process that was killed had
    /// read from the socket is answered first.
    func serve(_ socket: Socket, _ others: Others?) throws(SystemError) {
        try? socket.ignorePathMTU()
        try? socket.setReceiveBuffer(4 << 20)
        let isIPv6 = socket.local?.address.family == .ipv6
        let port = Port(socket: socket, cookie: SocketCookie(socket), isIPv6: isIPv6, others: others)
        let watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] _ in self?.answer(port) }
        watches.append((watch, socket))
        let left = batch.takeLeft(by: port.cookie)
        if left > 0 { answer(left, at: port) }
    }

    func stop() {
        for (watch, _) in watches { loop.cancel(watch) }
        watches = []
    }

    private func answer(_ port: Port) {
        for _ in 0..<Self.turns {
            let count = batch.receive(port.socket, port.cookie)
            if count > 0 { answer(count, at: port) }
            if count < DatagramBatch.capacity { return }
        }
    }

    private func answer(_ count: Int, at port: Port) {
        let (traffic, toOthers) = Self.answer(count, of: batch, at: port, &desk)
        let waiting = desk.answers.count
        let sent = waiting == 0 ? 0 : batch.send(desk.answers, desk.bytes, over: port.socket)
        batch.done()
        if sent > 0 { port.others?.note(toOthers, lost: waiting - sent) }
        var total = traffic
        total.answers = UInt64(sent)
        total.dropped = UInt64(waiting - sent)
        desk.lane.add(total, to: QueryChannel(isTCP: false, isIPv6: port.isIPv6))
    }

    /// What came in, and how many of the answers are for others than ourselves.
    private static func answer(
        _ count: Int, of batch: DatagramBatch, at port: Port, _ desk: inout Desk
    ) -> (traffic: Counters.Traffic, toOthers: Int) {
        var traffic = Counters.Traffic()
        var toOthers = 0
        let (isIPv6, itself) = (port.isIPv6, port.others?.itself)
        desk.bytes.removeAll(keepingCapacity: true)
        desk.answers.removeAll(keepingCapacity: true)
        batch.forEach(count) { index, query, client in
            traffic.bytesIn &+= UInt64(query.count)
            let start = desk.bytes.count
            guard case .answered(let reply) = desk.responder.respond(to: query, over: .udp, into: &desk.bytes) else {
                return traffic.ignored &+= 1
            }
            desk.answers.append(DatagramBatch.Answer(index: index, end: desk.bytes.count))
            desk.lane.note(reply, query.count, desk.bytes.count - start, isTCP: false)
            desk.sightings.note(client, isIPv6: isIPv6)
            if client != itself { toOthers += 1 }
        }
        traffic.queries = UInt64(count)
        traffic.bytesOut = UInt64(desk.bytes.count)
        return (traffic, toOthers)
    }
}
