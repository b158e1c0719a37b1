internal import Net

// MARK: The decision process (RFC 4271 §9.1.2)

extension RIB {
    /// Of a route that may be used: accepted, and its next hop in reach.
    func rank(of link: Link<Route>) -> UInt64? {
        let (accepted, neighbor) = (accepted(link), routes[link].neighbor)
        guard accepted.exists else { return nil }
        let set = attributes[accepted]
        guard attributes.hops.cost(set.hop) != nil else { return nil }
        return neighbor == NeighborID.local.rawValue ? set.rank | Candidate.localRank : set.rank
    }

    /// The best route, if there is one.
    func best(of net: Link<NetSlot>) -> Link<Route>? {
        let first = nets.slots[net].first
        return first.exists && routes[first].flags.contains(.best) ? first : nil
    }

    /// One route of a prefix is new or another than before. Below the rank of the best it changes nothing, and didn't
    /// before: steps before (c) compare each route with all others, so MED can't bring it back.
    mutating func settle(_ net: Link<NetSlot>, _ route: Link<Route>, was old: UInt64?, is new: UInt64?) {
        let best = best(of: net)
        if let best, best != route, let rank = rank(of: best), isBelow(old, rank), isBelow(new, rank) { return }
        if best == nil, new == nil { return }
        elect(net, changed: route, former: best.map { NeighborID(rawValue: routes[$0].neighbor) })
    }

    /// A route that had these flags and this rank is gone.
    mutating func settleRemoval(_ net: Link<NetSlot>, flags: Route.Flags, was old: UInt64?, former: NeighborID?) {
        if former == nil {
            guard let best = best(of: net), let rank = rank(of: best), !isBelow(old, rank) else { return }
            return elect(net, changed: .none, former: NeighborID(rawValue: routes[best].neighbor))
        }
        if nets.slots[net].first.exists { return elect(net, changed: .none, former: former) }
        export(net, former: former)
        installer?.log.append(net)
    }

    private func isBelow(_ rank: UInt64?, _ best: UInt64) -> Bool { rank.map { $0 < best } ?? true }

    /// Chooses anew, and tells whoever must know. `changed` is a route whose attributes are others than before.
    mutating func elect(_ net: Link<NetSlot>, changed: Link<Route>, former: NeighborID?) {
        let only = nets.slots[net].first
        if only.exists, only == changed, former == nil, !routes[only].nextInNet.exists { return electOnly(net, only) }
        let old = best(of: net)
        gather(net, onlyHighest: true)
        election.run(options)
        let new = election.winner.map { election.candidates[$0].route }
        let changesSharing = mark(net)
        if let new { moveToFront(new, net) }
        guard new != old || changesSharing || new == changed || (former == nil) != (new == nil) else { return }
        export(net, former: former)
        installer?.log.append(net)
    }

    /// The first and only route of a prefix: nobody to compare it with.
    private mutating func electOnly(_ net: Link<NetSlot>, _ route: Link<Route>) {
        guard rank(of: route) != nil else { return }
        routes[route].flags.insert(.best)
        countBest(route, net, by: 1)
        export(net, former: nil)
        installer?.log.append(net)
    }

    /// Routes that may be used; with `onlyHighest`, those that the steps before (c) leave.
    mutating func gather(_ net: Link<NetSlot>, onlyHighest: Bool) {
        election.reset()
        var highest: UInt64?
        var link = nets.slots[net].first
        while link.exists {
            if let rank = rank(of: link), rank >= highest ?? 0 { highest = rank }
            link = routes[link].nextInNet
        }
        link = nets.slots[net].first
        while link.exists {
            if let rank = rank(of: link), !onlyHighest || rank == highest { election.add(candidate(link, rank)) }
            link = routes[link].nextInNet
        }
        if options.maximumPaths > 1, options.sharing == .samePath { numberPaths() }
    }

    private func candidate(_ link: Link<Route>, _ rank: UInt64) -> Candidate {
        let route = routes[link]
        let accepted = accepted(link)
        let set = attributes[accepted]
        let facts = attributes.facts(accepted)
        let owner = Int(route.neighbor)
        let hasMED = facts.flags.contains(.hasMED)
        return Candidate(
            route: link, attributes: accepted, rank: rank,
            med: hasMED || !options.missingMEDIsWorst ? facts.med : .max, neighborAS: facts.neighborAS,
            isExternal: !neighbors[owner].isInternal, cost: attributes.hops.cost(set.hop) ?? .max,
            routerID: facts.originator != 0 ? facts.originator : neighbors[owner].peerID,
            clusters: facts.clusters, address: neighbors[owner].neighbor.address, pathID: pathIDs[link])
    }

    /// Equal AS paths get equal numbers.
    private mutating func numberPaths() {
        for index in election.candidates.indices {
            let set = election.candidates[index].attributes
            let path = attributes.path(set)
            let twin = election.candidates[..<index].first { attributes.path($0.attributes) == path }
            election.setPath(twin?.path ?? index, of: index)
        }
    }

    /// Notes on each route whether it is used; true when others share the traffic than before.
    private mutating func mark(_ net: Link<NetSlot>) -> Bool {
        var changed = false
        var link = nets.slots[net].first
        while link.exists {
            let flags = election.flags(of: link)
            if flags.contains(.shares) != routes[link].flags.contains(.shares) { changed = true }
            if flags.contains(.best) != routes[link].flags.contains(.best) {
                countBest(link, net, by: flags.contains(.best) ? 1 : -1)
            }
            routes[link].flags.subtract([.best, .shares])
            routes[link].flags.formUnion(flags)
            link = routes[link].nextInNet
        }
        return changed
    }

    private mutating func countBest(_ link: Link<Route>, _ net: Link<NetSlot>, by difference: Int) {
        neighbors[Int(routes[link].neighbor)].tables[nets.family(net) == .ipv4 ? 0 : 1].best += difference
    }

    private mutating func moveToFront(_ route: Link<Route>, _ net: Link<NetSlot>) {
        let first = nets.slots[net].first
        guard first != route else { return }
        var before = first
        while routes[before].nextInNet != route { before = routes[before].nextInNet }
        routes[before].nextInNet = routes[route].nextInNet
        routes[route].nextInNet = first
        nets.slots[net].first = route
    }
}
