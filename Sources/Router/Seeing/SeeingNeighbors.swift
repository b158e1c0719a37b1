internal import BGP
package import Control
internal import Net
package import RIB
package import Speaker

// MARK: `landfall neighbors`

extension Seeing {
    /// All of them, or the one with that name.
    package func neighbors(
        named name: String?, _ sessions: [NeighborStatus], _ rib: borrowing RIB
    ) throws(SeeingRefusal) -> NeighborsTelling {
        let chosen = try name.map { name throws(SeeingRefusal) in [try peer(named: name)] } ?? peers
        let sessions = Dictionary(sessions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var telling = NeighborsTelling(seeing: self)
        for peer in chosen {
            if let session = sessions[peer.name] { telling.neighbors.append((peer, session, rib.view(of: peer.id))) }
        }
        return telling
    }

    fileprivate func describe(_ peer: Peer, _ session: NeighborStatus, _ view: NeighborView) -> NeighborAnswer {
        var answer = NeighborAnswer()
        (answer.name, answer.address, answer.asn) = (session.name, peer.text(session.address), session.asn.rawValue)
        (answer.state, answer.since) = (session.state.rawValue, moment.text(session.since))
        (answer.lastError, answer.pendingBytes) = (session.lastError, session.pendingBytes)
        let role = session.negotiated?.peerRole ?? view.neighbor.role
        (answer.role, answer.mraiSeconds) = (role.map { "\($0)" }, peer.mrai.milliseconds / 1000)
        (answer.announced, answer.withdrawn) = (view.traffic.announced, view.traffic.withdrawn)
        answer.isShuttingDown = view.neighbor.isShuttingDown ? true : nil
        (answer.importPolicy, answer.exportPolicy) = (view.neighbor.importing?.name, view.neighbor.exporting?.name)
        agree(peer, session, &answer)
        count(session.counters, &answer)
        let families = session.negotiated?.families ?? Family.allCases
        answer.prefixes = view.tables.filter { families.contains($0.family) || $0.received > 0 }.map { table in
            NeighborAnswer.Table(table, view.neighbor.limits)
        }
        (answer.attributeBytes, answer.attributeBytesLimit) = (view.attributeBytes, view.neighbor.limits.attributeBytes)
        (answer.nextHops, answer.nextHopsLimit) = (view.nextHops, view.neighbor.limits.nextHops)
        guard session.state == .established else { return answer }
        answer.isStopped = view.isStopped ? true : nil
        (answer.waitingPrefixes, answer.groupMembers) = (view.waiting, view.groupMembers)
        return answer
    }

    private func agree(_ peer: Peer, _ session: NeighborStatus, _ answer: inout NeighborAnswer) {
        guard let agreed = session.negotiated else { return }
        answer.upSeconds = moment.seconds(since: session.since)
        (answer.routerID, answer.localAddress) = ("\(agreed.peerID)", peer.text(agreed.local))
        answer.families = agreed.families.map { "\($0)" }
        answer.disabledFamilies = session.disabledFamilies.isEmpty ? nil : session.disabledFamilies.map { "\($0)" }
        answer.holdTimeSeconds = agreed.holdTime.milliseconds / 1000
        guard let (both, ours, theirs) = session.capabilities else { return }
        var capabilities = SessionCapabilities()
        (capabilities.both, capabilities.oursOnly, capabilities.theirsOnly) = (both, ours, theirs)
        answer.capabilities = capabilities
    }

    private func count(_ counters: Counters, _ answer: inout NeighborAnswer) {
        (answer.received, answer.sent) = (.init(counters.received), .init(counters.sent))
        (answer.malformed, answer.flawed, answer.ups) = (counters.malformed, counters.flawed, counters.ups)
        answer.refusedConnections = counters.refusedConnections
    }
}

/// What was seen of neighbors. Putting it into words takes longer, and is for another thread where there are a thousand.
package struct NeighborsTelling: Sendable {
    fileprivate let seeing: Seeing
    fileprivate var neighbors: [(peer: Seeing.Peer, session: NeighborStatus, view: NeighborView)] = []

    fileprivate init(seeing: Seeing) { self.seeing = seeing }

    package var answer: NeighborsAnswer {
        var answer = NeighborsAnswer()
        answer.time = seeing.moment.text
        (answer.asn, answer.routerID) = (seeing.asn.rawValue, "\(seeing.routerID)")
        answer.neighbors = neighbors.map { seeing.describe($0.peer, $0.session, $0.view) }
        return answer
    }
}

extension NeighborAnswer.Table {
    fileprivate init(_ table: NeighborView.Table, _ limits: Limits) {
        self.init()
        family = "\(table.family)"
        (received, accepted, best, told) = (table.received, table.accepted, table.best, table.told)
        filtered = table.received - table.accepted
        limit = limits.prefixes[table.family]
        limitUsedPercent = limit.map { $0 > 0 ? table.received * 100 / $0 : 100 }
        isFull = table.isFull ? true : nil
        toldLimit = limits.prefixesOut[table.family]
    }
}

extension NeighborAnswer.Messages {
    fileprivate init(_ messages: Counters.Messages) {
        self.init()
        (opens, updates, notifications) = (messages.opens, messages.updates, messages.notifications)
        (keepalives, refreshes) = (messages.keepalives, messages.refreshes)
    }
}
