internal import Net

/// Bytes from the neighbor, message by message.
extension Session {
    mutating func receive(_ bytes: [UInt8], _ id: ConnectionID, _ now: Instant) -> [Action] {
        guard append(bytes, id) else { return [] }
        var actions: [Action] = []
        var heard = false
        while true {
            if handOut(id, into: &actions) { heard = true }
            guard let step = receiveNext(id, now) else { break }
            actions += step
            heard = true
        }
        return heard ? actions + restartHold(id) : actions
    }

    /// False when there is no such connection.
    private mutating func append(_ bytes: [UInt8], _ id: ConnectionID) -> Bool {
        if case .established = phase {
            var isOurs = false
            _ = inEstablished { session in
                isOurs = session.connection.id == id
                if isOurs { session.connection.framer.append(bytes) }
                return []
            }
            return isOurs
        }
        guard var connection = connection(id) else { return false }
        connection.framer.append(bytes)
        put(connection)
        return true
    }

    /// UPDATEs come by the hundred thousand, and where somebody else reads them there is nothing to do for each: all that
    /// are next go at once. True when there were any.
    private mutating func handOut(_ id: ConnectionID, into actions: inout [Action]) -> Bool {
        guard configuration.handsOutRoutes, case .established = phase else { return false }
        var batch: UpdateBatch?
        _ = inEstablished { session in
            if session.connection.id == id { batch = session.connection.framer.nextUpdates() }
            return []
        }
        guard let batch else { return false }
        counters.received.updates += UInt64(batch.count)
        actions.append(.updates(batch))
        return true
    }

    /// What the next whole message leads to; nil when there is none, or no connection any more.
    private mutating func receiveNext(_ id: ConnectionID, _ now: Instant) -> [Action]? {
        guard var connection = connection(id) else { return nil }
        let frame: Frame
        do {
            guard let next = try connection.framer.next() else { return nil }
            frame = next
        } catch { return malformed(error, connection.framer.head) + fail(id, .error(error), now) }
        put(connection)
        counters.received.count(frame.type)
        do { return try take(frame, id, now) } catch {
            let report = error.isMalformed ? malformed(error, frame.bytes) : []
            return report + fail(id, .error(error), now)
        }
    }

    private mutating func take(_ frame: Frame, _ id: ConnectionID, _ now: Instant) throws(BGPError) -> [Action] {
        switch phase {
        case .idle: return []
        case .established: return try takeEstablished(frame, id, now)
        case .opening(let opening):
            guard let handshake = opening[id] else { return [] }
            return try take(frame, opening, handshake, now)
        }
    }

    /// In OpenSent an OPEN is due, in OpenConfirm a KEEPALIVE, in both a NOTIFICATION may come (RFC 4271 §8.2.2).
    private mutating func take(
        _ frame: Frame, _ opening: Opening, _ handshake: Handshake, _ now: Instant
    ) throws(BGPError) -> [Action] {
        switch (handshake.progress, try decode(frame, expected: handshake.progress.state)) {
        case (_, .notification(let notification)):
            return fail(handshake.connection.id, down(notification), now)
        case (.openSent, .open(let open)): return try opened(opening, handshake, open)
        case (.openConfirm(let negotiated), .keepalive): return establish(opening, handshake, negotiated, now)
        case (let progress, _): throw .unexpectedMessage(frame.type, in: progress.state)
        }
    }

    /// A message out of place isn't read at all: its kind is the error (RFC 6608).
    private func decode(_ frame: Frame, expected state: State) throws(BGPError) -> Message {
        let due: MessageType = state == .openSent ? .open : .keepalive
        guard frame.type == due || frame.type == .notification else {
            throw .unexpectedMessage(frame.type, in: state)
        }
        return try .decode(frame, Codec())
    }

    private func down(_ notification: Notification) -> Down {
        let refusal = BGPError.unacceptableHoldTime(seconds: configuration.holdSeconds).notification
        return (notification.code, notification.subcode) == (refusal.code, refusal.subcode)
            ? .holdTimeRefused(configuration.holdSeconds) : .notified(notification)
    }

