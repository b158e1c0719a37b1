import Control

/// Who else announces what a drain takes away, as rule 13 of docs/announcing.md asks for.
struct Confirmation: Sendable {
    /// The prefixes that nobody at this site announces any more, in the end.
    var prefixes: [String]
    var confirmed: [Confirmed] = []
    /// Asked without success, or with an answer that confirms nothing.
    var unconfirmed: [(member: Fleet.Member, reason: String)] = []
    /// Sites that whoever gave the order vouches for.
    var vouched: [String] = []

    struct Confirmed: Sendable { var member: Fleet.Member; var prefixes: [String] }

    /// Those that nobody confirmed.
    var missing: [String] {
        vouched.isEmpty ? prefixes.filter { prefix in !confirmed.contains { $0.prefixes.contains(prefix) } } : []
    }

    var isEnough: Bool { missing.isEmpty }

    /// Asks hosts of other sites, or others of the same site.
    mutating func ask(_ members: [Fleet.Member], of fleet: Fleet) {
        guard !prefixes.isEmpty else { return }
        for (member, answer) in zip(members, fleet.statuses(at: members)) {
            switch answer {
            case .unreached(let reason): unconfirmed.append((member, reason))
            case .document(let status): note(status, member)
            }
        }
    }

    private mutating func note(_ status: Status, _ member: Fleet.Member) {
        let announced = prefixes.filter(status.isAnnouncing)
        if !announced.isEmpty { confirmed.append(Confirmed(member: member, prefixes: announced)) }
        guard announced.count < prefixes.count else { return }
        let silent = prefixes.filter { !announced.contains($0) }.joined(separator: ", ")
        unconfirmed.append((member, "does not announce \(silent)"))
    }
}

extension Status {
    /// To a neighbor whose session is up, and as something that traffic may well come to: a site that is being drained
    /// itself, or that announces as a last resort, confirms nothing.
    func isAnnouncing(_ prefix: String) -> Bool {
        guard let known = prefixes.first(where: { $0.prefix == prefix }), known.state == "announced",
            known.level == "healthy" || known.level == "degraded"
        else { return false }
        return neighbors.contains { neighbor in
            neighbor.state == "Established" && neighbor.advertised.contains { $0.prefix == prefix }
        }
    }

    /// What is left of its prefixes when these routes are gone: those of them that no neighbor with a session is told any
    /// more.
    func prefixesLost(with taken: [OrderAnswer.Route]) -> [String] {
        prefixes.map(\.prefix).filter { prefix in
            guard taken.contains(where: { $0.prefix == prefix }) else { return false }
            return !neighbors.contains { neighbor in
                neighbor.state == "Established" && neighbor.advertised.contains { $0.prefix == prefix }
                    && !taken.contains(OrderAnswer.Route(prefix: prefix, neighbor: neighbor.name))
                    && isStillGood(prefix, at: neighbor.name)
            }
        }
    }

    /// Not a route that is on its way out, too.
    private func isStillGood(_ prefix: String, at neighbor: String) -> Bool {
        let routes = prefixes.first { $0.prefix == prefix }?.routes ?? []
        return routes.contains { $0.neighbor == neighbor && ($0.level == "healthy" || $0.level == "degraded") }
    }
}
