package import BGP
internal import Loop
package import Net

/// One neighbor's session with its sockets and timers: carries out what the engine asks for. Lives on the loop.
package final class Peering {
    package let neighbor: Speaker.Neighbor
    private let loop: Loop
    private let onEvent: (Speaker.Event) -> Void
    private var session: Session
    /// What the neighbor is to be told.
    private(set) var table: [Announcement] = []
    private var transports: [ConnectionID: Transport] = [:]
    private var closing = Closing()
    private var timers: [SessionTimer: LoopTimer] = [:]
    private var lastSerial: UInt64 = 0
    private var since = Loop.now
    private var reports = RateLimit(10, per: .seconds(1))
    /// One that has restarted tries every few seconds until our hold timer ends the session that it has forgotten.
    private var secondConnections = RateLimit(1, per: .seconds(60))
    /// Events that came while another was handled: a send can fail on the spot.
    private var inbox: [BGP.Event] = []
    private var isHandling = false
    /// Where somebody keeps routes.
    var onRoutes: ((Peering, RouteEvent) -> Void)?
    /// The socket didn't take all, and whoever keeps routes has to wait.
    private var isFull = false

    init(
        loop: Loop, neighbor: Speaker.Neighbor, session: Session, onEvent: @escaping (Speaker.Event) -> Void
    ) {
        (self.loop, self.neighbor, self.session, self.onEvent) = (loop, neighbor, session, onEvent)
    }

    /// Whether a farewell is still on its way.
    var isClosing: Bool { closing.isBusy }

    /// What has been counted, and goes on to be by whoever comes after it, where that is the same neighbor.
    func counters(for successor: Speaker.Neighbor) -> Counters {
        (neighbor.address, neighbor.asn) == (successor.address, successor.asn) ? session.counters : Counters()
    }

    /// Whether a session under this configuration would be the one that we have.
    func fits(_ neighbor: Speaker.Neighbor, _ configuration: Session.Configuration) -> Bool {
        self.neighbor == neighbor && session.configuration == configuration
    }

    func announce(_ announcements: [Announcement]) {
        table = announcements
        handle(.export(announcements))
    }

    func handle(_ event: BGP.Event) {
        inbox.append(event)
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !inbox.isEmpty {
            let before = session.state
            let now = Loop.now
            let actions = session.handle(inbox.removeFirst(), now: now)
            if session.state != before { since = now }
            for action in actions { perform(action) }
        }
    }

    private func perform(_ action: BGP.Action) {
        switch action {
        case .connect(let id): connect(id)
        case .send(let bytes, let id): send(bytes, id)
        case .close(let id): close(id)
        case .arm(let timer, let delay): arm(timer, delay)
        case .disarm(let timer): disarm(timer)
        case .up(let negotiated):
            isFull = false
            onRoutes?(self, .up(negotiated, nextHops: session.configuration.nextHops(negotiated)))
            onEvent(.up(neighbor.name))
        case .down(let down):
            onRoutes?(self, .down)
            onEvent(.down(neighbor.name, reason: "\(down)"))
        case .failed(let down): onEvent(.failed(neighbor.name, reason: "\(down)"))
        case .announced(let announcement): onEvent(.announced(neighbor.name, announcement))
        case .withdrawn(let prefix): onEvent(.withdrawn(neighbor.name, prefix))
        case .refused(let refusal): onEvent(.refused(neighbor.name, refusal.announcement, reason: refusal.reason))
        case .malformed(let error, let bytes):
            guard reports.allows(Loop.now) else { return }
            onEvent(.malformed(neighbor.name, reason: "\(error)", bytes: bytes))
        case .disabled(let family, let error):
            onRoutes?(self, .disabled(family))
            onEvent(.warning(neighbor.name, disabledText(family, error)))
        case .warning(.routesRefused): break  // nobody here would have used them
        case .warning(.secondConnection) where !secondConnections.allows(Loop.now): break
        case .warning(let warning):
            if reports.allows(Loop.now) { onEvent(.warning(neighbor.name, "\(warning)")) }
        case .updates(let batch): onRoutes?(self, .updates(batch))
        case .refreshing(let family): onRoutes?(self, .refreshing(family))
        case .refreshed(let family): onRoutes?(self, .refreshed(family))
        case .tellAgain(let family): onRoutes?(self, .tellAgain(family))
        }
    }

    private func disabledText(_ family: Family, _ error: BGPError) -> String {
        "what it says of \(family) is ignored until the session is reset: \(error)"
    }

    package var status: NeighborStatus {
        NeighborStatus(
            name: neighbor.name, address: neighbor.address, asn: neighbor.asn, state: session.state, since: since,
            lastError: session.endings.last == nil ? nil : "\(session.endings)", negotiated: session.negotiated,
            offered: session.configuration.capabilities, counters: session.counters,
            receivedPrefixes: session.receivedPrefixes, disabledFamilies: session.disabledFamilies,
            advertised: session.advertised,
            pendingBytes: transports.values.reduce(0) { $0 + $1.stream.pending })
    }

    // MARK: For whoever keeps routes

    /// UPDATEs to the neighbor. False when they wait for it to read, so that no more ought to follow before `.drained`.
    package func tell(_ bytes: [UInt8], messages: Int) -> Bool {
        handle(.tell(bytes, messages: messages))
        return !isFull
    }

    /// BoRR and EoRR, for neighbors that know them.
    package func mark(_ subtype: RouteRefresh.Subtype, _ family: Family) { handle(.mark(subtype, family)) }

    /// An UPDATE of the neighbor is malformed, but could be read.
    package func complain(of update: Update, _ bytes: [UInt8]) { handle(.faulty(update, bytes)) }

    /// An UPDATE could not be read, which ends the session.
    package func complain(_ error: BGPError, _ bytes: [UInt8]) { handle(.unreadable(error, bytes)) }

    /// A limit of whoever keeps the routes is exceeded, which ends the session.
    package func end(_ error: BGPError) { handle(.exceeded(error)) }

    /// Nothing passes between us any more, as somebody knows who doesn't have to wait for the hold timer.
    package func lose(_ reason: String) { for id in transports.keys { fail(id, reason) } }

    /// So many of the neighbor's prefixes are kept.
    package func note(prefixes: Int) { if prefixes != session.receivedPrefixes { handle(.holds(prefixes: prefixes)) } }

    // MARK: Connections

    func accept(_ socket: Socket, _ local: Address) {
        lastSerial += 1
        let id = ConnectionID(.incoming, lastSerial)
        do {
            try prepare(socket)
            try adopt(socket, id, connecting: false)
            handle(.accepted(id, local: local))
        } catch {}  // it broke before it began; the neighbor will try again
    }

    private func connect(_ id: ConnectionID) {
        do {
            let remote = try neighbor.endpoint()
            let socket = try Socket.connect(to: remote, from: neighbor.localAddress) { socket throws(SystemError) in
                try self.prepare(socket)
                if let key = self.neighbor.key { try socket.setKey(key, for: remote) }
            }
            try adopt(socket, id, connecting: true)
        } catch { handle(.connectFailed(id, reason: "\(error)")) }
    }

    /// From the first packet on, as far as we have a say: of a connection that was accepted, those before had the
    /// listening socket's TTL, and were not judged by theirs.
    private func prepare(_ socket: Socket) throws(SystemError) {
        let family = neighbor.address.family
        try socket.prepare(family, ttl: neighbor.ttl(isInternal: session.configuration.isInternal))
        if let least = neighbor.leastTTL { try socket.setLeastTTL(least, family) }
    }

    private func adopt(_ socket: Socket, _ id: ConnectionID, connecting: Bool) throws(SystemError) {
        let socket = socket.raised()  // the end of this process is the end of its sessions, before anything else
        let stream = try Stream(loop: loop, socket: socket, connecting: connecting) { [weak self] event in
            self?.take(event, id)
        }
        transports[id] = Transport(socket: socket, stream: stream, isConnecting: connecting)
    }

    private func take(_ event: Stream.Event, _ id: ConnectionID) {
        guard let transport = transports[id] else { return closing.take(event, id) }
        switch event {
        case .connected:
            transport.isConnecting = false
            guard let local = transport.socket.local?.address else { return fail(id, "the connection has no address") }
            handle(.connected(id, local: local))
        case .received(let bytes): handle(.received(bytes, id))
        case .drained:
            handle(.drained(id))
            if isFull {
                isFull = false
                onRoutes?(self, .drained)
            }
        case .closed(let error): fail(id, error.map { "\($0)" } ?? "the neighbor closed the connection")
        }
    }

    private func fail(_ id: ConnectionID, _ reason: String) {
        guard let transport = transports.removeValue(forKey: id) else { return }
        endTimers(of: id)
        transport.stream.close()
        handle(transport.isConnecting ? .connectFailed(id, reason: reason) : .closed(id, reason: reason))
    }

    private func send(_ bytes: [UInt8], _ id: ConnectionID) {
        guard let stream = transports[id]?.stream else { return }
        stream.send(bytes)
        guard stream.pending > 0 else { return }
        isFull = true
        handle(.blocked(id))
    }

    private func close(_ id: ConnectionID) {
        endTimers(of: id)
        guard let transport = transports.removeValue(forKey: id) else { return }
        closing.add(transport, id, on: loop)
    }

    // MARK: Timers

    private func arm(_ timer: SessionTimer, _ delay: Duration) {
        disarm(timer)
        timers[timer] = loop.after(delay) { [weak self] in
            self?.timers[timer] = nil
            self?.handle(.expired(timer))
        }
    }

    private func disarm(_ timer: SessionTimer) {
        if let armed = timers.removeValue(forKey: timer) { loop.cancel(armed) }
    }

    private func endTimers(of id: ConnectionID) {
        for timer in SessionTimer.of(id) { disarm(timer) }
    }
}
