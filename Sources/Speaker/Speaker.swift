internal import BGP
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

    private let sessions: Sessions

    public init(
        loop: Loop, configuration: Configuration, seed: UInt64, onEvent: @escaping @Sendable (Event) -> Void
    ) {
        self.loop = loop
        sessions = Sessions(loop: loop, configuration: configuration, seed: seed, onEvent: onEvent)
    }

    public var configuration: Configuration { sessions.configuration }

    /// Listens and begins all sessions. Throws when a port can't be had; nothing runs then.
    public func start() throws(SystemError) { try sessions.start() }

    /// Becomes `new`, by the difference only. A session whose neighbor looks the same goes on and notices nothing. One
    /// that was opened with something else is reset with Cease/Other Configuration Change and begun again with the same
    /// table, one whose neighbor is gone is ended with Cease/Peer De-configured (RFC 4486 §4), and a new one is begun.
    /// Another ASN or router ID is part of every session.
    ///
    /// Throws when a port can't be had; nothing has changed then.
    public func configure(_ new: Configuration) throws(SystemError) { try sessions.configure(new) }

    /// The whole desired table for one neighbor; only the difference to what it knows is sent, now and whenever the
    /// session comes up. An unknown name is ignored.
    public func announce(_ announcements: [Announcement], to neighbor: String) {
        sessions.peering(neighbor)?.announce(announcements)
    }

    /// Asks a neighbor to send its routes again (RFC 2918); nothing happens when it can't, or is none.
    public func refresh(_ family: Family, of neighbor: String) { sessions.refresh(family, of: neighbor) }

    /// Cease/Administrative Shutdown with `reason` to all neighbors (RFC 9003), for good. Calls `then` on the loop's
    /// thread when every neighbor has closed its end too, or after 1 s.
    public func stop(reason: String, then: @escaping @Sendable () -> Void) { sessions.stop(reason: reason, then: then) }

    /// In the order of the configuration.
    public var neighbors: [NeighborStatus] { sessions.neighbors }

    /// Connections from addresses that are no neighbor's, all of them refused.
    public var refusedConnections: UInt64 { sessions.refusedConnections }
}
