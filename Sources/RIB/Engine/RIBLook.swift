package import BGP
package import Net

/// A route and what became of it.
package struct RouteView: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case best
        /// Used beside the best.
        case shares
        /// Which step decided, and for whom.
        case lost(DecisionStep, to: NeighborID)
        case nextHopUnreachable([Address])
        case dropped(Drop)
        /// Not decided yet: a policy has changed and hasn't got to it.
        case pending
    }

    package var prefix: Prefix
    package var neighbor: NeighborID
    package var pathID: UInt32
    /// Seconds of the clock that `now` was.
    package var since: UInt32
    package var standing: Standing
    /// As received, in ``RIB/attributes(_:)``.
    package var received: AttributesID
    /// After import; nil: dropped.
    package var accepted: AttributesID?
}

/// An attribute set, as long as a route that has it.
package struct AttributesID: Hashable, Sendable {
    var link: UInt32
}

extension RIB {
    /// All routes to a prefix, the best first, each with its reason.
    package mutating func paths(to prefix: Prefix) -> [RouteView] {
        let net = nets.find(prefix)
        guard net.exists else { return [] }
        gather(net, onlyHighest: false)
        election.run(options)
        var views: [RouteView] = []
        var link = nets.slots[net].first
        while link.exists {
            views.append(view(link, prefix))
            link = routes[link].nextInNet
        }
        return views
    }

    private func view(_ link: Link<Route>, _ prefix: Prefix) -> RouteView {
        let route = routes[link]
        return RouteView(
            prefix: prefix, neighbor: NeighborID(rawValue: route.neighbor), pathID: route.pathID, since: route.since,
            standing: standing(link, prefix), received: AttributesID(link: route.received.rawValue),
            accepted: route.accepted.exists ? AttributesID(link: route.accepted.rawValue) : nil)
    }

    private func standing(_ link: Link<Route>, _ prefix: Prefix) -> RouteView.Standing {
        let route = routes[link]
        if route.flags.contains(.best) { return .best }
        if route.flags.contains(.shares) { return .shares }
        guard route.accepted.exists else {
            guard case .drop(let drop) = judge(route.received, prefix, from: NeighborID(rawValue: route.neighbor))
            else {
                return .pending
            }
            return .dropped(drop)
        }
        guard let candidate = election.candidates.first(where: { $0.route == link }) else {
            return .nextHopUnreachable(attributes.hops[attributes[route.accepted].hop].addresses)
        }
        guard let step = candidate.lost, let winner = election.winner else { return .pending }
        return .lost(step, to: NeighborID(rawValue: routes[election.candidates[winner].route].neighbor))
    }

    package func attributes(_ id: AttributesID) -> (attributes: PathAttributes, nextHops: [Address]) {
        let set = Link<AttributeSet>(id.link)
        guard let update = Canonical.update(attributes.array(set)) else { return (PathAttributes(), []) }
        return (update.attributes, attributes.hops[attributes[set].hop].addresses)
    }

    // MARK: Tables

    package enum Table: Hashable, Sendable {
        /// The Loc-RIB.
        case best
        /// Everything that is known.
        case all
        /// As a neighbor sent it.
        case received(NeighborID)
        /// What import dropped.
        case filtered(NeighborID)
        /// What a neighbor is told.
        case told(NeighborID)
    }

    /// Prefixes in order, after `start` and within `scope`, that have a route in this table for which all conditions hold: at
    /// most `limit`, looking at no more than `effort` prefixes, so that a page of a million costs the neighbors no pause.
    /// `next` is where to go on.
    package func page(
        _ table: Table, within scope: Prefix, after start: Prefix? = nil, matching conditions: [Policy.Condition] = [],
        limit: Int, effort: Int = 20_000
    ) -> (prefixes: [Prefix], next: Prefix?) {
        var (prefixes, seen): ([Prefix], Int) = ([], 0)
        var next: Prefix?
        nets.walk(within: scope, after: start) { net in
            seen += 1
            let prefix = nets.prefix(net)
            if has(net, prefix, table, conditions) { prefixes.append(prefix) }
            guard prefixes.count < limit, seen < effort else {
                next = prefix
                return false
            }
            return true
        }
        return (prefixes, next)
    }

