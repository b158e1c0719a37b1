public import DNS
internal import Glibc
public import Kernel
public import Loop
public import Net
internal import Synchronization

/// DNS over sockets that somebody else opened: each thread has a loop and sockets of its own, and shares nothing with
/// the others on the way of a query.
///
///     socket ─▶ recvmmsg ─▶ Responder ─▶ sendmmsg       UDP: `DatagramService`
///     listener ─▶ stream ─▶ Responder ─▶ stream         TCP: `StreamService`
public final class Nameserver: Sendable {
    /// The sockets of one thread: of every address one for datagrams and one that listens, so that answers leave from
    /// the address that was asked.
    public struct Sockets: Sendable {
        public var udp: [Socket]
        public var tcp: [Socket]

        public init(udp: [Socket], tcp: [Socket]) { (self.udp, self.tcp) = (udp, tcp) }
    }

    /// What TCP clients may take, for each thread.
    public struct Limits: Hashable, Sendable {
        /// At most, whatever is written here, as many as the process may have descriptors for.
        public var connections = 20_000
        /// From one IPv4 address or one IPv6 /64.
        public var connectionsPerClient = 100
        /// A connection without a whole query for this long, or whose client doesn't read, is closed (RFC 7766 §6.2.3).
        public var idle: Duration = .seconds(10)
        /// Queries of a client that leaves more than this unread have to wait.
        public var unreadBytes = 131_072
        /// Of all connections: what has arrived of queries that aren't whole, and answers that aren't read.
        public var heldBytes = 64 << 20

        public init() {}
    }

    private let workers: [Worker]
    /// What all threads have counted, and who asked.
    public let counting: CountingMemory
    public let clients: ClientMemory

    /// Starts to answer.
    ///
    /// - Parameters:
    ///   - sockets: one element a thread.
    ///   - memory: where to keep what was read and isn't answered yet, if it is to outlive this process.
    ///   - counting: where to count, if somebody else is to see it.
    ///   - clients: where to note who asks, if somebody else is to see it.
    ///   - answers: where to count what each address answers to other hosts; addresses without a slot there don't count.
    ///   - onFailure: called on a worker's thread when a socket can't be watched, or no connection be accepted.
    public init(
        _ sockets: [Sockets], zones: Zones, identity: ServerIdentity = ServerIdentity(), limits: Limits = Limits(),
        memory: DatagramMemory? = nil, counting: CountingMemory? = nil, clients: ClientMemory? = nil,
        answers: AddressCounters? = nil,
        onFailure: @escaping @Sendable (SystemError) -> Void = { _ in }
    ) throws(SystemError) {
        var workers: [Worker] = []
        let threads = sockets.count
        let memory = if let memory, memory.threads >= threads { memory } else { try DatagramMemory(threads: threads) }
        self.counting = try Self.enough(counting, threads, zones)
        self.clients = try Self.enough(clients, threads)
        let limits = limits.within(Int(clamping: Kernel.Limits.openFiles?.now ?? 1024), among: threads)
        for (index, sockets) in sockets.enumerated() {
            let loop = try Loop(name: "dns-\(index)")
            let responder = Responder(zones: zones, identity: identity)
            let batch = DatagramBatch(in: memory, thread: index)
            let notes = Notes(self.counting, self.clients, thread: index)
            let datagrams = DatagramService(loop, responder, batch, notes)
            let streams = StreamService(loop, responder, limits, notes)
            workers.append(Worker(loop, sockets, datagrams, streams, answers, onFailure))
        }
        self.workers = workers
        for worker in workers { worker.start() }
    }

    /// Data of a segment: with 60 bytes of headers it passes the smallest link of IPv6 (RFC 8200 §5). So no router ever has
    /// to say that a packet was too big, which might reach another site than the one that sent it.
    static let segmentSize: Int32 = 1220

    /// For all connections that come of it from now on. Whoever opens a listener long before it is served does it then.
    public static func prepare(listener: Socket) {
        try? listener.setNoDelay()
        try? listener.setSegmentSize(segmentSize)
        try? listener.ignorePathMTU()
    }

