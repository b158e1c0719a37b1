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
    var received: ReceivedPrefixes
    /// The socket is full: nothing is added before it drains, so a neighbor that doesn't read costs no memory.
    var isBlocked = false
}

/// The prefixes that a neighbor has announced and not withdrawn: kept to be counted, nothing else about them is. Never
/// more than the limit.
struct ReceivedPrefixes: Sendable {
    let limit: Int
    private(set) var prefixes: Set<Prefix> = []

    init(limit: Int) { self.limit = limit }

    /// Withdrawals first, as a message means them.
    mutating func take(_ update: Update, _ families: [Family]) throws(BGPError) {
        for prefix in update.unreachable { prefixes.remove(prefix) }
        for prefix in update.reachable where families.contains(prefix.family) {
            prefixes.insert(prefix)
            guard prefixes.count <= limit else { throw .tooManyPrefixes(limit: limit) }
        }
    }
}
