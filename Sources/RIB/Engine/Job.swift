package import Net

/// What is done in slices.
enum Job: Sendable {
    /// Dead routes go.
    case sweep
    /// Idle prefixes go, for others need their places.
    case removeIdle(at: UInt32)
    /// A neighbor's import policy has changed: what it sent goes through it again.
    case importAgain(NeighborID)
    /// A group's export policy has changed; or quietly, its members have: then its table is filled, and nobody must hear of
    /// that who isn't told the whole table anyway.
    case exportAgain(group: Int, quietly: Bool)
    /// How routes are compared has changed, or what a next hop costs.
    case decide
    /// A group is no more: the sets that it held are given back.
    case discard(ToldTable)
}

extension RIB {
    /// Where it replaces another, it has that one's turn: what begins anew again and again has its turns, too.
    mutating func start(_ job: Job) {
        let place = jobs.firstIndex { $0.isReplaced(by: job) }
        if let place { jobs[place] = job } else { jobs.append(job) }
    }

    /// Whether `work` has something to do.
    package var hasWork: Bool { !jobs.isEmpty }

    /// Works through about `budget` routes of what waits, each job in its turn; false when nothing is left. What a call takes
    /// is how long others wait, so a shell calls it with a few thousand between two turns of its loop.
    @discardableResult
    package mutating func work(_ budget: Int = 2000) -> Bool {
        var left = budget
        while left > 0, !jobs.isEmpty {
            let job = jobs.removeFirst()
            let slice = min(left, 1000)
            if let rest = advance(job, slice) { jobs.append(rest) }
            left -= slice
        }
        if jobs.isEmpty { for index in groups.indices where !groups[index].isVacant { tidy(index) } }
        return hasWork
    }

    /// One slice; nil when it was the last.
    private mutating func advance(_ job: Job, _ slice: Int) -> Job? {
        switch job {
        case .sweep: sweep(slice) ? job : nil
        case .removeIdle(let place): removeIdleSlice(place, slice)
        case .importAgain(let id): importSlice(id, slice) ? job : nil
        case .exportAgain(let group, let quietly): exportSlice(group, slice, quietly) ? job : nil
        case .decide: decideSlice(slice) ? job : nil
        case .discard(let table): discardSlice(table)
        }
    }

    // MARK: Flushing

    /// Everything that a neighbor has sent of a family is dead from now on.
    mutating func flush(_ id: NeighborID, _ family: Family) {
        if family == .ipv4 { forgetMemo(of: id) }
        let wasEmpty = neighbors[id.index].tables[family].count == 0
        neighbors[id.index].tables[family].endSession()
        sweepSoon(id, family, isClean: wasEmpty)
    }

    /// The neighbor begins to send its table anew (RFC 7313 §4): what it doesn't repeat goes at the end.
    package mutating func beginRefresh(_ id: NeighborID, _ family: Family) {
        neighbors[id.index].tables[family].beginRefresh()
    }

    package mutating func endRefresh(_ id: NeighborID, _ family: Family) {
        let isClean = !neighbors[id.index].tables[family].endRefresh()
        sweepSoon(id, family, isClean: isClean)
    }

    private mutating func sweepSoon(_ id: NeighborID, _ family: Family, isClean: Bool) {
        if neighbors[id.index].tables[family].epochs >= AdjRIBIn.mostEpochs {
            broom.begin()
            while sweep(1000) {}
        } else if !isClean {
            broom.begin()
            start(.sweep)
        }
    }

    /// Takes dead routes away, whosesoever they are, from where the last slice has ended on. A neighbor that goes meanwhile
    /// makes it a full circle again.
    private mutating func sweep(_ slice: Int) -> Bool {
        var (removals, looks) = (slice, slice * 16)
        while removals > 0, looks > 0, let place = broom.next(below: routes.count) {
            let link = Link<Route>(UInt32(place))
            looks -= 1
            guard isDead(link) else { continue }
            remove(link)
            removals -= 1
        }
        guard broom.isOver(below: routes.count) else { return true }
        broom.end()
        if routes.used == 0 { forgetMemos() }
        for index in neighbors.indices {
            for family in Family.allCases { neighbors[index].tables[family].noteSwept() }
        }
        return false
    }

    /// Without routes, no attribute set is kept, so that those to come lie side by side.
    private mutating func forgetMemos() {
        for index in neighbors.indices { forgetMemo(of: NeighborID(rawValue: UInt16(index))) }
        for index in groups.indices { forgetMemo(ofGroup: index) }
    }