    private static func enough(
        _ given: CountingMemory?, _ threads: Int, _ zones: Zones
    ) throws(SystemError) -> CountingMemory {
        if let given, given.threads >= threads { return given }
        return try CountingMemory(threads: threads, zones: zones.all.count)
    }

    private static func enough(_ given: ClientMemory?, _ threads: Int) throws(SystemError) -> ClientMemory {
        if let given, given.threads >= threads { return given }
        return try ClientMemory(threads: threads, seed: .random(in: 0 ... .max))
    }

    /// Answers from other zones from now on. Each thread changes between two batches.
    public func replace(_ zones: Zones) {
        for worker in workers { worker.replace(zones) }
    }

    public var counters: Counters { Counters(counting) }

    /// Reads nothing more from its sockets, which another process may be reading too, answers what it has read, and lets
    /// TCP clients come to an end. Returns when that is done, or after `limit`.
    public func finish(within limit: Duration) {
        let deadline = Loop.now + limit
        for worker in workers { worker.finish(until: deadline) }
        while workers.contains(where: { !$0.isFinished }), Loop.now < deadline + .milliseconds(100) { usleep(2000) }
    }

    deinit { stop() }

    /// Stops to answer and closes the sockets, soon.
    public func stop() {
        for worker in workers { worker.stop() }
    }
}

extension Nameserver.Limits {
    /// How long a client may be silent: less of it as places get rare (RFC 9210 §4.2), a tenth when the last one is taken.
    func patience(with taken: Int) -> Duration {
        let half = connections / 2
        guard taken > half, half > 0 else { return idle }
        return idle * max(1, 10 - 9 * (taken - half) / half) / 10
    }

    /// With an eighth of the descriptors for everything else.
    func within(_ descriptors: Int, among threads: Int) -> Self {
        var limits = self
        limits.connections = max(1, min(connections, (descriptors - descriptors / 8) / max(1, threads)))
        return limits
    }
}

/// One thread of the server.
final class Worker: @unchecked Sendable {
    // SAFETY: `datagrams`, `streams` and `sockets` are touched on the loop's thread only, once `start` has been called;
    // the tallies are made to be read from elsewhere.
    private let loop: Loop
    private var sockets: Nameserver.Sockets
    private let datagrams: DatagramService
    private let streams: StreamService
    private let answers: AddressCounters?
    private let onFailure: @Sendable (SystemError) -> Void
    private let hasFinished = Atomic(false)

    init(
        _ loop: Loop, _ sockets: Nameserver.Sockets, _ datagrams: DatagramService, _ streams: StreamService,
        _ answers: AddressCounters?, _ onFailure: @escaping @Sendable (SystemError) -> Void
    ) {
        (self.loop, self.sockets, self.answers, self.onFailure) = (loop, sockets, answers, onFailure)
        (self.datagrams, self.streams) = (datagrams, streams)
    }

    func start() { loop.submit { self.open() } }

    private func open() {
        for socket in sockets.udp {
            do throws(SystemError) { try datagrams.serve(socket, others(socket)) } catch { onFailure(error) }
        }
        for socket in sockets.tcp {
            do throws(SystemError) { try streams.serve(socket, others(socket), onFailure) } catch { onFailure(error) }
        }
        sockets = Nameserver.Sockets(udp: [], tcp: [])
    }

    private func others(_ socket: Socket) -> Others? { Others(socket.local?.address, in: answers) }

    func replace(_ zones: Zones) {
        loop.submit {
            self.datagrams.zones = zones
            self.streams.zones = zones
        }
    }

    var isFinished: Bool { hasFinished.load(ordering: .acquiring) }

    /// A batch that was read is answered before the loop comes here.
    func finish(until deadline: Instant) {
        loop.submit {
            self.datagrams.stop()
            self.streams.finish(until: deadline) { self.hasFinished.store(true, ordering: .releasing) }
        }
    }

    func stop() {
        loop.submit {
            self.datagrams.stop()
            self.streams.stop()
        }
    }
}
