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
        for neighbor in new.neighbors {
            let old = neighbors.first { $0.session.name == neighbor.session.name }
            if let change = neighbor.change(from: old) { changes.append(change) }
        }
        return changes
    }
}

extension Router.Neighbor {
    fileprivate func change(from old: Self?) -> ReloadAnswer.Change? {
        guard let old else { return .init("added", "neighbor", session.name, nil, "session-start") }
        guard old != self else { return nil }
        let parts = [
            old.session != session ? "its session" : nil, old.routes.importing != routes.importing ? "import" : nil,
            old.routes.exporting != routes.exporting ? "export" : nil,
            old.routes.limits != routes.limits ? "limits" : nil, old.mrai != mrai ? "MRAI" : nil,
            old.cost != cost ? "cost" : nil,
            old.routes.isShuttingDown != routes.isShuttingDown ? (routes.isShuttingDown ? "drain" : "no drain") : nil,
        ].compactMap(\.self)
        let what = parts.isEmpty ? "how its routes are taken" : parts.joined(separator: ", ")
        return .init("changed", "neighbor", session.name, what, old.session != session ? "session-reset" : nil)
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
