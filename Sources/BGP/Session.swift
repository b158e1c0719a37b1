public import Net

/// The session with one neighbor: the finite state machine of RFC 4271 §8, for both of the TCP connections that it may
/// have for a moment.
///
///                    start                                    KEEPALIVE
///        ┌────────┐ ───────▶ ┌──────────────────────────────┐ ────────▶ ┌───────────────┐
///        │  idle  │          │           opening            │           │  established  │
///        └────────┘ ◀─────── └──────────────────────────────┘           └───────────────┘
///            ▲        stop,    outgoing: Active ─ Connect ─                     │
///            │        error    OpenSent ─ OpenConfirm                           │
///            │                 incoming: OpenSent ─ OpenConfirm                 │
///            └──────────────────────────────────────────────────────────────────┘
///                            stop, error, NOTIFICATION, connection lost
///
/// RFC 4271 has a machine per connection and makes them meet in §6.8. Here `opening` holds both, so the collision is a
/// line of code, and `established` holds one. ``state`` gives the name that the RFC would: that of the connection that is
/// furthest.
///
/// After `start` it never stays down: an end leads back to `opening`, at once when the session was sound, and else after
/// an idle hold that doubles from 500 ms to 2 min with each failure (RFC 4271 §8.1.1, DampPeerOscillations).
///
/// Deviates: after an error before the session was up, that hold is spent in Active, not in Idle. It keeps us from trying,
/// but not the neighbor: nothing of ours came and went with that attempt, so there is nothing to damp, and a neighbor
/// whose configuration was mended gets in with its next OPEN instead of two minutes later. After a session that was up,
/// connections are refused until the hold is over.
///
/// Deviates: a failed connect leads to Active, not to Idle (§8.2.2), so that the neighbor's own attempt is welcome
/// meanwhile, as in BIRD and FRR. DelayOpen (§8.1.1, optional) is not done: an OPEN is sent at once.
public struct Session: Sendable {
    public struct Configuration: Hashable, Sendable {
        public var asn: ASN
        public var id: RouterID
        public var peerASN: ASN
        /// Waits for the neighbor to connect.
        public var passive = false
        /// What we ask for; zero for no KEEPALIVEs at all.
        public var holdTime: Duration = .seconds(90)
        /// Between two attempts to connect, 75 to 100 % of it (RFC 4271 §10).
        public var connectRetry: Duration = .seconds(120)
        public var families: [Family] = [.ipv4]
        /// Addresses to give as next hop for families other than that of the connection.
        public var nextHops: [Address] = []
        /// More than this many at a time end the session (RFC 4486 §4).
        public var maxPrefixes = 1000
        /// From this part of it on, it is said that the limit is near; in percent.
        public var prefixWarning = 80
        /// How long the session stays down after that. nil: until an operator starts it.
        public var prefixHold: Duration? = .seconds(120)
        /// More prefixes than this are never told the neighbor: the session ends instead, before the first of them is. nil:
        /// no limit.
        public var maxAnnouncements: Int?
        /// nil: 8 minutes, or twice the hold time if that is longer (RFC 9687 §3.2).
        public var sendHoldTime: Duration?
        /// What we are to a neighbor of another AS; nil: not said (RFC 9234 §4).
        public var role: Role?
        /// A neighbor that says no role is refused (RFC 9234 §4.2, "strict mode").
        public var requiresRole = false
        /// Offered, so that the neighbor may send them, and sent if it takes them (RFC 8654).
        public var extendedMessages = true
        /// Offered: IPv4 prefixes may have IPv6 next hops (RFC 8950).
        public var ipv4OverIPv6 = false
        /// Where a family can't be read any more, it is disabled instead of resetting the session (RFC 7606 §2). For
        /// speakers that announce and use nothing of what they hear: a neighbor's mistake then costs no announcement.
        public var disablesFamilies = false
        /// See ``RouteChecks``.
        public var acceptsASSets = false
        public var enforcesFirstAS = false
        public var allowedOwnAS = 0
        public var clusterID: RouterID?
        /// UPDATEs are handed out as they came, with ``Action/updates(_:)``, to somebody who reads them and keeps routes, and
        /// says what the neighbor is told. Nothing of ``RouteChecks`` is done then. Otherwise they are read here, and their
        /// prefixes counted.
        public var handsOutRoutes = false

        public init(asn: ASN, id: RouterID, peerASN: ASN) { (self.asn, self.id, self.peerASN) = (asn, id, peerASN) }
    }

    public let configuration: Configuration
    public internal(set) var counters = Counters()
    public internal(set) var endings = Endings()
    var phase = Phase.idle(.stopped)
    var desired: [Announcement] = []
    /// In a row, since a session was sound.
    var failures = 0
    var random: SeededRandom
    private var lastSerial: UInt64 = 0