    @inline(__always)
    private func isDead(_ link: Link<Route>) -> Bool {
        let route = routes[link]
        return !route.isVacant && neighbors[Int(route.neighbor)].tables[route.table].isDead(route.epoch)
    }

    // MARK: Idle prefixes

    /// A prefix that has no routes and that nobody must hear of any more.
    func isIdle(_ net: Link<NetSlot>) -> Bool {
        guard !nets.slots[net].isVacant, !nets.slots[net].first.exists else { return false }
        if installer?.log.contains(net) ?? false { return false }
        for group in groups.indices where groups[group].log.contains(net) { return false }
        return true
    }

    /// Notes that a prefix may have become idle.
    mutating func retire(_ net: Link<NetSlot>) {
        guard isIdle(net) else { return }
        for group in groups.indices { groups[group].told.clear(net) }
        nets.noteIdle(1)
    }

    mutating func startRemovingIdle() {
        if !jobs.contains(where: { if case .removeIdle = $0 { true } else { false } }) { start(.removeIdle(at: 1)) }
    }

    private mutating func removeIdleSlice(_ place: UInt32, _ slice: Int) -> Job? {
        let end = min(Int(place) + slice, nets.slots.count)
        var number = place
        // With the last one, all places are as new.
        while number < min(end, nets.slots.count) {
            if isIdle(Link(number)) {
                nets.noteIdle(-1)
                nets.remove(Link(number))
            }
            number += 1
        }
        return end < nets.slots.count ? .removeIdle(at: UInt32(end)) : nil
    }

    // MARK: Policies

    /// What the neighbor sent goes through import again: after a change of its policy, or of what a policy can ask. From
    /// where the last slice has ended on.
    package mutating func importAgain(_ id: NeighborID) {
        forgetMemo(of: id)
        neighbors[id.index].importing.begin()
        start(.importAgain(id))
    }

    private mutating func importSlice(_ id: NeighborID, _ slice: Int) -> Bool {
        var (circle, looks) = (neighbors[id.index].importing, slice * 4)
        while looks > 0, let place = circle.next(below: routes.count) {
            looks -= 1
            let link = Link<Route>(UInt32(place))
            guard routes[link].neighbor == id.rawValue, !routes[link].isVacant, !isDead(link) else { continue }
            reaccept(link, accept(routes[link].received, nets.prefix(routes[link].net), from: id))
        }
        neighbors[id.index].importing = circle
        return !circle.isOver(below: routes.count)
    }

    // MARK: By prefix

    /// Of all prefixes, from where the last slice has ended on.
    mutating func decideAgain() {
        deciding.begin()
        start(.decide)
    }

    private mutating func decideSlice(_ slice: Int) -> Bool {
        var left = slice
        while left > 0, let place = deciding.next(below: nets.slots.count) {
            left -= 1
            let net = Link<NetSlot>(UInt32(place))
            guard !nets.slots[net].isVacant, nets.slots[net].first.exists else { continue }
            elect(net, changed: .none, former: best(of: net).map { NeighborID(rawValue: routes[$0].neighbor) })
        }
        return !deciding.isOver(below: nets.slots.count)
    }

    mutating func exportAgain(group: Int, quietly: Bool) {
        groups[group].exporting.begin()
        start(.exportAgain(group: group, quietly: quietly))
    }

    private mutating func exportSlice(_ group: Int, _ slice: Int, _ quietly: Bool) -> Bool {
        guard !groups[group].isVacant else { return false }
        var (circle, left) = (groups[group].exporting, slice)
        while left > 0, let place = circle.next(below: nets.slots.count) {
            left -= 1
            let net = Link<NetSlot>(UInt32(place))
            guard !nets.slots[net].isVacant else { continue }
            let source = best(of: net).map { NeighborID(rawValue: routes[$0].neighbor) }
            export(net, to: group, former: source, quietly: quietly)
        }
        groups[group].exporting = circle
        guard circle.isOver(below: nets.slots.count) else { return true }
        groups[group].isFilling = false
        return false
    }

    private mutating func discardSlice(_ table: ToldTable) -> Job? {
        var table = table
        guard let sets = table.popPage() else { return nil }
        for set in sets { attributes.release(set) }
        return .discard(table)
    }
}

extension Job {
    fileprivate func isReplaced(by new: Job) -> Bool {
        switch (self, new) {
        case (.exportAgain(let mine, _), .exportAgain(let other, _)): mine == other
        case (.decide, .decide), (.sweep, .sweep), (.removeIdle, .removeIdle): true
        case (.importAgain(let id), .importAgain(let other)): id == other
        default: false
        }
    }
}
