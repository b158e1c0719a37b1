public import Net

/// Which of a neighbor's TCP connections. Serials are never used again, so what is late can't hit the next one.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    public enum Direction: String, Hashable, Sendable {
        /// We connected.
        case outgoing
        /// The neighbor connected.
        case incoming
    }

    public var direction: Direction
    public var serial: UInt64

    public init(_ direction: Direction, _ serial: UInt64) { (self.direction, self.serial) = (direction, serial) }

    public var description: String { "\(direction.rawValue) \(serial)" }
}

/// What a session can learn. In brackets: the events of RFC 4271 §8.1.
public enum Event: Hashable, Sendable {
    /// Begin, and begin again by yourself whenever the session ends (1, 3; passive: 4, 5; damped: 6, 7).
    case start
    /// End with Cease/Administrative Shutdown and this text (2), until the next `start`; or with another subcode of
    /// Cease, whose text stays here (RFC 9003 §2).
    case stop(String, CeaseSubcode = .administrativeShutdown)
    /// The connection that `.connect` asked for is there (16), with this local address.
    case connected(ConnectionID, local: Address)
    /// It is not (18).
    case connectFailed(ConnectionID, reason: String)
    /// The neighbor has connected (17). The shell gives the serial.
    case accepted(ConnectionID, local: Address)
    /// Bytes from the neighbor, in whatever pieces they came (19 to 28).
    case received([UInt8], ConnectionID)
    /// The neighbor closed the connection, or it broke (18).
    case closed(ConnectionID, reason: String)
    /// The socket didn't take all that was sent.
    case blocked(ConnectionID)
    /// The socket has taken all that was sent.
    case drained(ConnectionID)
    /// A timer that was armed and not disarmed since (9 to 13, RFC 9687 §3: 29).
    case expired(SessionTimer)
    /// The whole table that the neighbor ought to know.
    case export([Announcement])
    /// Ask the neighbor for its routes again (RFC 2918); nothing happens when it can't.
    case refresh(Family)
    /// So many prefixes of the neighbor are held by whoever gets ``Action/updates(_:)``.
    case holds(prefixes: Int)
    /// What it found in such an UPDATE is not all well: this, in these bytes.
    case faulty(Update, [UInt8])
    /// Or it could not read it.
    case unreadable(BGPError, [UInt8])
    /// Or a limit of its own is exceeded: the session ends with this.
    case exceeded(BGPError)
    /// What it has to tell the neighbor: whole UPDATEs, one behind the other.
    case tell([UInt8], messages: Int)
    /// It begins to answer ``Action/tellAgain(_:)``, or has answered (RFC 7313 §4).
    case mark(RouteRefresh.Subtype, Family)
}

/// What a session wants done, in this order.
public enum Action: Hashable, Sendable {
    /// Open a TCP connection to the neighbor; `.connected` or `.connectFailed` answers.
    case connect(ConnectionID)
    case send([UInt8], ConnectionID)
    /// Close once what was sent is out, or soon anyway. Ends the timers of that connection too.
    case close(ConnectionID)
    /// Deliver `.expired(timer)` after this long, whether it was armed before or not.
    case arm(SessionTimer, after: Duration)
    case disarm(SessionTimer)
    /// The session is Established.
    case up(Negotiated)
    /// It no longer is.
    case down(Down)
    /// An attempt ended before the session was up.
    case failed(Down)
    case announced(Announcement)
    case withdrawn(Prefix)
    case refused(AdjRIBOut.Refusal)
    /// The neighbor sent something malformed, this message, at most 4,096 bytes of it.
    case malformed(BGPError, [UInt8])
    /// Nothing of this family is heard any more while the session lasts, and what was heard is void (RFC 7606 §2).
    case disabled(Family, BGPError)
    case warning(SessionWarning)
    /// UPDATEs as they came, for whoever keeps routes, where ``Session/Configuration/handsOutRoutes`` asks for it. It
    /// answers with ``Event/holds(prefixes:)``, and ``Event/faulty(_:_:)`` or ``Event/unreadable(_:_:)``.
    case updates(UpdateBatch)
    /// The neighbor wants to hear all of a family again, from whoever keeps routes (RFC 2918 §4).
    case tellAgain(Family)
    /// The neighbor begins to send all of a family again; what it hasn't sent by `.refreshed` is void (RFC 7313 §4).
    case refreshing(Family)
    case refreshed(Family)
}

/// What an operator should know although the session goes on.
public enum SessionWarning: Hashable, Sendable {
    case manyPrefixes(Int, limit: Int)
    case routesRefused(RouteFlaw, [Prefix])
    case unknownRefresh(RouteRefresh)
    /// From the neighbor's address, although the session is up; it was refused. With how many were, so far.
    case secondConnection(total: UInt64)
}

extension SessionWarning: CustomStringConvertible {
    public var description: String {
        switch self {
        case .manyPrefixes(let count, let limit): "\(count) prefixes received, \(limit) are allowed"
        case .routesRefused(let flaw, let prefixes):
            "\(prefixes.first.map { "\($0)" } ?? "nothing")\(prefixes.count > 1 ? " and \(prefixes.count - 1) more" : "") "
                + "can't be used: \(flaw)"
        case .unknownRefresh(let refresh): "ROUTE-REFRESH of an unknown kind, ignored: \(refresh)"
        case .secondConnection(let total):
            "a connection from its address was refused, for the session is up: it has restarted, or somebody else has its "
                + "address (\(total) refused so far)"
        }
    }
}

/// RFC 4271 §8.1.3, RFC 9687. Connections have timers of their own, which end with them.
public enum SessionTimer: Hashable, Sendable {
    case connectRetry
    case idleHold
    case hold(ConnectionID)
    case keepalive(ConnectionID)
    case sendHold(ConnectionID)
    /// Until the next request for our routes is answered.
    case refresh(ConnectionID)

    /// All that end with a connection.
    public static func of(_ id: ConnectionID) -> [Self] { [.hold(id), .keepalive(id), .sendHold(id), .refresh(id)] }
}

/// The states of RFC 4271 §8.2.2.
public enum State: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case idle = "Idle"
    case connect = "Connect"
    case active = "Active"
    case openSent = "OpenSent"
    case openConfirm = "OpenConfirm"
    case established = "Established"

    public var description: String { rawValue }
}

/// Why a session or an attempt ended.
public enum Down: Hashable, Sendable {
    /// By our decision; the neighbor was sent the notification that belongs to the error.
    case error(BGPError)
    /// By the neighbor's.
    case notified(Notification)
    /// By the neighbor's, who doesn't like the hold time that we offered, in seconds (RFC 4271 §6.2).
    case holdTimeRefused(UInt16)
    /// TCP failed or was closed without a word.
    case connectionLost(String)
}

extension Down: CustomStringConvertible {
    public var description: String {
        switch self {
        case .error(let error): "\(error)"
        case .notified(let notification): "the neighbor said: \(notification)"
        case .holdTimeRefused(let seconds):
            "the neighbor refuses our hold time of \(seconds) s (it said: OPEN Message Error/Unacceptable Hold Time)"
        case .connectionLost(let reason): reason
        }
    }
}
