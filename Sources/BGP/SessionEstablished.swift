public import Net

/// Established: UPDATEs in and out, and the end of it (RFC 4271 §8.2.2).
extension Session {
    mutating func takeEstablished(_ frame: Frame, _ id: ConnectionID, _ now: Instant) throws(BGPError) -> [Action] {
        guard frame.type != .open else { throw .unexpectedMessage(.open, in: .established) }
        guard let codec = negotiated?.codec else { return [] }
        switch try Message.decode(frame, codec) {
        case .open, .keepalive: return []
        case .notification(let notification): return fail(id, .notified(notification), now)
        case .update(let update): return try take(update, frame)
        case .refresh(let refresh): return take(refresh, now)
        }
    }

    /// Reaches into the session where it is: nothing else holds it meanwhile, so nothing in it is copied.
    mutating func inEstablished<Failure: Error>(
        _ body: (inout Established) throws(Failure) -> [Action]
    ) throws(Failure) -> [Action] {
        guard case .established(var session) = phase else { return [] }
        phase = .idle(.stopped)
        defer { phase = .established(session) }
        return try body(&session)
    }

    // MARK: In

    /// Judged, held against the limit, and let go.
    private mutating func take(_ update: Update, _ frame: Frame) throws(BGPError) -> [Action] {
        var update = update
        let limit = configuration.maxPrefixes
        let mayDisable = configuration.disablesFamilies
        var actions = try inEstablished { session throws(BGPError) in
            let actions = try session.disable(update.unreadable, mayDisable: mayDisable)
            update.keep(session.negotiated.families.filter { !session.disabled.contains($0) })
            update.flaw = update.reachable.isEmpty ? nil : session.checks.flaw(in: update.attributes)
            session.received.take(update, limit: limit)
            return actions
        }
        counters.announced += UInt64(update.reachable.count)
        counters.withdrawn += UInt64(update.unreachable.count)
        actions += try checkLimit() + noteFlaw(update)
        guard let error = update.worst else { return actions }
        return malformed(error, frame.bytes) + actions
    }

    /// What somebody else has found who reads UPDATEs: told, and the end of a family or of the session where it must be.
    mutating func faulty(_ update: Update, _ bytes: [UInt8], _ id: ConnectionID, _ now: Instant) -> [Action] {
        let mayDisable = configuration.disablesFamilies
        let report = report(update, bytes)
        do throws(BGPError) {
            return report
                + (try inEstablished { session throws(BGPError) in
                    try session.disable(update.unreadable, mayDisable: mayDisable)
                })
        } catch { return report + fail(id, .error(error), now) }
    }

    mutating func report(_ update: Update, _ bytes: [UInt8]) -> [Action] {
        update.worst.map { malformed($0, bytes) } ?? []
    }

    private mutating func noteFlaw(_ update: Update) -> [Action] {
        guard let flaw = update.flaw else { return [] }
        counters.flawed += 1
        return [.warning(.routesRefused(flaw, update.named))]
    }

    /// Tells once that the limit is near, until there are clearly fewer again.
    private mutating func checkLimit() throws(BGPError) -> [Action] {
        let limit = configuration.maxPrefixes
        let threshold = limit / 100 * configuration.prefixWarning + limit % 100 * configuration.prefixWarning / 100
        return try inEstablished { session throws(BGPError) in
            let count = session.received.count
            guard count <= limit else { throw .tooManyPrefixes(limit: limit) }
            let isNear = count > threshold
            defer { session.warned = isNear || session.warned && count > threshold - threshold / 10 }
            return isNear && !session.warned ? [.warning(.manyPrefixes(count, limit: limit))] : []
        }
    }

    /// Somebody else keeps the routes, and counts them.
    mutating func holds(prefixes: Int, _ now: Instant) -> [Action] {
        do {
            _ = inEstablished { session in
                session.received.elsewhere = prefixes
                return []
            }
            return try checkLimit()
        } catch {
            guard case .established(let session) = phase else { return [] }
            return fail(session.connection.id, .error(error), now)
        }
    }

