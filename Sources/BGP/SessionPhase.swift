internal import Net

/// Where a session is, with what exists there only.
enum Phase: Sendable {
    case idle(Idle)
    /// Connect, Active, OpenSent and OpenConfirm: a way out, a way in, and nothing agreed yet.
    case opening(Opening)
    /// Holds the one connection that won. Two at once can't be written down.
    case established(Established)

    enum Idle: Sendable {
        /// Nothing happens before `.start`.
        case stopped
        /// Waits for its timer after a session that an error ended (IdleHoldTimer of RFC 4271 §8.1.1).
        case held
    }
}

/// One TCP connection to the neighbor.
struct Connection: Sendable {
    let id: ConnectionID
    let local: Address
    var framer = Framer()
}

/// A connection on which our OPEN is out.
struct Handshake: Sendable {
    enum Progress: Sendable {
        /// Waiting for the neighbor's OPEN.
        case openSent
        /// It came, and both are agreed; waiting for the first KEEPALIVE.
        case openConfirm(Negotiated)
    }

    var connection: Connection
    var progress = Progress.openSent
}

struct Opening: Sendable {
    enum Outgoing: Sendable {
        /// For the connect retry timer, or (passive, or while the neighbor's own connection opens) for nothing.
        case waiting
        case connecting(ConnectionID)
        case open(Handshake)
    }

    var outgoing = Outgoing.waiting
    var incoming: Handshake?

    /// Of either direction.
    subscript(_ direction: ConnectionID.Direction) -> Handshake? {
        switch direction {
        case .outgoing: if case .open(let handshake) = outgoing { handshake } else { nil }
        case .incoming: incoming
        }
    }

    subscript(_ id: ConnectionID) -> Handshake? {
        let handshake = self[id.direction]
        return handshake?.connection.id == id ? handshake : nil
    }

    /// Puts back a handshake that has changed.
    mutating func put(_ handshake: Handshake) {
        switch handshake.connection.id.direction {
        case .outgoing: outgoing = .open(handshake)
        case .incoming: incoming = handshake
        }
    }

    mutating func remove(_ direction: ConnectionID.Direction) {
        switch direction {
        case .outgoing: outgoing = .waiting
        case .incoming: incoming = nil
        }
    }

    var handshakes: [Handshake] { [self[.outgoing], incoming].compactMap(\.self) }
}

struct Established: Sendable {
    var connection: Connection
    let negotiated: Negotiated
    let since: Instant
    var rib: AdjRIBOut
    let checks: RouteChecks
    var received = ReceivedPrefixes()
    /// Families whose UPDATEs are not heard any more.
    var disabled: Set<Family> = []
    /// Families that the neighbor wants to be told again.
    var asked: Set<Family> = []
    /// It was told some just now, so the next time has to wait for its timer.
    var answeredLately = false
    /// It has been said that the limit of prefixes is near.
    var warned = false
    /// The socket is full: nothing is added before it drains, so a neighbor that doesn't read costs no memory.
    var isBlocked = false
}

/// The prefixes that a neighbor has announced and not withdrawn: kept to be counted, nothing else about them is.
struct ReceivedPrefixes: Sendable {
    private var prefixes: Set<Prefix> = []
    /// Of families that the neighbor is sending again: those that have not come yet (RFC 7313 §4).
    private var stale: [Family: Set<Prefix>] = [:]
    /// What somebody else has counted, who keeps the routes.
    var elsewhere: Int?

    var count: Int { elsewhere ?? prefixes.count }

    /// Withdrawals first, as a message means them. Goes on counting one beyond `limit`, no further.
    mutating func take(_ update: Update, limit: Int) {
        for prefix in update.unreachable {
            prefixes.remove(prefix)
            if !stale.isEmpty { stale[prefix.family]?.remove(prefix) }
        }
        for prefix in update.reachable {
            guard prefixes.count <= limit else { return }
            prefixes.insert(prefix)
            if !stale.isEmpty { stale[prefix.family]?.remove(prefix) }
        }
    }

    mutating func forget(_ family: Family) {
        prefixes = prefixes.filter { $0.family != family }
        stale[family] = nil
    }

    mutating func beginRefresh(_ family: Family) { stale[family] = prefixes.filter { $0.family == family } }

    mutating func endRefresh(_ family: Family) { prefixes.subtract(stale.removeValue(forKey: family) ?? []) }
}
