internal import BGP
package import Loop
package import Net
package import RIB
package import Speaker

/// A BGP router on a loop: sessions from `Speaker`, routes in a `RIB`, and here the way from one to the other.
///
///     let router = Router(loop: loop, configuration: configuration, seed: seed) { event in … }
///     try await router.start()
///     let routes = await router.withRIB { rib in rib.size.routes }
///
/// What arrives is taken into the RIB at once (`RouterHearing`). Everything that follows is done in turns (`RouterTurns`):
/// some of the RIB's own work, then some of what neighbors are told (`RouterTelling`), each for a moment, with a look at the
/// sockets and timers between two turns. So nothing that one neighbor does makes another wait for longer than a turn.
package actor Router {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package internal(set) var configuration: Configuration
    let onEvent: @Sendable (Event) -> Void
    let sessions: Sessions
    var rib: RIB
    /// By name.
    var exchanges: [String: Exchange] = [:]
    /// The same, in the order of the configuration.
    var order: [Exchange] = []
    var originated: [Prefix: Originated] = [:]
    /// What next hops cost on top of what the kernel says, by address.
    var configuredCosts: [Address: UInt32] = [:]
    /// Names of neighbors that were asked to use other ways (RFC 8326).
    var leaving: Set<String> = []
    var random: SeededRandom
    /// A turn is due.
    var isTurnDue = false
    /// Who is told next.
    var nextToTell = 0
    /// nil: the kernel is left alone.
    var installing: Installing?
    /// nil: no session has needed it yet.
    var links: Links?
    /// Where we are.
    var connected = ConnectedNetworks()
    var addressWatch: AddressWatch?

    /// `onEvent` is called on the loop's thread.
    package init(
        loop: Loop, configuration: Configuration, seed: UInt64, onEvent: @escaping @Sendable (Event) -> Void
    ) {
        (self.loop, self.configuration, self.onEvent) = (loop, configuration, onEvent)
        var random = SeededRandom(seed: seed)
        rib = RIB(asn: configuration.asn, id: configuration.routerID, options: configuration.decision)
        sessions = Sessions(
            loop: loop, configuration: configuration.speaker, seed: random.next(), handsOutRoutes: true
        ) { onEvent(.session($0)) }
        self.random = random
    }

    /// Listens, begins all sessions, and has routes of its own from then on. Throws when a port can't be had; nothing runs
    /// then.
    package func start() throws(SystemError) {
        let table = try makeKernelTable()
        try sessions.start()
        if let table { beginInstalling(table) }
        sessions.onRoutes = { peering, event in self.take(event, from: peering) }
        beginLooking()
        become(configuration)
    }

    /// Becomes `new`, by the difference only. Sessions whose parameters stay go on and notice nothing; changed policies are
    /// run in slices, and neighbors hear what is different from then on. See ``obstacle(to:)``.
    ///
    /// Throws when a port can't be had; nothing has changed then.
    package func configure(_ new: Configuration) throws(SystemError) {
        precondition(obstacle(to: new) == nil)
        try sessions.configure(new.speaker)
        become(new)
    }

    /// Why a router has to be started anew to be `new`; nil: ``configure(_:)`` will do.
    package func obstacle(to new: Configuration) -> String? {
        if let obstacle = Self.obstacle(from: configuration, to: new) { return obstacle }
        return additions(of: new) > rib.neighborsLeft ? "more neighbors than one router can have had" : nil
    }

    private static func obstacle(from old: Configuration, to new: Configuration) -> String? {
        if old.asn != new.asn { return "another ASN" }
        if old.kernel != new.kernel { return KernelOptions.difference(from: old.kernel, to: new.kernel) }
        return old.routerID != new.routerID ? "another router ID" : nil
    }

    /// Cease/Administrative Shutdown with `reason` to all neighbors (RFC 9003), for good. Withdraw, wait, then remove: the
    /// kernel forwards as before until every neighbor has closed its end too, or for 1 s, and for ``withdrawWait`` after
    /// that. Calls `then` on the loop's thread when the kernel has no route of ours any more.
    package func stop(reason: String, then: @escaping @Sendable () -> Void) {
        endLooking()
        installing?.isFrozen = true
        let wasHeard = order.contains { $0.conversation != nil }
        sessions.stop(reason: reason) {
            self.sessions.onRoutes = nil
            self.links?.end()
            guard wasHeard, self.installing != nil else { return self.flush(then) }
            self.loop.after(Self.withdrawWait) { self.flush(then) }
        }
    }

    /// In which neighbors find other ways.
    private static let withdrawWait: Duration = .seconds(1)

    /// What happened.
    package enum Event: Sendable {
        case session(Speaker.Event)
        /// An UPDATE of a neighbor whose configuration has `logsRoutes`: its name, and what it says.
        case routes(String, announced: [Prefix], withdrawn: [Prefix])
        /// Routes that a predecessor left, that others took away, or that the kernel refuses.
        case kernel(FIB.Notice)
        /// The kernel can't be asked or told about routes and links; it's tried again.
        case kernelFails(SystemError)
    }

    // MARK: Routes

    /// The RIB, for questions and for what is found out elsewhere (``RIB/setCost(of:_:)``). What takes long would be a pause
    /// for all neighbors: ask for pages.
    package func withRIB<Result>(_ body: (inout RIB) throws -> Result) rethrows -> Result {
        defer { schedule() }
        return try body(&rib)
    }
}
