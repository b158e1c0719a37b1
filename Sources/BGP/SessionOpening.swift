internal import Net

/// From `start` to a connection with our OPEN on it: Connect and Active (RFC 4271 §8.2.2).
extension Session {
    mutating func open() -> [Action] {
        phase = .opening(Opening())
        return configuration.passive ? [] : dial(Opening())
    }

    private mutating func dial(_ opening: Opening) -> [Action] {
        var opening = opening
        let id = nextOutgoing()
        opening.outgoing = .connecting(id)
        phase = .opening(opening)
        return [.connect(id), armRetry()]
    }

    private mutating func armRetry() -> Action { .arm(.connectRetry, after: jittered(configuration.connectRetry)) }

    /// In Active: try again. In Connect: the attempt took too long.
    mutating func retry(_ opening: Opening) -> [Action] {
        switch opening.outgoing {
        case .waiting: configuration.passive || opening.incoming != nil ? [] : dial(opening)
        case .connecting(let id): [.close(id)] + noteSilence(opening) + dial(opening)
        case .open: []
        }
    }

    /// Not even a refusal came. To us, a wrong password looks the same: the neighbor's kernel drops what isn't signed as it
    /// expects, before anybody there hears of it (RFC 2385 §2).
    private mutating func noteSilence(_ opening: Opening) -> [Action] {
        guard opening.handshakes.isEmpty else { return [] }
        let down = Down.connectionLost("no answer to our SYN: out of reach, filtered, or another TCP-MD5 password")
        endings.note(down)
        return [.failed(down)]
    }

    mutating func connected(_ opening: Opening, _ id: ConnectionID, _ local: Address) -> [Action] {
        guard case .connecting(id) = opening.outgoing else { return [] }
        return [.disarm(.connectRetry)] + greet(opening, Connection(id: id, local: local))
    }

    mutating func connectFailed(_ opening: Opening, _ id: ConnectionID, _ reason: String) -> [Action] {
        guard case .connecting(id) = opening.outgoing else { return [] }
        var opening = opening
        opening.outgoing = .waiting
        return settle(opening, .connectionLost(reason))
    }

    /// A neighbor has one attempt under way at a time: if it connects again, it has given the earlier one up.
    mutating func accept(_ opening: Opening, _ id: ConnectionID, _ local: Address) -> [Action] {
        let older = opening.incoming.map { refuse($0.connection.id, .collision) } ?? []
        let idle: [Action] = if case .waiting = opening.outgoing { [.disarm(.connectRetry)] } else { [] }
        return older + idle + greet(opening, Connection(id: id, local: local))
    }

    /// Our OPEN, and a long time to wait for the neighbor's (RFC 4271 §8.2.2: "a hold timer value of 4 minutes").
    private mutating func greet(_ opening: Opening, _ connection: Connection) -> [Action] {
        var opening = opening
        var connection = connection
        connection.framer = Framer(extended: configuration.extendedMessages)
        opening.put(Handshake(connection: connection))
        phase = .opening(opening)
        return [
            send(.open(configuration.open), connection.id), .arm(.hold(connection.id), after: .seconds(240)),
        ]
    }

    /// TCP broke under a handshake. Before the neighbor's OPEN that leads back to Active, after it to Idle (RFC 4271
    /// §8.2.2, event 18).
    mutating func closed(_ opening: Opening, _ id: ConnectionID, _ reason: String) -> [Action] {
        if case .connecting(id) = opening.outgoing { return connectFailed(opening, id, reason) }
        guard let handshake = opening[id] else { return [] }
        var rest = opening
        rest.remove(id.direction)
        let down = Down.connectionLost(reason)
        if case .openConfirm = handshake.progress { return [.close(id)] + giveUp(rest, down) }
        return [.close(id)] + settle(rest, down)
    }

    /// Goes on with what is left after one way was lost: the other one, or the wait for the next attempt.
    private mutating func settle(_ opening: Opening, _ down: Down) -> [Action] {
        phase = .opening(opening)
        guard opening.handshakes.isEmpty else { return [.disarm(.connectRetry)] }
        endings.note(down)
        if case .connecting = opening.outgoing { return [.failed(down)] }
        return [.failed(down)] + (configuration.passive ? [] : [armRetry(after: down)])
    }

    /// A collision that left nothing: the neighbor closed this way for another that we had given up. There is no reason to
    /// wait long, only not to hurry a neighbor that goes on saying so.
    private mutating func armRetry(after down: Down) -> Action {
        guard case .notified(let notification) = down, notification == BGPError.collision.notification else {
            return armRetry()
        }
        return .arm(.connectRetry, after: jittered(min(.milliseconds(500), configuration.connectRetry)))
    }

    /// A way was lost through an error. If the other one is still open it goes on; else this is the end of the attempt.
    ///
    /// Deviates: the neighbor's Cease leads to Active, not to Idle (§8.2.2, event 25). It means "not now", and a neighbor
    /// that says it because it is in Idle itself will connect when it no longer is: two speakers that answer each other's
    /// refusals with refusals of their own could keep that up for ever.
    mutating func giveUp(_ rest: Opening, _ down: Down) -> [Action] {
        if case .notified(let notification) = down, notification.code == .cease { return settle(rest, down) }
        phase = .opening(rest)
        guard rest.handshakes.isEmpty else { return [] }
        return [.failed(down)] + end(rest) + pause(down)
    }

    /// Leaves `opening`: nothing of it goes on.
    func end(_ opening: Opening) -> [Action] {
        var actions: [Action] = [.disarm(.connectRetry)]
        if case .connecting(let id) = opening.outgoing { actions.append(.close(id)) }
        return actions
    }

    // MARK: The idle hold

    /// After an attempt: at once again the first time, later only after the hold. The neighbor's own attempt is welcome.
    private mutating func pause(_ down: Down) -> [Action] {
        guard let time = holdAfter(down) else { return open() }
        phase = .opening(Opening())
        return configuration.passive ? [] : [.arm(.connectRetry, after: time)]
    }

    /// After a session: the same, but in Idle, where connections are refused.
    mutating func hold(_ down: Down) -> [Action] {
        if case .error(let error) = down, error.isLimit {
            endings.note(down)
            guard let time = configuration.prefixHold else {
                phase = .idle(.stopped)
                return []
            }
            phase = .idle(.held)
            return [.arm(.idleHold, after: jittered(time))]
        }
        guard let time = holdAfter(down) else { return open() }
        phase = .idle(.held)
        return [.arm(.idleHold, after: time)]
    }

    /// nil: none.
    private mutating func holdAfter(_ down: Down) -> Duration? {
        endings.note(down)
        defer { failures += 1 }
        guard failures > 0 else { return nil }
        let doublings = min(failures - 1, Self.mostDoublings)
        return jittered(min(Self.longestHold, .milliseconds(500) * (1 << doublings)))
    }

    private static let mostDoublings = 8
    private static let longestHold: Duration = .seconds(120)

    mutating func stop(_ error: BGPError) -> [Action] {
        let before = phase
        let down = Down.error(error)
        phase = .idle(.stopped)
        failures = 0
        if case .idle(.stopped) = before { return [] }
        endings.note(down)
        switch before {
        case .idle: return [.disarm(.idleHold)]
        case .opening(let opening):
            return opening.handshakes.flatMap { refuse($0.connection.id, error) } + end(opening)
        case .established(let session): return refuse(session.connection.id, error) + [.down(down)]
        }
    }
}
