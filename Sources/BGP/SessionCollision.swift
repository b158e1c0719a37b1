internal import Net

/// From the neighbor's OPEN to Established, where two connections may meet (RFC 4271 §6.8).
extension Session {
    /// The neighbor's OPEN: agree on it, then see whether there is another connection with our OPEN on it.
    ///
    /// The identifier that decides is known as soon as one of the two has brought it, and the rule may be applied then
    /// (§6.8: "MAY also examine connections in an OpenSent state"). Waiting for the second OPEN loses a race against a
    /// neighbor that has both already: one end is Established on the connection that the other one closes.
    mutating func opened(_ opening: Opening, _ handshake: Handshake, _ open: Open) throws(BGPError) -> [Action] {
        let negotiated = try configuration.negotiate(open, local: handshake.connection.local)
        guard let other = opening[handshake.connection.id.direction.opposite] else {
            return confirm(opening, handshake, negotiated)
        }
        counters.collisions += 1
        return survivor(negotiated) == handshake.connection.id.direction
            ? drop(other, opening) + confirm(opening.without(other), handshake, negotiated)
            : drop(handshake, opening)
    }

    /// The connection that the speaker with the higher BGP identifier began; where both have the same, as speakers of
    /// different ASes may, that of the higher AS (RFC 6286 §2.3).
    private func survivor(_ negotiated: Negotiated) -> ConnectionID.Direction {
        (configuration.id, configuration.asn) > (negotiated.peerID, negotiated.peerASN) ? .outgoing : .incoming
    }

    private mutating func drop(_ handshake: Handshake, _ opening: Opening) -> [Action] {
        phase = .opening(opening.without(handshake))
        return refuse(handshake.connection.id, .collision)
    }

    /// To OpenConfirm. An attempt of ours that is still on its way could only collide: it ends here.
    private mutating func confirm(
        _ opening: Opening, _ handshake: Handshake, _ negotiated: Negotiated
    ) -> [Action] {
        var (opening, handshake) = (opening, handshake)
        var actions: [Action] = []
        if case .connecting(let id) = opening.outgoing {
            opening.outgoing = .waiting
            actions += [.close(id), .disarm(.connectRetry)]
        }
        handshake.progress = .openConfirm(negotiated)
        opening.put(handshake)
        phase = .opening(opening)
        return actions + startTimers(handshake.connection.id, negotiated)
    }

    /// A KEEPALIVE accepts the OPEN. Without a hold time that is the only one.
    private mutating func startTimers(_ id: ConnectionID, _ negotiated: Negotiated) -> [Action] {
        let accepted = send(.keepalive, id)
        guard negotiated.holdTime > .zero else { return [accepted, .disarm(.hold(id))] }
        return [
            accepted, .arm(.hold(id), after: negotiated.holdTime),
            .arm(.keepalive(id), after: jittered(negotiated.keepalive)),
        ]
    }

    /// The neighbor connects although its session is up: it has forgotten that one, or somebody else has its address. Right
    /// after it came up, it is only the other one of two that were begun together.
    mutating func refuseSecond(_ session: Established, _ id: ConnectionID, _ now: Instant) -> [Action] {
        let isLate = now - session.since >= .seconds(10)
        return refuseCounted(id, .collision)
            + (isLate ? [.warning(.secondConnection(total: counters.refusedConnections))] : [])
    }

    mutating func refuseCounted(_ id: ConnectionID, _ error: BGPError) -> [Action] {
        counters.refusedConnections += 1
        return refuse(id, error)
    }

    /// The neighbor's KEEPALIVE. A second connection that has not come as far is one too many.
    mutating func establish(
        _ opening: Opening, _ handshake: Handshake, _ negotiated: Negotiated, _ now: Instant
    ) -> [Action] {
        let id = handshake.connection.id
        let others = opening.without(handshake).handshakes.flatMap { refuse($0.connection.id, .collision) }
        if !others.isEmpty { counters.collisions += 1 }
        counters.ups += 1
        endings.forgetCause()
        phase = .established(
            Established(
                connection: handshake.connection, negotiated: negotiated, since: now,
                rib: AdjRIBOut(configuration.exportContext(negotiated)),
                checks: configuration.checks(negotiated)))
        return others + [.up(negotiated)] + flush(id, now)
    }
}

extension Opening {
    func without(_ handshake: Handshake) -> Self {
        var copy = self
        copy.remove(handshake.connection.id.direction)
        return copy
    }
}

extension ConnectionID.Direction {
    var opposite: Self { self == .outgoing ? .incoming : .outgoing }
}
