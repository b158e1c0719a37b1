internal import Net

/// Established: UPDATEs in and out, and the end of it (RFC 4271 §8.2.2).
extension Session {
    mutating func take(_ frame: Frame, _ session: Established, _ now: Instant) throws(BGPError) -> [Action] {
        guard frame.type != .open else { throw .unexpectedMessage(.open, in: .established) }
        switch try Message.decode(frame, session.negotiated.codec) {
        case .open, .keepalive: return []
        case .notification(let notification): return fail(session.connection.id, .notified(notification), now)
        case .update(let update): return try take(update, session, frame)
        }
    }

    /// Counted, held against the limit, and let go.
    private mutating func take(
        _ update: Update, _ session: Established, _ frame: Frame
    ) throws(BGPError) -> [Action] {
        var session = session
        try session.received.take(update, session.negotiated.families)
        phase = .established(session)
        counters.announced += UInt64(update.reachable.count)
        counters.withdrawn += UInt64(update.unreachable.count)
        guard let worst = update.faults.max(by: { $0.reaction < $1.reaction }) else { return [] }
        counters.malformed += 1
        return [.malformed(.attribute(worst), frame.bytes)]
    }

    // MARK: Out

    mutating func export(_ table: [Announcement]) -> [Action] {
        desired = table
        guard case .established(let session) = phase else { return [] }
        return flush(session.connection.id)
    }

    /// Sends what the neighbor doesn't know yet. While the socket is full that waits: only the newest table counts then.
    mutating func flush(_ id: ConnectionID) -> [Action] {
        guard case .established(var session) = phase, !session.isBlocked else { return [] }
        let changes = session.rib.change(to: desired)
        phase = .established(session)
        return changes.updates.map { send(.update($0), id, session.negotiated.codec) }
            + changes.withdrawn.map { .withdrawn($0) } + changes.announced.map { .announced($0) }
            + changes.refused.map { .refused($0) }
    }

    /// The send hold timer runs while the socket is full. RFC 9687 §3 restarts it with every message that was sent; since
    /// one is sent at least with every KEEPALIVE, both come to the same.
    mutating func blocked(_ session: Established, _ id: ConnectionID) -> [Action] {
        guard session.connection.id == id, !session.isBlocked else { return [] }
        setBlocked(true, session)
        guard let time = configuration.sendHold(session.negotiated) else { return [] }
        return [.arm(.sendHold(id), after: time)]
    }

    mutating func drained(_ session: Established, _ id: ConnectionID) -> [Action] {
        guard session.connection.id == id, session.isBlocked else { return [] }
        setBlocked(false, session)
        return [.disarm(.sendHold(id))] + flush(id)
    }

    private mutating func setBlocked(_ isBlocked: Bool, _ session: Established) {
        var session = session
        session.isBlocked = isBlocked
        phase = .established(session)
    }

    mutating func expiredSendHold(_ session: Established, _ id: ConnectionID, _ now: Instant) -> [Action] {
        guard session.connection.id == id, let time = configuration.sendHold(session.negotiated) else { return [] }
        return fail(id, .error(.sendHoldTimerExpired(after: time)), now)
    }

    // MARK: The end

    mutating func closed(_ session: Established, _ id: ConnectionID, _ reason: String, _ now: Instant) -> [Action] {
        guard session.connection.id == id else { return [] }
        return [.close(id)] + fall(session, .connectionLost(reason), now)
    }

    /// A session that outlived its hold time was sound: what ended it is no reason to wait before the next.
    mutating func fall(_ session: Established, _ down: Down, _ now: Instant) -> [Action] {
        let trial = session.negotiated.holdTime > .zero ? session.negotiated.holdTime : .seconds(90)
        if now - session.since >= trial { failures = 0 }
        return [.down(down)] + hold(down)
    }
}