    /// Ends one connection: the neighbor is told unless it was the neighbor who told us.
    mutating func fail(_ id: ConnectionID, _ down: Down, _ now: Instant) -> [Action] {
        let farewell: [Action] = if case .error(let error) = down { refuse(id, error) } else { [.close(id)] }
        switch phase {
        case .idle: return []
        case .established(let session): return farewell + fall(session, down, now)
        case .opening(var opening):
            opening.remove(id.direction)
            return farewell + giveUp(opening, down)
        }
    }

    mutating func malformed(_ error: BGPError, _ bytes: [UInt8]) -> [Action] {
        counters.malformed += 1
        return [.malformed(error, Array(bytes.prefix(Framer.maximumLength)))]
    }

    // MARK: The connection, wherever it is

    private func connection(_ id: ConnectionID) -> Connection? {
        switch phase {
        case .idle: nil
        case .opening(let opening): opening[id]?.connection
        case .established(let session): session.connection.id == id ? session.connection : nil
        }
    }

    private mutating func put(_ connection: Connection) {
        switch phase {
        case .idle: break
        case .opening(var opening):
            guard var handshake = opening[connection.id] else { return }
            handshake.connection = connection
            opening.put(handshake)
            phase = .opening(opening)
        case .established(var session):
            session.connection = connection
            phase = .established(session)
        }
    }

    // MARK: Timers of a connection

    /// Any message shows that the neighbor lives (RFC 4271 §8.2.2: KEEPALIVE and UPDATE restart the hold timer).
    private func restartHold(_ id: ConnectionID) -> [Action] {
        guard let negotiated = agreed(id), negotiated.holdTime > .zero else { return [] }
        return [.arm(.hold(id), after: negotiated.holdTime)]
    }

    /// Deviates: only the first KEEPALIVE of a session has the jitter of RFC 4271 §10. It spreads the sessions for good, and
    /// each KEEPALIVE that is sent early makes a host that hangs after it look alive for longer.
    mutating func keepAlive(_ id: ConnectionID) -> [Action] {
        guard let negotiated = agreed(id), negotiated.holdTime > .zero else { return [] }
        return [send(.keepalive, id), .arm(.keepalive(id), after: negotiated.keepalive)]
    }

    mutating func expiredHold(_ id: ConnectionID, _ now: Instant) -> [Action] {
        guard connection(id) != nil else { return [] }
        let time = agreed(id)?.holdTime ?? .seconds(240)
        return fail(id, .error(.holdTimerExpired(after: time)), now)
    }

    private func agreed(_ id: ConnectionID) -> Negotiated? {
        switch phase {
        case .idle: return nil
        case .established(let session): return session.connection.id == id ? session.negotiated : nil
        case .opening(let opening):
            guard case .openConfirm(let negotiated) = opening[id]?.progress else { return nil }
            return negotiated
        }
    }
}

extension Handshake.Progress {
    var state: State { if case .openSent = self { .openSent } else { .openConfirm } }
}

extension BGPError {
    /// Whether the bytes of the message were at fault, rather than its time or number.
    var isMalformed: Bool {
        switch self {
        case .unexpectedMessage, .tooManyPrefixes, .tooManyAnnouncements, .tooManyAttributes, .tooManyNextHops,
            .holdTimerExpired, .sendHoldTimerExpired, .stopped, .collision, .rejected, .badPeerAS, .badIdentifier,
            .unacceptableHoldTime,
            .noCommonFamily,
            .roleMismatch, .severalRoles:
            false
        default: true
        }
    }

    /// Whether more prefixes than allowed were at fault: that doesn't pass by trying again.
    var isLimit: Bool {
        switch self {
        case .tooManyPrefixes, .tooManyAnnouncements, .tooManyAttributes, .tooManyNextHops: true
        default: false
        }
    }
}
