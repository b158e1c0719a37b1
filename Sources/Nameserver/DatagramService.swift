internal import CLinux
internal import DNS
internal import Glibc
internal import Loop
internal import Net

/// Queries over UDP, in batches. Lives on one loop.
final class DatagramService {
    let tally = Tally()
    private let loop: Loop
    private var responder: Responder
    private let batch: UnsafeMutablePointer<landfall_batch>
    /// All answers of a batch, one behind the other, and where each ends.
    private var answers: [UInt8] = []
    private var ends: [(query: Int32, end: Int)] = []
    private var watches: [(watch: Watch, socket: Socket)] = []

    /// Batches that one socket may have before the others get their turn.
    private static let turns = 4

    init(_ loop: Loop, _ responder: Responder) throws(SystemError) {
        (self.loop, self.responder) = (loop, responder)
        guard let batch = landfall_batch_new() else { throw SystemError("calloc", code: ENOMEM) }
        self.batch = batch
        answers.reserveCapacity(Int(LANDFALL_BATCH) * Int(EDNS.payloadSize))
        ends.reserveCapacity(Int(LANDFALL_BATCH))
    }

    deinit { free(batch) }

    var zones: Zones {
        get { responder.zones }
        set { responder.zones = newValue }
    }

    func serve(_ socket: Socket) throws(SystemError) {
        prepare(socket)
        let descriptor = socket.descriptor
        let watch = try loop.watch(descriptor, for: .readable) { [weak self] _ in self?.answer(descriptor) }
        watches.append((watch, socket))
    }

    func stop() {
        for (watch, _) in watches { loop.cancel(watch) }
        watches = []
    }

    /// Both are improvements and no conditions: room for a burst, and no trust in forged "fragmentation needed"
    /// messages, since nothing we send needs fragments (RFC 9715 §3.1).
    private func prepare(_ socket: Socket) {
        try? socket.set(SOL_SOCKET, SO_RCVBUF, 4 << 20)
        let isIPv6 = socket.local?.address.family == .ipv6
        try? isIPv6
            ? socket.set(Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT)
            : socket.set(Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_PMTUDISC_OMIT)
    }

    private func answer(_ descriptor: Int32) {
        for _ in 0..<Self.turns {
            let count = landfall_batch_receive(batch, descriptor)
            guard count > 0 else { return }  // EAGAIN, or an error of an earlier answer that reading has cleared
            answerBatch(count, descriptor)
            if count < LANDFALL_BATCH { return }
        }
    }

    private func answerBatch(_ count: Int32, _ descriptor: Int32) {
        var traffic = Counters.Traffic()
        answers.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        for index in 0..<count {
            var length = 0
            // SAFETY: the batch owns `length` bytes there until it receives again, which is after this loop.
            let query = UnsafeBufferPointer(start: landfall_batch_query(batch, index, &length), count: length)
            let outcome = responder.respond(to: query.span, over: .udp, into: &answers)
            traffic.count(outcome, bytes: length)
            if outcome != .ignored { ends.append((index, answers.count)) }
        }
        send(descriptor, &traffic)
        tally.add(traffic)
    }

    private func send(_ descriptor: Int32, _ traffic: inout Counters.Traffic) {
        guard !ends.isEmpty else { return }
        let sent = answers.withUnsafeBytes { bytes in
            var start = 0
            for (query, end) in ends {
                // SAFETY: `start` and `end` lie within `answers`, which stays where it is until the batch is sent.
                landfall_batch_answer(batch, query, bytes.baseAddress?.advanced(by: start), end - start)
                start = end
            }
            return landfall_batch_send(batch, descriptor)
        }
        traffic.answers += UInt64(sent)
        traffic.dropped += UInt64(ends.count) - UInt64(sent)
        traffic.bytesOut += UInt64(answers.count)
    }
}

extension Counters.Traffic {
    /// One message of `bytes` bytes came in and was dealt with.
    mutating func count(_ outcome: Responder.Outcome, bytes: Int) {
        queries += 1
        bytesIn += UInt64(bytes)
        switch outcome {
        case .ignored, .answered(.formatError, _): malformed += 1
        case .answered(.refused, _): refused += 1
        case .answered(let rcode, let isTruncated):
            if rcode == .nameError { nameErrors += 1 }
            if isTruncated { truncated += 1 }
        }
    }
}
