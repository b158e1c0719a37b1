internal import DNS
internal import Loop
internal import Net

/// One TCP client: bytes that have arrived and aren't answered yet, and how much of our answers it hasn't read.
final class Connection {
    let client: Prefix
    /// When it last asked a whole query or read all answers: bytes that trickle in don't count.
    var lastProgress: Instant
    var received: [UInt8] = []
    var isAnswering = false
    /// Where its answers count; nil for one from the address that it asks.
    var others: Others?
    private let unreadBytes: Int
    private var stream: Stream?
    private var output: [UInt8] = []

    /// What may wait here: a query of full length that is still incomplete, and one read.
    private static let maxReceived = 2 * 65537

    init(client: Prefix, unreadBytes: Int, now: Instant) {
        (self.client, self.unreadBytes, lastProgress) = (client, unreadBytes, now)
    }

    func open(_ loop: Loop, _ socket: Socket, _ onEvent: @escaping (Stream.Event) -> Void) throws(SystemError) {
        stream = try Stream(loop: loop, socket: socket, onEvent: onEvent)
    }

    /// Whether its client has nothing to wait for, and had the time to ask for more.
    func isQuiet(_ now: Instant) -> Bool {
        received.isEmpty && stream?.pending ?? 0 == 0 && now - lastProgress >= .milliseconds(200)
    }

    func close() {
        stream?.close()
        stream = nil
    }

    /// Answers every whole query (RFC 7766 §6.2.1.1), as long as the client reads. False: these bytes aren't DNS.
    func answer(_ responder: inout Responder, _ traffic: inout Counters.Traffic) -> Bool {
        guard let stream else { return true }
        var start = 0
        var isDNS = true
        output.removeAll(keepingCapacity: true)
        while isDNS, stream.pending + output.count <= unreadBytes, let query = nextQuery(from: start) {
            isDNS = answer(query, &responder, &traffic)
            start = query.upperBound
        }
        if start > 0 {
            received.removeFirst(start)
            lastProgress = Loop.now
        }
        traffic.bytesOut += UInt64(output.count)
        return isDNS
    }

    /// Hands the answers over, and reads on only if there is room for more queries.
    func flush() {
        guard let stream else { return }
        if !output.isEmpty { stream.send(output) }
        stream.setReading(received.count < Self.maxReceived && stream.pending <= unreadBytes)
    }

    /// Whether a whole query waits and its client reads.
    var canAnswer: Bool {
        guard let stream else { return false }
        return stream.pending <= unreadBytes && nextQuery(from: 0) != nil
    }

    /// The bytes behind the next length, when they are all there (RFC 1035 §4.2.2).
    private func nextQuery(from start: Int) -> Range<Int>? {
        guard received.count - start >= 2 else { return nil }
        let length = Int(received[start]) << 8 | Int(received[start + 1])
        guard received.count - start - 2 >= length else { return nil }
        return start + 2..<start + 2 + length
    }

    private func answer(
        _ query: Range<Int>, _ responder: inout Responder, _ traffic: inout Counters.Traffic
    ) -> Bool {
        let length = output.count
        output.put(UInt16(0))
        let outcome = responder.respond(to: received.span.extracting(query), over: .tcp, into: &output)
        traffic.count(outcome, bytes: query.count)
        guard outcome != .ignored else {
            output.removeLast(2)
            return false
        }
        traffic.answers += 1
        output.patch(UInt16(truncatingIfNeeded: output.count - length - 2), at: length)
        return true
    }
}