    private func has(_ net: Link<NetSlot>, _ prefix: Prefix, _ table: Table, _ conditions: [Policy.Condition]) -> Bool {
        var link = nets.slots[net].first
        while link.exists {
            if shows(routes[link], table), holds(conditions, routes[link], prefix) { return true }
            link = routes[link].nextInNet
        }
        return false
    }

    private func shows(_ route: Route, _ table: Table) -> Bool {
        switch table {
        case .all: return true
        case .best: return route.flags.contains(.best)
        case .received(let id): return route.neighbor == id.rawValue
        case .filtered(let id): return route.neighbor == id.rawValue && !route.accepted.exists
        case .told(let id):
            guard route.flags.contains(.best), route.neighbor != id.rawValue else { return false }
            return neighbors[id.index].output.group.map { groups[$0].told[route.net].set.exists } ?? false
        }
    }

    /// Of a route that was accepted, what import made of it counts.
    private func holds(_ conditions: [Policy.Condition], _ route: Route, _ prefix: Prefix) -> Bool {
        guard !conditions.isEmpty else { return true }
        let set = route.accepted.exists ? route.accepted : route.received
        let id = NeighborID(rawValue: route.neighbor)
        let subject = Policy.Subject(
            prefix: prefix, source: id == .local ? .local : neighbors[id.index].source,
            neighbor: neighbors[id.index].neighbor.asn, facts: attributes.facts(set))
        return attributes.withBytes(set) { bytes in conditions.allSatisfy { $0.holds(for: subject, bytes) } }
    }

    /// The most specific prefix with a best route that contains the address.
    package func match(_ address: Address) -> Prefix? {
        let net = nets.match(address)
        guard net.exists else { return nil }
        if best(of: net) != nil { return nets.prefix(net) }
        return nets.containing(nets.prefix(net)).last { best(of: $0) != nil }.map { nets.prefix($0) }
    }

    // MARK: One neighbor

    package enum Told: Hashable, Sendable {
        /// With these attributes.
        case told(PathAttributes, nextHops: [Address])
        case silent(Silence)
        /// Nobody has a route, or there is no session.
        case nothing
    }

    /// What a neighbor is told about a prefix, or why not.
    package mutating func told(_ prefix: Prefix, to id: NeighborID) -> Told {
        let net = nets.find(prefix)
        guard net.exists, let best = best(of: net), let profile = ExportProfile(neighbors[id.index]) else {
            return .nothing
        }
        let source = NeighborID(rawValue: routes[best].neighbor)
        guard source != id else { return .silent(.source) }
        switch judgeExport(routes[best].accepted, prefix, from: source, profile) {
        case .silent(let silence): return .silent(silence)
        case .tell(var edit):
            if edit.ownNextHop { edit.nextHops = neighbors[id.index].terms?.nextHops[prefix.family] }
            var bytes: [UInt8] = []
            let asn = own.asn
            attributes.withBytes(routes[best].accepted) { EditWriter.apply(edit, asn: asn, to: $0, into: &bytes) }
            guard let update = Canonical.update(bytes) else { return .nothing }
            return .told(update.attributes, nextHops: bytes.span.nextHops)
        }
    }

    /// Routes of a family that a neighbor has.
    package func count(from id: NeighborID, _ family: Family) -> Int {
        neighbors[id.index].tables[neighbors[id.index].table(family)].count
    }

    /// Prefixes of a family that a neighbor's group is told.
    package func countTold(to id: NeighborID, _ family: Family) -> Int {
        neighbors[id.index].output.group.map { groups[$0].counts[family] } ?? 0
    }

    // MARK: Size

    package struct Size: Sendable {
        package var routes: Int
        package var prefixes: Int
        package var attributeSets: Int
        package var groups: Int
        /// Memory of each part.
        package var bytes: (routes: Int, prefixes: Int, attributes: Int, groups: Int)
    }

    package var size: Size {
        Size(
            routes: neighbors.indices.reduce(0) {
                $0 + neighbors[$1].tables.ipv4.count + neighbors[$1].tables.ipv6.count
            },
            prefixes: nets.slots.used, attributeSets: attributes.count,
            groups: groups.indices.count { !groups[$0].isVacant },
            bytes: (routes.bytes, nets.bytes, attributes.size, groups.indices.reduce(0) { $0 + groups[$1].bytes })
        )
    }
}
