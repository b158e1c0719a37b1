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
    /// Routes to a prefix, the best first, each with its reason: those of a table for which all conditions hold.
    package mutating func paths(
        to prefix: Prefix, in table: Table = .all, matching conditions: [Policy.Condition] = []
    ) -> [RouteView] {
        let net = nets.find(prefix)
        guard net.exists else { return [] }
        // Of the best one there is nothing to find out.
        if !table.isOfTheBest { hold(net) }
        var views: [RouteView] = []
        var (link, place) = (nets.slots[net].first, 0)
        while link.exists {
            let candidate = candidate(link, at: &place)
            if shows(routes[link], table), holds(conditions, link, prefix, table) {
                views.append(view(link, prefix, candidate))
            }
            link = table.isOfTheBest ? .none : routes[link].nextInNet
        }
        return views
    }

    /// Candidates stand in the order of the routes, some of which are none.
    private func candidate(_ link: Link<Route>, at place: inout Int) -> Candidate? {
        guard place < election.candidates.count, election.candidates[place].route == link else { return nil }
        place += 1
        return election.candidates[place - 1]
    }

    /// The election among all routes to a prefix, with a reason for each that lost.
    mutating func hold(_ net: Link<NetSlot>) {
        gather(net, onlyHighest: false)
        election.run(options)
    }

    private func view(_ link: Link<Route>, _ prefix: Prefix, _ candidate: Candidate?) -> RouteView {
        let (route, accepted) = (routes[link], accepted(link))
        return RouteView(
            prefix: prefix, neighbor: NeighborID(rawValue: route.neighbor), pathID: pathIDs[link], since: route.since,
            standing: standing(link, prefix, candidate), received: AttributesID(link: route.received.rawValue),
            accepted: accepted.exists ? AttributesID(link: accepted.rawValue) : nil)
    }

    private func standing(_ link: Link<Route>, _ prefix: Prefix, _ candidate: Candidate?) -> RouteView.Standing {
        let route = routes[link]
        if route.flags.contains(.best) { return .best }
        if route.flags.contains(.shares) { return .shares }
        guard !route.flags.contains(.dropped) else {
            return standing(ofDropped: route, prefix)
        }
        guard rank(of: link) != nil else {
            return .nextHopUnreachable(attributes.hops[attributes[accepted(link)].hop].addresses)
        }
        guard let step = candidate?.lost, let winner = election.winner else { return .pending }
        return .lost(step, to: NeighborID(rawValue: routes[election.candidates[winner].route].neighbor))
    }

    private func standing(ofDropped route: Route, _ prefix: Prefix) -> RouteView.Standing {
        let id = NeighborID(rawValue: route.neighbor)
        switch judge(route.received, prefix, from: id) {
        case .drop(let drop): return .dropped(drop)
        case .accept(let edit?) where isTooLong(route.received, edit, id): return .dropped(.tooLong)
        case .accept: return .pending
        }
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
        /// What of the Loc-RIB a neighbor isn't told.
        case withheld(NeighborID)
    }

    package struct Page: Hashable, Sendable {
        package var prefixes: [Prefix] = []
        /// How many routes these have that were asked for.
        package var routes = 0
        /// Where to go on; nil: that was all.
        package var next: Prefix?

        package init() {}
    }

    /// Prefixes in order, after `start` and within `scope`, that have a route in this table for which all conditions hold:
    /// until there are `limit` such routes, or `effort` routes and prefixes were looked at, so that a page of a million
    /// costs the neighbors no pause. A prefix is on one page with all its routes.
    package func page(
        _ table: Table, within scope: Prefix, after start: Prefix? = nil, matching conditions: [Policy.Condition] = [],
        limit: Int, effort: Int = 20_000
    ) -> Page {
        var page = Page()
        var seen = 0
        nets.walk(within: scope, after: start) { net in
            let prefix = nets.prefix(net)
            let found = count(net, prefix, table, conditions, &seen)
            if found > 0 { page.prefixes.append(prefix) }
            page.routes += found
            guard page.routes < limit, seen < effort else {
                page.next = prefix
                return false
            }
            return true
        }
        return page
    }

    private func count(
        _ net: Link<NetSlot>, _ prefix: Prefix, _ table: Table, _ conditions: [Policy.Condition], _ seen: inout Int
    ) -> Int {
        var (link, found) = (nets.slots[net].first, 0)
        seen += 1
        while link.exists {
            if shows(routes[link], table), holds(conditions, link, prefix, table) { found += 1 }
            link = table.isOfTheBest ? .none : routes[link].nextInNet
            if link.exists { seen += 1 }
        }
        return found
    }

    private func shows(_ route: Route, _ table: Table) -> Bool {
        switch table {
        case .all: return true
        case .best: return route.flags.contains(.best)
        case .received(let id): return route.neighbor == id.rawValue
        case .filtered(let id): return route.neighbor == id.rawValue && route.flags.contains(.dropped)
        case .told(let id): return route.flags.contains(.best) && isTold(route, to: id)
        case .withheld(let id): return route.flags.contains(.best) && !isTold(route, to: id)
        }
    }

    private func isTold(_ route: Route, to id: NeighborID) -> Bool {
        guard route.neighbor != id.rawValue, let group = neighbors[id.index].output.group else { return false }
        return groups[group].told[route.net].set.exists
    }

    /// Of a route that was accepted, what import made of it counts, unless it is asked for as it came.
    private func holds(
        _ conditions: [Policy.Condition], _ link: Link<Route>, _ prefix: Prefix, _ table: Table
    ) -> Bool {
        guard !conditions.isEmpty else { return true }
        let accepted = accepted(link)
        let set = accepted.exists && !table.isAsReceived ? accepted : routes[link].received
        let id = NeighborID(rawValue: routes[link].neighbor)
        let subject = Policy.Subject(
            prefix: prefix, source: id == .local ? .local : neighbors[id.index].source,
            neighbor: neighbors[id.index].neighbor.asn, facts: attributes.facts(set))
        return attributes.withBytes(set) { bytes in conditions.allSatisfy { $0.holds(for: subject, bytes) } }
    }

    /// Prefixes with routes that contain this one, itself included, the least specific first.
    package func covering(_ prefix: Prefix) -> [Prefix] {
        nets.containing(prefix).filter { nets.slots[$0].first.exists }.map { nets.prefix($0) }
    }

    /// The most specific prefix with a best route that contains the address.
    package func match(_ address: Address) -> Prefix? {
        let net = nets.match(address)
        guard net.exists else { return nil }
        if best(of: net) != nil { return nets.prefix(net) }
        return nets.containing(nets.prefix(net)).last { best(of: $0) != nil }.map { nets.prefix($0) }
    }

    // MARK: One neighbor

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
        /// Those that have routes.
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
            prefixes: nets.alive, attributeSets: attributes.count,
            groups: groups.indices.count { !groups[$0].isVacant },
            bytes: (
                routes.bytes + pathIDs.bytes + edited.bytes, nets.bytes, attributes.size,
                groups.indices.reduce(0) { $0 + groups[$1].bytes }
            )
        )
    }
}

extension RIB.Table {
    /// Only a prefix's best route can be in it, which is the first of its list.
    fileprivate var isOfTheBest: Bool {
        switch self {
        case .best, .told, .withheld: true
        case .all, .received, .filtered: false
        }
    }

    fileprivate var isAsReceived: Bool {
        switch self {
        case .received, .filtered: true
        case .best, .all, .told, .withheld: false
        }
    }
}