    /// `seed` is where jitter comes from; `counters` are of an earlier session with the neighbor, whose configuration has
    /// changed since.
    public init(_ configuration: Configuration, seed: UInt64, counters: Counters = Counters()) {
        (self.configuration, self.counters) = (configuration, counters)
        random = SeededRandom(seed: seed)
    }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        switch (phase, event) {
        case (.idle, .start): [.disarm(.idleHold)] + open()
        case (.opening(let opening), .start): if case .waiting = opening.outgoing { retry(opening) } else { [] }
        case (.established, .start): []
        case (_, .stop(let text, let subcode)): stop(.stopped(text, subcode))
        case (_, .export(let table)): export(table, now)
        case (.established, .holds(let count)): holds(prefixes: count, now)
        case (.established, .refresh(let family)): askAgain(for: family)
        case (.established(let session), .faulty(let update, let bytes)):
            faulty(update, bytes, session.connection.id, now)
        case (.established(let session), .unreadable(let error, let bytes)):
            malformed(error, bytes) + fail(session.connection.id, .error(error), now)
        // What came after it has ended the session already.
        case (_, .faulty(let update, let bytes)): report(update, bytes)
        case (_, .unreadable(let error, let bytes)): malformed(error, bytes)
        case (.established(let session), .exceeded(let error)): fail(session.connection.id, .error(error), now)
        case (.established(let session), .tell(let bytes, let count)): tell(bytes, count, session.connection.id)
        case (.established(let session), .mark(let subtype, let family)):
            session.negotiated.marksRefresh ? [mark(subtype, family, session.connection.id)] : []

        case (.opening(let opening), .connected(let id, let local)): connected(opening, id, local)
        case (.opening(let opening), .connectFailed(let id, let reason)): connectFailed(opening, id, reason)
        case (.opening(let opening), .accepted(let id, let local)): accept(opening, id, local)
        case (.idle, .accepted(let id, _)): refuseCounted(id, .rejected)
        case (.established(let session), .accepted(let id, _)): refuseSecond(session, id, now)

        case (.opening, .received(let bytes, let id)), (.established, .received(let bytes, let id)):
            receive(bytes, id, now)
        case (.opening(let opening), .closed(let id, let reason)): closed(opening, id, reason)
        case (.established(let session), .closed(let id, let reason)): closed(session, id, reason, now)
        case (.established(let session), .blocked(let id)): blocked(session, id)
        case (.established(let session), .drained(let id)): drained(session, id, now)
        case (_, .expired(let timer)): expired(timer, now)

        case (.idle, .connected), (.idle, .connectFailed), (.idle, .received), (.idle, .closed), (.idle, .blocked),
            (.idle, .drained), (.opening, .blocked), (.opening, .drained), (.established, .connected),
            (.established, .connectFailed), (.idle, .holds), (.opening, .holds), (.idle, .refresh),
            (.opening, .refresh), (.idle, .exceeded), (.opening, .exceeded), (.idle, .tell), (.opening, .tell),
            (.idle, .mark), (.opening, .mark):
            []  // late news of a connection that was given up, or nobody to tell
        }
    }

    private mutating func expired(_ timer: SessionTimer, _ now: Instant) -> [Action] {
        switch (phase, timer) {
        case (.idle(.held), .idleHold): open()
        case (.opening(let opening), .connectRetry): retry(opening)
        case (_, .keepalive(let id)): keepAlive(id)
        case (_, .hold(let id)): expiredHold(id, now)
        case (.established(let session), .sendHold(let id)): expiredSendHold(session, id, now)
        case (.established, .refresh(let id)): mayAnswerAgain(id, now)
        default: []
        }
    }

    // MARK: What it looks like from outside

    public var state: State {
        switch phase {
        case .idle: .idle
        case .established: .established
        case .opening(let opening): opening.state
        }
    }

    /// While Established.
    public var negotiated: Negotiated? {
        if case .established(let session) = phase { session.negotiated } else { nil }
    }

    /// Since when it has been Established.
    public var since: Instant? {
        if case .established(let session) = phase { session.since } else { nil }
    }

    /// What the neighbor has been told, in order of the prefixes.
    public var advertised: [Announcement] {
        if case .established(let session) = phase { session.rib.announcements } else { [] }
    }

    /// How many prefixes the neighbor announces at the moment.
    public var receivedPrefixes: Int {
        if case .established(let session) = phase { session.received.count } else { 0 }
    }

    /// Families of which nothing is heard any more, since an UPDATE of them could not be read.
    public var disabledFamilies: [Family] {
        if case .established(let session) = phase { session.disabled.sorted() } else { [] }
    }

    // MARK: Small parts that all of it uses

    mutating func nextOutgoing() -> ConnectionID {
        lastSerial += 1
        return ConnectionID(.outgoing, lastSerial)
    }

    mutating func send(_ message: Message, _ id: ConnectionID, _ codec: Codec = Codec()) -> Action {
        counters.sent.count(message.type)
        return .send(message.encoded(codec), id)
    }

    /// Tells the neighbor and closes.
    mutating func refuse(_ id: ConnectionID, _ error: BGPError) -> [Action] {
        [send(.notification(error.notification), id), .close(id)]
    }

    /// 75 to 100 % of `time` (RFC 4271 §10), so that neighbors that lost each other together don't return in step.
    mutating func jittered(_ time: Duration) -> Duration {
        .nanoseconds(time.nanoseconds / 1000 * Int64.random(in: 750...1000, using: &random))
    }
}

extension Opening {
    var state: State {
        if handshakes.contains(where: { if case .openConfirm = $0.progress { true } else { false } }) {
            return .openConfirm
        }
        if !handshakes.isEmpty { return .openSent }
        return if case .connecting = outgoing { .connect } else { .active }
    }
}
