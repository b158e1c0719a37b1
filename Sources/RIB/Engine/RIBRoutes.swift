package import Net

// MARK: Adj-RIB-In

extension RIB {
    /// A prefix that a neighbor announces. The set is the caller's: what keeps it holds it once more.
    mutating func announce(
        _ prefix: Prefix, _ set: Link<AttributeSet>, _ pathID: UInt32, from id: NeighborID, _ now: Instant
    ) { announce(prefix, nets.find(prefix), set, pathID, from: id, now) }

    /// The same, of a prefix that was looked up. When it wasn't there, it may be now: an UPDATE can have a prefix twice.
    mutating func announce(
        _ prefix: Prefix, _ found: Link<NetSlot>, _ set: Link<AttributeSet>, _ pathID: UInt32, from id: NeighborID,
        _ now: Instant
    ) {
        let table = prefix.family == .ipv4 ? 0 : 1
        let isTight = !found.exists && neighbors[id.index].tables[table].isTight
        let known = isTight ? nets.find(prefix) : found
        if known.exists, let route = find(id, pathID, in: known) { return replace(route, set, prefix, table, now) }
        guard admits(prefix, pathID, from: id, table) else { return }
        let net = known.exists ? revived(known) : added(prefix)
        if !known.exists, let route = find(id, pathID, in: net) { return replace(route, set, prefix, table, now) }
        var route = Route(net: net, received: set, since: now.seconds, neighbor: id.rawValue)
        route.epoch = neighbors[id.index].tables[table].current
        if table == 1 { route.flags = .ipv6 }
        attributes.retain(set)
        let accepted = accept(set, prefix, from: id)
        route.nextInNet = nets.slots[net].first
        let link = routes.insert(route)
        setAccepted(accepted, of: link)
        pathIDs[link] = pathID
        neighbors[id.index].tables[table].count += 1
        if accepted.exists { neighbors[id.index].tables[table].accepted += 1 }
        enter(link, into: net)
    }

    /// A prefix that has routes, or will be told to be gone, or is idle until now.
    private mutating func revived(_ net: Link<NetSlot>) -> Link<NetSlot> {
        if isIdle(net) { nets.noteIdle(-1) }
        return net
    }

    private mutating func added(_ prefix: Prefix) -> Link<NetSlot> {
        if nets.wantsRemovals { startRemovingIdle() }
        return nets.insert(prefix)
    }

    /// The best route stays in front.
    private mutating func enter(_ route: Link<Route>, into net: Link<NetSlot>) {
        let first = nets.slots[net].first
        if first.exists {
            routes[route].nextInNet = routes[first].nextInNet
            routes[first].nextInNet = route
        } else {
            nets.slots[net].first = route
            nets.alive += 1
        }
        settle(net, route, was: nil, is: rank(of: route))
    }

    private mutating func replace(
        _ link: Link<Route>, _ set: Link<AttributeSet>, _ prefix: Prefix, _ table: Int, _ now: Instant
    ) {
        let isRenewed = renew(link, table)
        let id = NeighborID(rawValue: routes[link].neighbor)
        // A policy that changed meanwhile has passed over it.
        guard routes[link].received != set || isRenewed else { return }
        let former = routes[link].received
        attributes.retain(set)
        routes[link].since = now.seconds
        change(link, received: set, accept(set, prefix, from: id))
        attributes.release(former)
    }

    /// The route is what its neighbor has now, also if it was about to be flushed, or might have been.
    private mutating func renew(_ link: Link<Route>, _ table: Int) -> Bool {
        let (owner, epoch) = (Int(routes[link].neighbor), routes[link].epoch)
        let current = neighbors[owner].tables[table].current
        guard epoch != current else { return false }
        if !neighbors[owner].tables[table].isCounted(epoch) {
            neighbors[owner].tables[table].count += 1
            if accepted(link).exists { neighbors[owner].tables[table].accepted += 1 }
        }
        routes[link].epoch = current
        return true
    }

