package import Net
internal import RIB
internal import Speaker

// MARK: Maintenance

extension Router {
    /// Asks the neighbors with this name, or all, to use other ways before the sessions end (RFC 8326 §4): what they are told
    /// has GRACEFUL_SHUTDOWN, and what came from them becomes our last choice. Wait for a while, then stop. `false` takes it
    /// back.
    package func shutDownGracefully(_ name: String? = nil, _ isLeaving: Bool = true) {
        let names = name.map { [$0] } ?? order.map(\.name)
        if isLeaving { leaving.formUnion(names) } else { leaving.subtract(names) }
        become(configuration)
    }

    /// By order, or since its configuration says so.
    func isLeaving(_ neighbor: Neighbor) -> Bool {
        leaving.contains(neighbor.session.name) || neighbor.routes.isShuttingDown
    }

    /// Ends the session with one neighbor (Cease/Administrative Shutdown with `reason`), and begins none until ``start(_:)``.
    package func stop(_ name: String, reason: String) {
        exchanges[name]?.isOverLimit = false
        sessions.stop(name, reason: reason)
    }

    /// Begins the session with a neighbor that was stopped, or that met a limit and is to be tried again now.
    package func start(_ name: String) { sessions.start(name) }

    /// Asks a neighbor to send a family again (RFC 2918).
    package func refresh(_ family: Family, of name: String) { sessions.refresh(family, of: name) }
}

extension RIB.Neighbor {
    var shuttingDown: Self {
        var copy = self
        copy.isShuttingDown = true
        return copy
    }
}
