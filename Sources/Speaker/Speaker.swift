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

    public private(set) var configuration: Configuration
    private let onEvent: @Sendable (Event) -> Void
    private var random: SeededRandom
    private var peerings: [Peering] = []
    /// Neighbors that are none any more, as long as a farewell is on its way to them.
    private var leaving: [Peering] = []
    private var listeners: [Endpoint: Listening] = [:]
    private var strangers = Strangers()
    private var isStarted = false
    private var isStopped = false

    public init(
        loop: Loop, configuration: Configuration, seed: UInt64, onEvent: @escaping @Sendable (Event) -> Void
    ) {
        (self.loop, self.configuration, self.onEvent) = (loop, configuration, onEvent)
        var random = SeededRandom(seed: seed)
        peerings = configuration.neighbors.map { neighbor in
            let session = Session(configuration.session(with: neighbor), seed: random.next())
            return Peering(loop: loop, neighbor: neighbor, session: session, onEvent: onEvent)
        }
        self.random = random
    }

    /// Listens and begins all sessions. Throws when a port can't be had; nothing runs then.
    public func start() throws(SystemError) {
        guard !isStarted, !isStopped else { return }
        try listen(configuration)
        isStarted = true
        for peering in peerings { peering.handle(.start) }
    }

    /// Becomes `new`, by the difference only. A session whose neighbor looks the same goes on and notices nothing. One
    /// that was opened with something else is reset with Cease/Other Configuration Change and begun again with the same
    /// table, one whose neighbor is gone is ended with Cease/Peer De-configured (RFC 4486 §4), and a new one is begun.
    /// Another ASN or router ID is part of every session.
    ///
    /// Throws when a port can't be had; nothing has changed then.
    public func configure(_ new: Configuration) throws(SystemError) {
        guard new != configuration, !isStopped else { return }
        if isStarted { try listen(new) }
        configuration = new
        let old = peerings
        peerings = new.neighbors.map { neighbor in
            guard let known = old.first(where: { $0.neighbor.name == neighbor.name }) else {
                return makePeering(neighbor, [])
            }
            return known.fits(neighbor, new.session(with: neighbor)) ? known : makePeering(neighbor, known.table)
        }
        for peering in old where !peerings.contains(where: { $0 === peering }) { leave(peering) }
        guard isStarted else { return }
        for peering in peerings where !old.contains(where: { $0 === peering }) { peering.handle(.start) }
    }

    private func makePeering(_ neighbor: Neighbor, _ table: [Announcement]) -> Peering {
        let session = Session(configuration.session(with: neighbor), seed: random.next())
        let peering = Peering(loop: loop, neighbor: neighbor, session: session, onEvent: onEvent)
        peering.announce(table)
        return peering
    }

    private func leave(_ peering: Peering) {
        let stays = peerings.contains { $0.neighbor.name == peering.neighbor.name }
        peering.handle(
            stays
                ? .stop("its configuration has changed", .otherConfigurationChange)
                : .stop("not in the configuration any more", .peerDeconfigured))
        leaving.append(peering)
        loop.after(Closing.patience * 2) { self.leaving.removeAll { !$0.isClosing } }
    }

    /// The whole desired table for one neighbor; only the difference to what it knows is sent, now and whenever the
    /// session comes up. An unknown name is ignored.
    public func announce(_ announcements: [Announcement], to neighbor: String) {
        peerings.first { $0.neighbor.name == neighbor }?.announce(announcements)
    }

    /// Asks a neighbor to send its routes again (RFC 2918); nothing happens when it can't, or is none.
    public func refresh(_ family: Family, of neighbor: String) {
        peerings.first { $0.neighbor.name == neighbor }?.handle(.refresh(family))
    }

    /// Cease/Administrative Shutdown with `reason` to all neighbors (RFC 9003), for good. Calls `then` on the loop's
    /// thread when every neighbor has closed its end too, or after 1 s.
    public func stop(reason: String, then: @escaping @Sendable () -> Void) {
        isStopped = true
        for listening in listeners.values { listening.listener.close() }
        listeners.removeAll()
        for peering in peerings { peering.handle(.stop(reason)) }
        waitForClosing(until: Loop.now + Closing.patience, then)
    }

    private func waitForClosing(until deadline: Instant, _ then: @escaping @Sendable () -> Void) {
        guard (peerings + leaving).contains(where: \.isClosing), Loop.now < deadline else { return then() }
        loop.after(.milliseconds(5)) { self.waitForClosing(until: deadline, then) }
    }

    /// In the order of the configuration.
    public var neighbors: [NeighborStatus] { peerings.map(\.status) }

    /// Connections from addresses that are no neighbor's, all of them refused.
    public var refusedConnections: UInt64 { strangers.count }

    // MARK: Listening

    private struct Listening {
        let socket: Socket
        let listener: Listener
        /// Whose connections have to be signed.
        var keyed: Set<Address> = []
    }

    /// Listens where neighbors may come, and nowhere else; goes on where it did when that isn't possible. What is given up
    /// goes first, since every address and one of them can't be had together.
    private func listen(_ configuration: Configuration) throws(SystemError) {
        let before = Array(listeners.keys)
        let endpoints = configuration.listenEndpoints
        close(before.filter { !endpoints.contains($0) })
        do {
            try open(endpoints)
            try secure(configuration.neighbors)
        } catch {
            close(listeners.keys.filter { !before.contains($0) })
            try? open(before)
            try? secure(self.configuration.neighbors)
            throw error
        }
    }

    private func open(_ endpoints: [Endpoint]) throws(SystemError) {
        for endpoint in endpoints where listeners[endpoint] == nil {
            let socket = try Socket.listen(at: endpoint, .freebind)
            let listener = try Listener(loop: loop, socket: socket) { connection, from in
                self.accepted(connection, from)
            }
            listeners[endpoint] = Listening(socket: socket, listener: listener)
        }
    }

    /// Keys and TTL of what is answered before a connection is there: a neighbor that looks at them would not take the
    /// answer otherwise.
    private func secure(_ neighbors: [Neighbor]) throws(SystemError) {
        for endpoint in Array(listeners.keys) {
            let family = endpoint.address.family
            let ours = neighbors.filter { $0.comes(to: endpoint.address) }
            guard var listening = listeners[endpoint] else { continue }
            try setKeys(of: ours, on: &listening)
            listeners[endpoint] = listening
            if ours.contains(where: \.ttlSecurity) { try listening.socket.setTTL(255, family) }
            // Where all neighbors do that, whoever is further away than any of them doesn't even get a connection.
            try listening.socket.setLeastTTL(ours.map { $0.leastTTL ?? 0 }.min() ?? 0, family)
        }
    }

    private func setKeys(of neighbors: [Neighbor], on listening: inout Listening) throws(SystemError) {
        let gone = listening.keyed.subtracting(neighbors.filter { $0.key != nil }.map(\.address))
        for address in gone { try listening.socket.setKey(nil, for: Endpoint(address, port: 0)) }
        listening.keyed.subtract(gone)
        for neighbor in neighbors {
            guard let key = neighbor.key else { continue }
            try listening.socket.setKey(key, for: try neighbor.endpoint())
            listening.keyed.insert(neighbor.address)
        }
    }

    private func close(_ endpoints: [Endpoint]) {
        for endpoint in endpoints { listeners.removeValue(forKey: endpoint)?.listener.close() }
    }

    private func accepted(_ socket: Socket, _ from: Endpoint?) {
        let local = socket.local?.address
        let peering = peerings.first { $0.neighbor.isAt(from, local: local) }
        if let peering, let local { peering.accept(socket, local) } else { strangers.refuse(socket, on: loop) }
    }
}