    /// What import makes of a route now; takes over the caller's hold on it.
    mutating func reaccept(_ link: Link<Route>, _ accepted: Link<AttributeSet>) {
        change(link, received: routes[link].received, accepted)
    }

    private mutating func change(_ link: Link<Route>, received: Link<AttributeSet>, _ new: Link<AttributeSet>) {
        let (old, was) = (accepted(link), rank(of: link))
        routes[link].received = received
        setAccepted(new, of: link)
        guard new != old else { return attributes.release(new) }
        if new.exists != old.exists { countAccepted(link, by: new.exists ? 1 : -1) }
        settle(routes[link].net, link, was: was, is: rank(of: link))
        attributes.release(old)
    }

    private mutating func countAccepted(_ link: Link<Route>, by difference: Int) {
        let (owner, table) = (Int(routes[link].neighbor), routes[link].table)
        guard neighbors[owner].tables[table].isCounted(routes[link].epoch) else { return }
        neighbors[owner].tables[table].accepted += difference
    }

    package mutating func withdraw(_ prefix: Prefix, pathID: UInt32 = 0, from id: NeighborID) {
        let net = nets.find(prefix)
        guard net.exists, let route = find(id, pathID, in: net) else { return }
        remove(route)
    }

    mutating func remove(_ link: Link<Route>) {
        let (route, accepted) = (routes[link], accepted(link))
        let former = route.flags.contains(.best) ? NeighborID(rawValue: route.neighbor) : nil
        let was = former == nil ? rank(of: link) : nil  // nobody asks for that of the best
        unlinkFromNet(link, route)
        let owner = Int(route.neighbor)
        if neighbors[owner].tables[route.table].isCounted(route.epoch) {
            neighbors[owner].tables[route.table].count -= 1
            if accepted.exists { neighbors[owner].tables[route.table].accepted -= 1 }
        }
        if route.flags.contains(.best) { neighbors[owner].tables[route.table].best -= 1 }
        routes.remove(link)
        settleRemoval(route.net, flags: route.flags, was: was, former: former)
        attributes.release(route.received)
        attributes.release(accepted)
        retire(route.net)
    }

    private mutating func unlinkFromNet(_ link: Link<Route>, _ route: Route) {
        guard nets.slots[route.net].first != link else {
            nets.slots[route.net].first = route.nextInNet
            if !route.nextInNet.exists { nets.alive -= 1 }
            return
        }
        var before = nets.slots[route.net].first
        while routes[before].nextInNet != link { before = routes[before].nextInNet }
        routes[before].nextInNet = route.nextInNet
    }

    func find(_ id: NeighborID, _ pathID: UInt32, in net: Link<NetSlot>) -> Link<Route>? {
        var link = nets.slots[net].first
        while link.exists {
            if routes[link].neighbor == id.rawValue, pathIDs[link] == pathID { return link }
            link = routes[link].nextInNet
        }
        return nil
    }
}

// MARK: Limits

extension RIB {
    private mutating func admits(_ prefix: Prefix, _ pathID: UInt32, from id: NeighborID, _ table: Int) -> Bool {
        let state = neighbors[id.index].tables[table]
        guard !state.isFull else { return false }
        if state.count >= state.limit {
            neighbors[id.index].tables[table].isFull = true
            notify(.tooManyPrefixes(id, prefix.family, limit: state.limit))
            return false
        }
        if state.count + 1 >= state.warnAt, !state.hasWarned {
            neighbors[id.index].tables[table].hasWarned = true
            notify(.manyPrefixes(id, prefix.family, count: state.count + 1, limit: state.limit))
        }
        return pathID == 0 || paths(of: id, to: prefix) < neighbors[id.index].neighbor.limits.pathsPerPrefix
    }

    private func paths(of id: NeighborID, to prefix: Prefix) -> Int {
        let net = nets.find(prefix)
        guard net.exists else { return 0 }
        var (link, count) = (nets.slots[net].first, 0)
        while link.exists {
            if routes[link].neighbor == id.rawValue { count += 1 }
            link = routes[link].nextInNet
        }
        return count
    }
}
