package import Net

/// One TCP connection of a client's download, as it is remembered.
package struct Connection: Hashable, Sendable {
    package enum End: String, Hashable, Sendable {
        /// Somebody who knows nothing of it said so.
        case reset
        /// Nothing came any more.
        case silent
    }

    /// When the server had said who it is.
    package var opened: Instant
    /// What its host is called.
    package var host: String
    package var lastHeard: Instant
    package private(set) var ended: Instant?
    package private(set) var end: End?

    /// Silence for so long is the end: a lost packet is sent again long before.
    package static let patience: Duration = .seconds(2)

    package init(opened: Instant, host: String) {
        (self.opened, self.host, lastHeard) = (opened, host, opened)
    }

    package mutating func end(_ how: End, at time: Instant) { (end, ended) = (how, time) }
}

/// The connections of one client in one family, one after the other.
package struct Download: Hashable, Sendable {
    package var connections: [Connection] = []

    package init() {}

    /// What became of the connection that was there at the beginning of a step.
    package enum Fate: Hashable, Sendable {
        /// There was none.
        case none
        case kept
        case broken(Connection.End)
        /// It may have fallen silent; time will tell.
        case undecided
    }

    /// What is heard shortly after packets began to land elsewhere may have been on its way: the end of a connection takes
    /// as long as what the server may send without an acknowledgement.
    static let grace: Duration = .milliseconds(500)

    package func fate(from start: Instant, to end: Instant) -> Fate {
        guard let connection = connections.last(where: { $0.opened < start }),
            connection.ended.map({ $0 >= start }) ?? true
        else { return .none }
        if let how = connection.end { return .broken(how) }
        return connection.lastHeard >= end + Self.grace ? .kept : .undecided
    }
}
