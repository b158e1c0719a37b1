internal import Synchronization

/// What a server has done since it started, all threads together.
public struct Counters: Hashable, Sendable {
    /// Over one transport.
    public struct Traffic: Hashable, Sendable {
        /// Messages that arrived, whatever they were.
        public var queries: UInt64 = 0
        public var answers: UInt64 = 0
        public var bytesIn: UInt64 = 0
        public var bytesOut: UInt64 = 0
        /// FORMERR, and messages that get no answer: less than a header, or a response.
        public var malformed: UInt64 = 0
        public var refused: UInt64 = 0
        public var nameErrors: UInt64 = 0
        public var truncated: UInt64 = 0
        /// Answers that the kernel did not take.
        public var dropped: UInt64 = 0
    }

    public var udp = Traffic()
    public var tcp = Traffic()
    /// TCP connections that are open now.
    public var connections: UInt64 = 0
    public var accepted: UInt64 = 0
    /// Connections closed at once because there were too many.
    public var rejected: UInt64 = 0
    /// Connections closed because their client was idle, didn't read, or sent no DNS.
    public var abandoned: UInt64 = 0
}

/// One thread's counters of one transport. One thread writes, any thread reads: a load and a store, no locked
/// instruction and no shared cache line.
final class Tally: Sendable {
    private let queries = Atomic<UInt64>(0)
    private let answers = Atomic<UInt64>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)
    private let malformed = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let nameErrors = Atomic<UInt64>(0)
    private let truncated = Atomic<UInt64>(0)
    private let dropped = Atomic<UInt64>(0)

    /// Only on the thread that owns it.
    func add(_ traffic: Counters.Traffic) {
        queries.raise(by: traffic.queries)
        answers.raise(by: traffic.answers)
        bytesIn.raise(by: traffic.bytesIn)
        bytesOut.raise(by: traffic.bytesOut)
        malformed.raise(by: traffic.malformed)
        refused.raise(by: traffic.refused)
        nameErrors.raise(by: traffic.nameErrors)
        truncated.raise(by: traffic.truncated)
        dropped.raise(by: traffic.dropped)
    }

    func read(into traffic: inout Counters.Traffic) {
        traffic.queries += queries.value
        traffic.answers += answers.value
        traffic.bytesIn += bytesIn.value
        traffic.bytesOut += bytesOut.value
        traffic.malformed += malformed.value
        traffic.refused += refused.value
        traffic.nameErrors += nameErrors.value
        traffic.truncated += truncated.value
        traffic.dropped += dropped.value
    }
}

/// One thread's TCP connections.
final class ConnectionTally: Sendable {
    let open = Atomic<UInt64>(0)
    let accepted = Atomic<UInt64>(0)
    let rejected = Atomic<UInt64>(0)
    let abandoned = Atomic<UInt64>(0)

    func read(into counters: inout Counters) {
        counters.connections += open.value
        counters.accepted += accepted.value
        counters.rejected += rejected.value
        counters.abandoned += abandoned.value
    }
}

extension Atomic<UInt64> {
    /// Only on the thread that writes.
    func raise(by amount: UInt64 = 1) {
        guard amount > 0 else { return }
        store(load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    var value: UInt64 { load(ordering: .relaxed) }
}
