package import Net

/// What a rehearsal asks a running router, whichever program it is.
protocol RouterControl: Sendable {
    func sessions() throws -> [RouterSession]
    /// The AS path of the route that packets to an address take; nil: no route there.
    func path(to address: Address) throws -> [UInt32]?
}

/// One BGP session of a router.
package struct RouterSession: Hashable, Sendable {
    package var name: String
    package var isUp: Bool
    /// UPDATEs' prefixes received since the session was made: that they stand still means that routing does.
    package var updates = 0
    package var withdrawals = 0
    /// That it holds now.
    package var routes = 0

    package init(name: String, isUp: Bool) { (self.name, self.isUp) = (name, isUp) }
}

/// What a router wrote about its sessions, as events: every route that came, changed or went, and why a session ended.
/// Counters on its control socket say how many UPDATEs came; the log says what became of each route, and keeps the order.
package protocol RouterLog: Sendable {
    /// Nothing for a line about something else.
    mutating func events(_ line: Substring) -> [RouterLogEvent]
    /// Whether it came and hasn't gone.
    func holds(_ route: LoggedRoute) -> Bool
}

package enum RouterLogEvent: Hashable, Sendable {
    case announced(LoggedRoute)
    /// With other attributes than before.
    case changed(LoggedRoute)
    /// By an UPDATE, or with its session.
    case withdrawn(LoggedRoute)
    case sessionEnded(session: String, reason: String)
}

package struct LoggedRoute: Hashable, Sendable {
    package var session: String
    package var prefix: Prefix

    package init(session: String, prefix: Prefix) { (self.session, self.prefix) = (session, prefix) }
}
