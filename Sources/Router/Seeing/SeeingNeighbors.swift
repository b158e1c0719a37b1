internal import BGP
package import Control
internal import Net
package import RIB
internal import Speaker

// MARK: `landfall neighbors`

extension Seeing {
    /// All of them, or the one with that name.
    package func neighbors(named name: String?, _ rib: borrowing RIB) throws(SeeingRefusal) -> NeighborsAnswer {
        let chosen = try name.map { name throws(SeeingRefusal) in [try peer(named: name)] } ?? peers
        var answer = NeighborsAnswer()
        (answer.time, answer.asn, answer.routerID) = (moment.text, asn.rawValue, "\(routerID)")
        for peer in chosen { answer.neighbors.append(describe(peer, rib.view(of: peer.id))) }
        return answer
    }

    private func describe(_ peer: Peer, _ view: NeighborView) -> NeighborAnswer {
        let session = peer.session
        var answer = NeighborAnswer()
        (answer.name, answer.address, answer.asn) = (session.name, "\(session.address)", session.asn.rawValue)
        (answer.state, answer.since) = (session.state.rawValue, moment.text(session.since))
        (answer.lastError, answer.pendingBytes) = (session.lastError, session.pendingBytes)
        (answer.role, answer.mraiSeconds) = (view.neighbor.role.map { "\($0)" }, peer.mrai.milliseconds / 1000)
        (answer.importPolicy, answer.exportPolicy) = (view.neighbor.importing?.name, view.neighbor.exporting?.name)
        agree(session, &answer)
        count(session.counters, &answer)
        let families = session.negotiated?.families ?? Family.allCases
        answer.prefixes = view.tables.filter { families.contains($0.family) || $0.received > 0 }.map { table in
            NeighborAnswer.Table(table, view.neighbor.limits)
        }
        (answer.attributeBytes, answer.attributeBytesLimit) = (view.attributeBytes, view.neighbor.limits.attributeBytes)
        guard session.state == .established else { return answer }
        answer.isStopped = view.isStopped ? true : nil
        (answer.waitingPrefixes, answer.groupMembers) = (view.waiting, view.groupMembers)
        return answer
    }

    private func agree(_ session: NeighborStatus, _ answer: inout NeighborAnswer) {
        guard let agreed = session.negotiated else { return }
        answer.upSeconds = moment.seconds(since: session.since)
        (answer.routerID, answer.localAddress) = ("\(agreed.peerID)", "\(agreed.local)")
        answer.families = agreed.families.map { "\($0)" }
        answer.disabledFamilies = session.disabledFamilies.isEmpty ? nil : session.disabledFamilies.map { "\($0)" }
        answer.holdTimeSeconds = agreed.holdTime.milliseconds / 1000
        if answer.role == nil { answer.role = agreed.peerRole.map { "\($0)" } }
        guard let (both, ours, theirs) = session.capabilities else { return }
        var capabilities = SessionCapabilities()
        (capabilities.both, capabilities.oursOnly, capabilities.theirsOnly) = (both, ours, theirs)
        answer.capabilities = capabilities
    }

    private func count(_ counters: Counters, _ answer: inout NeighborAnswer) {
        (answer.received, answer.sent) = (.init(counters.received), .init(counters.sent))
        (answer.malformed, answer.flawed, answer.ups) = (counters.malformed, counters.flawed, counters.ups)
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
