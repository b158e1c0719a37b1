internal import BGP
internal import Glibc
public import Loop
public import Net

/// Speaks BGP with several neighbors: listens, connects, keeps the sessions up, and tells each neighbor the table that it
/// is given for it.
///
///     let speaker = Speaker(loop: loop, configuration: configuration, seed: seed) { event in … }
///     try await speaker.start()
///     await speaker.announce([Announcement(prefix: prefix)], to: "transit-a")
///
/// It lives on `loop`, and `onEvent` is called on the loop's thread.
public actor Speaker {
    public nonisolated let loop: Loop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    public nonisolated let configuration: Configuration
    private let peerings: [Peering]
    private var listeners: [Listener] = []
    private var strangers = Strangers()
    private var isStopped = false

    public init(
        loop: Loop, configuration: Configuration, seed: UInt64, onEvent: @escaping @Sendable (Event) -> Void
    ) {
        (self.loop, self.configuration) = (loop, configuration)
        var random = SeededRandom(seed: seed)
        peerings = configuration.neighbors.map { neighbor in
            let session = Session(configuration.session(with: neighbor), seed: random.next())
            return Peering(loop: loop, neighbor: neighbor, session: session, onEvent: onEvent)
        }
    }

    /// Listens and begins all sessions. Throws when a port can't be had; nothing runs then.
    public func start() throws(SystemError) {
        guard listeners.isEmpty, !isStopped else { return }
        do { for endpoint in configuration.listenEndpoints { try listen(at: endpoint) } } catch {
            listeners.removeAll()
            throw error
        }
        for peering in peerings { peering.handle(.start) }
    }

    /// The whole desired table for one neighbor; only the difference to what it knows is sent, now and whenever the
    /// session comes up. An unknown name is ignored.
    public func announce(_ announcements: [Announcement], to neighbor: String) {
        peerings.first { $0.neighbor.name == neighbor }?.handle(.export(announcements))
    }

    /// Cease/Administrative Shutdown with `reason` to all neighbors (RFC 9003), for good. Calls `then` on the loop's
    /// thread when every neighbor has closed its end too, or after 1 s.
    public func stop(reason: String, then: @escaping @Sendable () -> Void) {
        isStopped = true
        for listener in listeners { listener.close() }
        listeners.removeAll()
        for peering in peerings { peering.handle(.stop(reason)) }
        waitForClosing(until: Loop.now + Closing.patience, then)
    }

    private func waitForClosing(until deadline: Instant, _ then: @escaping @Sendable () -> Void) {
        guard peerings.contains(where: \.isClosing), Loop.now < deadline else { return then() }
        loop.after(.milliseconds(5)) { self.waitForClosing(until: deadline, then) }
    }

    /// In the order of the configuration.
    public var neighbors: [NeighborStatus] { peerings.map(\.status) }

    /// Connections from addresses that are no neighbor's, all of them refused.
    public var refusedConnections: UInt64 { strangers.count }

    // MARK: Listening

    private func listen(at endpoint: Endpoint) throws(SystemError) {
        let socket = try Socket.listen(at: endpoint, .freebind)
        listeners.append(
            try Listener(loop: loop, socket: socket) { connection, from in
                self.accepted(connection, from?.address)
            })
    }

    private func accepted(_ socket: Socket, _ from: Address?) {
        let local = socket.local?.address
        let peering = peerings.first { $0.neighbor.address == from && $0.neighbor.accepts(at: local) }
        if let peering, let local { peering.accept(socket, local) } else { strangers.refuse(socket, on: loop) }
    }
}
