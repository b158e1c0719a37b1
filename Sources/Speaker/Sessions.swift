internal import BGP
package import Loop
package import Net

/// The sessions of a speaker, with their sockets and timers. Lives on its loop: an actor there holds it, `Speaker` for
/// those who announce, a router for those who keep routes.
package final class Sessions {
    package private(set) var configuration: Speaker.Configuration
    private let loop: Loop
    private let handsOutRoutes: Bool
    private let onEvent: (Speaker.Event) -> Void
    private var random: SeededRandom
    private var peerings: [Peering] = []
    /// Neighbors that are none any more, as long as a farewell is on its way to them.
    private var leaving: [Peering] = []
    private lazy var listeners = Listeners(loop: loop) { [unowned self] in accepted($0, $1) }
    private var strangers = Strangers()
    private var isStarted = false
    private var isStopped = false

    /// Where somebody keeps routes: what he learns of a neighbor.
    package var onRoutes: ((Peering, RouteEvent) -> Void)? {
        didSet { for peering in peerings + leaving { peering.onRoutes = onRoutes } }
    }

    /// - Parameter handsOutRoutes: somebody keeps routes, and is told by `onRoutes`.
    package init(
        loop: Loop, configuration: Speaker.Configuration, seed: UInt64, handsOutRoutes: Bool = false,
        onEvent: @escaping (Speaker.Event) -> Void
    ) {
        (self.loop, self.configuration, self.onEvent) = (loop, configuration, onEvent)
        self.handsOutRoutes = handsOutRoutes
        random = SeededRandom(seed: seed)
        peerings = configuration.neighbors.map { makePeering($0, insteadOf: nil) }
    }

    package func start() throws(SystemError) {
        guard !isStarted, !isStopped else { return }
        try listeners.listen(configuration, insteadOf: configuration)
        isStarted = true
        for peering in peerings { peering.handle(.start) }
    }

    // MARK: Change

    package func configure(_ new: Speaker.Configuration) throws(SystemError) {
        guard new != configuration, !isStopped else { return }
        if isStarted { try listeners.listen(new, insteadOf: configuration) }
        configuration = new
        let old = peerings
        let byName = Dictionary(old.map { ($0.neighbor.name, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = new.neighbors.compactMap { neighbor in
            byName[neighbor.name].flatMap { $0.fits(neighbor, session(neighbor)) ? $0 : nil }
        }
        let (before, now) = (Set(old.map(ObjectIdentifier.init)), Set(kept.map(ObjectIdentifier.init)))
        for peering in old where !now.contains(ObjectIdentifier(peering)) { leave(peering) }
        peerings = new.neighbors.map { neighbor in
            let known = byName[neighbor.name]
            if let known, now.contains(ObjectIdentifier(known)) { return known }
            return makePeering(neighbor, insteadOf: known)
        }
        guard isStarted else { return }
        for peering in peerings where !before.contains(ObjectIdentifier(peering)) { peering.handle(.start) }
    }

    private func session(_ neighbor: Speaker.Neighbor) -> Session.Configuration {
        var session = configuration.session(with: neighbor)
        session.handsOutRoutes = handsOutRoutes
        return session
    }

    /// - Parameter old: had its name, and has been left.
    private func makePeering(_ neighbor: Speaker.Neighbor, insteadOf old: Peering?) -> Peering {
        let counters = old?.counters(for: neighbor) ?? Counters()
        let session = Session(session(neighbor), seed: random.next(), counters: counters)
        let peering = Peering(loop: loop, neighbor: neighbor, session: session, onEvent: onEvent)
        peering.onRoutes = onRoutes
        peering.announce(old?.table ?? [])
        return peering
    }

    private func leave(_ peering: Peering) {
        let stays = configuration.neighbors.contains { $0.name == peering.neighbor.name }
        peering.handle(
            stays
                ? .stop("its configuration has changed", .otherConfigurationChange)
                : .stop("not in the configuration any more", .peerDeconfigured))
        leaving.append(peering)
        loop.after(Closing.patience * 2) { self.leaving.removeAll { !$0.isClosing } }
    }

    // MARK: One neighbor

    package func peering(_ name: String) -> Peering? { peerings.first { $0.neighbor.name == name } }

    /// Ends its session, and begins none until it is started.
    package func stop(_ name: String, reason: String) { peering(name)?.handle(.stop(reason)) }

    package func start(_ name: String) { if isStarted, !isStopped { peering(name)?.handle(.start) } }

    package func refresh(_ family: Family, of name: String) { peering(name)?.handle(.refresh(family)) }

    // MARK: The end

    package func stop(reason: String, then: @escaping () -> Void) {
        isStopped = true
        listeners.close()
        for peering in peerings { peering.handle(.stop(reason)) }
        waitForClosing(until: Loop.now + Closing.patience, then)
    }

    private func waitForClosing(until deadline: Instant, _ then: @escaping () -> Void) {
        guard (peerings + leaving).contains(where: \.isClosing), Loop.now < deadline else { return then() }
        loop.after(.milliseconds(5)) { self.waitForClosing(until: deadline, then) }
    }

    // MARK: What it looks like from outside

    package var neighbors: [NeighborStatus] { peerings.map(\.status) }

    package var refusedConnections: UInt64 { strangers.count }

    private func accepted(_ socket: Socket, _ from: Endpoint?) {
        let local = socket.local?.address
        let peering = peerings.first { $0.neighbor.isAt(from, local: local) }
        if let peering, let local { peering.accept(socket, local) } else { strangers.refuse(socket, on: loop) }
    }
}
