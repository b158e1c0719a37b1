internal import Net

/// Routes told again, by us and by the neighbor (RFC 2918, RFC 7313).
extension Session {
    /// A family that isn't exchanged is ignored (RFC 2918 §4), a subtype that nobody has defined as well (RFC 7313 §5).
    mutating func take(_ refresh: RouteRefresh, _ now: Instant) -> [Action] {
        guard let negotiated, let family = refresh.family.unicast, negotiated.families.contains(family) else {
            return []
        }
        switch refresh.subtype {
        case .request: return asked(for: family)
        case .begin where negotiated.marksRefresh: return beginRefresh(family)
        case .end where negotiated.marksRefresh: return endRefresh(family)
        case .begin, .end: return []  // it didn't say that it would
        default: return [.warning(.unknownRefresh(refresh))]
        }
    }

    // MARK: The neighbor's routes

    /// Asks for them, if the neighbor can (RFC 2918 §4).
    mutating func askAgain(for family: Family) -> [Action] {
        guard case .established(let session) = phase, session.negotiated.canRefresh,
            session.negotiated.families.contains(family), !session.disabled.contains(family)
        else { return [] }
        return [send(.refresh(RouteRefresh(.request, RouteFamily(family))), session.connection.id)]
    }

    private mutating func beginRefresh(_ family: Family) -> [Action] {
        inEstablished { session in
            session.received.beginRefresh(family)
            return [.refreshing(family)]
        }
    }

    private mutating func endRefresh(_ family: Family) -> [Action] {
        inEstablished { session in
            session.received.endRefresh(family)
            return [.refreshed(family)]
        }
    }

    // MARK: Ours

    /// The least time between two answers: whoever asks all the time gets no more than that.
    static let refreshPause: Duration = .seconds(1)

    private mutating func asked(for family: Family) -> [Action] {
        _ = inEstablished { session in
            session.asked.insert(family)
            return []
        }
        return answer()
    }

    mutating func mayAnswerAgain(_ id: ConnectionID, _ now: Instant) -> [Action] {
        _ = inEstablished { session in
            if session.connection.id == id { session.answeredLately = false }
            return []
        }
        return answer()
    }

    /// All that the neighbor has been told of the families that it asks for, between marks if both know them (RFC 7313
    /// §4). Not into a socket that is full.
    mutating func answer() -> [Action] {
        guard case .established(var session) = phase, !session.asked.isEmpty, !session.isBlocked,
            !session.answeredLately
        else { return [] }
        let families = session.asked.sorted()
        (session.asked, session.answeredLately) = ([], true)
        phase = .established(session)
        let id = session.connection.id
        return families.flatMap { answer($0, session, id) } + [.arm(.refresh(id), after: Self.refreshPause)]
    }

    private mutating func answer(_ family: Family, _ session: Established, _ id: ConnectionID) -> [Action] {
        if configuration.handsOutRoutes { return [.tellAgain(family)] }
        let updates = session.rib.updates(of: family).map { send(.update($0), id, session.negotiated.codec) }
        guard session.negotiated.marksRefresh else { return updates }
        return [mark(.begin, family, id)] + updates + [mark(.end, family, id)]
    }

    mutating func mark(_ subtype: RouteRefresh.Subtype, _ family: Family, _ id: ConnectionID) -> Action {
        send(.refresh(RouteRefresh(subtype, RouteFamily(family))), id)
    }
}
