internal import Control
internal import Net
internal import RIB
internal import Speaker

extension Router.Configuration {
    /// What a reload would do, for whoever asked for it.
    func changes(to new: Self) -> [ReloadAnswer.Change] {
        var changes: [ReloadAnswer.Change] = []
        if listenPort != new.listenPort {
            changes.append(.init("changed", "policy", "port", "\(listenPort.word) → \(new.listenPort.word)"))
        }
        if decision != new.decision { changes.append(.init("changed", "policy", "decision", "decided anew")) }
        changes += networks.changes(to: new.networks)
        for neighbor in neighbors where !new.neighbors.contains(where: { $0.session.name == neighbor.session.name }) {
            changes.append(.init("removed", "neighbor", neighbor.session.name, nil, "session-end"))
        }
        // As the sessions see them: of what they don't know, they notice no change.
        let (before, after) = (speaker.neighbors, new.speaker.neighbors)
        for (neighbor, session) in zip(new.neighbors, after) {
            let old = neighbors.first { $0.session.name == session.name }
            let keys = before.first { $0.name == session.name }?.keys(changedTo: session) ?? []
            if let change = neighbor.change(from: old, keys) { changes.append(change) }
        }
        return changes
    }
}

extension Router.Neighbor {
    /// `keys`: those for which its session is reset.
    fileprivate func change(from old: Self?, _ keys: [String]) -> ReloadAnswer.Change? {
        guard let old else { return .init("added", "neighbor", session.name, nil, "session-start") }
        guard old != self else { return nil }
        let session = keys.isEmpty ? nil : keys.joined(separator: ", ")
        let parts = [
            session, old.routes.importing != routes.importing ? "import" : nil,
            old.routes.exporting != routes.exporting ? "export" : nil,
            old.routes.limits != routes.limits ? "limits" : nil, old.mrai != mrai ? "MRAI" : nil,
            old.cost != cost ? "cost" : nil, old.checksNextHop != checksNextHop ? "next-hop-on-link" : nil,
            old.routes.honorsBlackhole != routes.honorsBlackhole ? "blackhole" : nil,
            old.routes.isShuttingDown != routes.isShuttingDown ? (routes.isShuttingDown ? "drain" : "no drain") : nil,
        ].compactMap(\.self)
        let what = parts.isEmpty ? "how its routes are taken" : parts.joined(separator: ", ")
        return .init("changed", "neighbor", self.session.name, what, session == nil ? nil : "session-reset")
    }
}

extension Speaker.Neighbor {
    /// By their names in the file.
    fileprivate func keys(changedTo new: Self) -> [String] {
        guard self != new else { return [] }
        let differences = [
            ("address", address != new.address), ("port", port != new.port), ("asn", asn != new.asn),
            ("local-address", localAddress != new.localAddress), ("passive", passive != new.passive),
            ("interface", interface != new.interface), ("multihop", hops != new.hops),
            ("ttl-security", ttlSecurity != new.ttlSecurity), ("password", key != new.key),
            ("hold-time", holdTime != new.holdTime), ("connect-retry", connectRetry != new.connectRetry),
            ("families", families != new.families), ("next-hops", nextHops != new.nextHops),
            ("prefix-warning", prefixWarning != new.prefixWarning), ("prefix-hold", prefixHold != new.prefixHold),
            ("role", role != new.role), ("strict-role", requiresRole != new.requiresRole),
            ("accept-as-sets", acceptsASSets != new.acceptsASSets),
            ("first-as", enforcesFirstAS != new.enforcesFirstAS),
        ]
        let keys = differences.filter(\.1).map(\.0)
        return keys.isEmpty ? ["its session"] : keys
    }
}

extension [Router.Originated] {
    fileprivate func changes(to new: Self) -> [ReloadAnswer.Change] {
        let gone = filter { old in !new.contains { $0.prefix == old.prefix } }
        return gone.map { .init("removed", "prefix", "\($0.prefix)", nil) }
            + new.compactMap { network in
                guard let old = first(where: { $0.prefix == network.prefix }) else {
                    return .init("added", "prefix", "\(network.prefix)", nil)
                }
                return old == network ? nil : .init("changed", "prefix", "\(network.prefix)", "its attributes")
            }
    }
}

extension ReloadAnswer.Change {
    fileprivate init(_ kind: String, _ subject: String, _ name: String, _ details: String?, _ effect: String? = nil) {
        self.init()
        (self.kind, self.subject, self.name, self.effect) = (kind, subject, name, effect)
        self.details = details.map { [$0] } ?? []
        let sign = ["added": "+", "removed": "-"][kind] ?? "~"
        text = "\(sign) \(subject) \(name)" + (details.map { ": \($0)" } ?? "") + Self.words(effect)
    }

    private static func words(_ effect: String?) -> String {
        switch effect {
        case "session-reset": " (its session is reset)"
        case "session-end": " (its session ends)"
        case "session-start": " (its session begins)"
        default: ""
        }
    }
}

extension UInt16? {
    fileprivate var word: String { map { "\($0)" } ?? "none" }
}