    // MARK: Out

    mutating func export(_ table: [Announcement], _ now: Instant) -> [Action] {
        desired = table
        guard case .established(let session) = phase else { return [] }
        return flush(session.connection.id, now)
    }

    /// Sends what the neighbor doesn't know yet. While the socket is full that waits: only the newest table counts then.
    mutating func flush(_ id: ConnectionID, _ now: Instant) -> [Action] {
        guard case .established(var session) = phase, !session.isBlocked else { return [] }
        let changes = session.rib.change(to: desired)
        if let limit = configuration.maxAnnouncements, session.rib.count > limit {
            return fail(id, .error(.tooManyAnnouncements(session.rib.count, limit: limit)), now)
        }
        phase = .established(session)
        return changes.updates.map { send(.update($0), id, session.negotiated.codec) }
            + changes.withdrawn.map { .withdrawn($0) } + changes.announced.map { .announced($0) }
            + changes.refused.map { .refused($0) }
    }

    /// Of somebody else who keeps routes.
    mutating func tell(_ bytes: [UInt8], _ messages: Int, _ id: ConnectionID) -> [Action] {
        counters.sent.updates += UInt64(messages)
        return [.send(bytes, id)]
    }

    /// The send hold timer runs while the socket is full. RFC 9687 §3 restarts it with every message that was sent; since
    /// one is sent at least with every KEEPALIVE, both come to the same.
    mutating func blocked(_ session: Established, _ id: ConnectionID) -> [Action] {
        guard session.connection.id == id, !session.isBlocked else { return [] }
        setBlocked(true, session)
        guard let time = configuration.sendHold(session.negotiated) else { return [] }
        return [.arm(.sendHold(id), after: time)]
    }

    mutating func drained(_ session: Established, _ id: ConnectionID, _ now: Instant) -> [Action] {
        guard session.connection.id == id, session.isBlocked else { return [] }
        setBlocked(false, session)
        return [.disarm(.sendHold(id))] + flush(id, now) + answer()
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

    /// A session that outlived its hold time was sound: what ended it is no reason to wait before the next. One that
    /// didn't makes us wait the first time already: the neighbor has seen our routes come and go, and another session at
    /// once often ends the same way (bgpd of FRR, while it starts).
    mutating func fall(_ session: Established, _ down: Down, _ now: Instant) -> [Action] {
        let trial = session.negotiated.holdTime > .zero ? session.negotiated.holdTime : .seconds(90)
        failures = now - session.since >= trial ? 0 : max(failures, 1)
        return [.down(down)] + hold(down)
    }
}

extension Established {
    /// What can't be read makes its family one that is not heard any more, or ends the session (RFC 7606 §3 j). A family that
    /// isn't exchanged has nothing to lose.
    fileprivate mutating func disable(
        _ unreadable: [Unreadable], mayDisable: Bool
    ) throws(BGPError) -> [Action] {
        var actions: [Action] = []
        for each in unreadable {
            guard let family = each.family.unicast, negotiated.families.contains(family), !disabled.contains(family)
            else { continue }
            guard mayDisable else { throw each.error.asReset }
            disabled.insert(family)
            received.forget(family)
            actions.append(.disabled(family, each.error))
        }
        return actions
    }
}

extension Update {
    /// The worst of what was malformed.
    fileprivate var worst: BGPError? {
        if let unreadable = unreadable.first { return unreadable.error }
        return faults.max { $0.reaction < $1.reaction }.map { .attribute($0) }
    }

    /// Only these families; nobody has asked for the others.
    public mutating func keep(_ families: [Family]) {
        if !families.contains(.ipv4) { (withdrawn, announced) = ([], []) }
        if let family = reach?.family, !families.contains(family) { reach = nil }
        if let family = unreach?.family, !families.contains(family) { unreach = nil }
    }
}

extension BGPError {
    fileprivate var asReset: Self {
        guard case .attribute(var fault) = self else { return self }
        fault.reaction = .resetSession
        return .attribute(fault)
    }
}
