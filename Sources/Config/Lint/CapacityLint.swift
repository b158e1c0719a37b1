internal import Announce

/// What sites can carry, and for each other.
extension Lint {
    mutating func lintCapacities() {
        lintLoadStep()
        lintKnown()
        lintLargest()
    }

    /// ANNOUNCING 7: a step is another set of attributes, and a host never takes it alone.
    private mutating func lintLoadStep() {
        let policy = network.announce
        guard policy.load != nil else { return }
        let alone = sessions.filter { !$0.site.hasSeveralHosts }
        let isSeen = alone.contains { $0.told(.degraded, policy) != $0.told(.healthy, policy) }
        guard !isSeen else { return }
        report(
            .loadWithoutEffect, at: ["announce", "load"],
            alone.isEmpty
                ? "every site has several hosts, and none of them changes its routes alone: a step changes nothing"
                : "a route degraded by load looks as a healthy one does, so that a step moves nobody",
            instead: "announce: {load: {}, degraded: {prepend: 2}}, or leave load out")
    }

    private mutating func lintKnown() {
        let known = network.sites.filter { $0.capacity != Capacity() }
        guard !known.isEmpty, let unknown = network.sites.first(where: { $0.capacity == Capacity() }) else { return }
        report(
            .capacityPartial, at: ["sites", .name(unknown.name)],
            "what \(unknown.name) can carry isn't said, so nobody can tell whether the others' traffic would fit",
            instead: "capacity: {queries: NUMBER} at \(unknown.name)")
    }

    private mutating func lintLargest() {
        let known = network.sites.compactMap { site in site.capacity.queriesPerSecond.map { (site, $0) } }
        guard known.count == network.sites.count, known.count > 1, let (site, most) = known.max(by: { $0.1 < $1.1 })
        else {
            return
        }
        let rest = known.map(\.1).reduce(UInt64(0)) { $0.addingReportingOverflow($1).partialValue } &- most
        guard most > rest else { return }
        report(
            .siteTooLarge, at: ["sites", .key(site.name), "capacity", "queries"],
            "\(site.name) carries up to \(most) queries a second, all others together \(rest): when it is drained or fails at "
                + "its peak, what it leaves drowns them one after the other",
            instead: "sites that carry as much together, or less traffic to this one")
    }
}
