internal import DNS
internal import Loop
internal import Net

/// Queries over UDP, in batches. Lives on one loop.
final class DatagramService {
    let tally = Tally()
    private let loop: Loop
    private var responder: Responder
    private let batch: DatagramBatch
    /// All answers of a batch, one behind the other.
    private var bytes: [UInt8] = []
    private var answers: [DatagramBatch.Answer] = []
    private var watches: [(watch: Watch, socket: Socket)] = []

    /// Batches that one socket may have before the others get their turn.
    private static let turns = 4

    init(_ loop: Loop, _ responder: Responder, _ batch: DatagramBatch) {
        (self.loop, self.responder, self.batch) = (loop, responder, batch)
        bytes.reserveCapacity(DatagramBatch.capacity * Int(EDNS.payloadSize))
        answers.reserveCapacity(DatagramBatch.capacity)
    }

    var zones: Zones {
        get { responder.zones }
        set { responder.zones = newValue }
    }

    /// Ignoring the path's MTU and room for a burst are improvements, no conditions. What a process that was killed had
    /// read from the socket is answered first.
    func serve(_ socket: Socket, _ others: Others?) throws(SystemError) {
        try? socket.ignorePathMTU()
        try? socket.setReceiveBuffer(4 << 20)
        let cookie = SocketCookie(socket)
        let watch = try loop.watch(socket.descriptor, for: .readable) { [weak self] _ in
            self?.answer(socket, cookie, others)
        }
        watches.append((watch, socket))
        let left = batch.takeLeft(by: cookie)
        if left > 0 { answer(left, over: socket, others) }
    }

    func stop() {
        for (watch, _) in watches { loop.cancel(watch) }
        watches = []
    }

    private func answer(_ socket: Socket, _ cookie: SocketCookie, _ others: Others?) {
        for _ in 0..<Self.turns {
            let count = batch.receive(socket, cookie)
            if count > 0 { answer(count, over: socket, others) }
            if count < DatagramBatch.capacity { return }
        }
    }

    private func answer(_ count: Int, over socket: Socket, _ others: Others?) {
        var traffic = Counters.Traffic()
        bytes.removeAll(keepingCapacity: true)
        answers.removeAll(keepingCapacity: true)
        for index in 0..<count {
            batch.read(index) { query in
                let outcome = responder.respond(to: query, over: .udp, into: &bytes)
                traffic.count(outcome, bytes: query.count)
                if outcome != .ignored { answers.append(DatagramBatch.Answer(index: index, end: bytes.count)) }
            }
        }
        let sent = answers.isEmpty ? 0 : batch.send(answers, bytes, over: socket)
        batch.done()
        if let others, sent > 0 { others.note(batch.answers(toOthersThan: others.address), lost: answers.count - sent) }
        traffic.answers += UInt64(sent)
        traffic.dropped += UInt64(answers.count - sent)
        traffic.bytesOut += UInt64(bytes.count)
        tally.add(traffic)
    }
}

extension Counters.Traffic {
    /// One message of `bytes` bytes came in and was dealt with.
    mutating func count(_ outcome: Responder.Outcome, bytes: Int) {
        queries += 1
        bytesIn += UInt64(bytes)
        switch outcome {
        case .ignored: malformed += 1
        case .answered(let reply):
            switch reply.rcode {
            case .formatError: malformed += 1
            case .refused: refused += 1
            case .nameError: nameErrors += 1
            default: break
            }
            if reply.isTruncated { truncated += 1 }
        }
    }
}
