package import Net

/// What is done in slices.
enum Job: Sendable {
    /// A table's dying routes go.
    case flush(NeighborID, Family)
    /// A neighbor's import policy has changed: what it sent goes through it again.
    case importAgain(NeighborID, Family)
    /// A group's export policy has changed; or quietly, its members have: then its table is filled, and nobody must hear of
    /// that who isn't told the whole table anyway.
    case exportAgain(group: Int, at: UInt32, quietly: Bool)
    /// How routes are compared has changed.
    case decide(at: UInt32)
    /// A group is no more: the sets that it held are given back.
    case discard(ToldTable)
}

extension RIB {
    mutating func start(_ job: Job) {
        jobs.removeAll { $0.isReplaced(by: job) }
        jobs.append(job)
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
        if jobs.isEmpty { for index in groups.indices where groups[index] != nil { tidy(index) } }
        return hasWork
    }

    /// One slice; nil when it was the last.
    private mutating func advance(_ job: Job, _ slice: Int) -> Job? {
        switch job {
        case .flush(let id, let family): flushSlice(id, family, slice) ? job : nil
        case .importAgain(let id, let family): importSlice(id, family, slice) ? job : nil
        case .exportAgain(let group, let place, let quietly): exportSlice(group, place, slice, quietly)
        case .decide(let place): decideSlice(place, slice)
        case .discard(let table): discardSlice(table)
        }
    }

    // MARK: Flushing

    /// Everything that a neighbor has sent of a family is dying from now on.
    mutating func flush(_ id: NeighborID, _ family: Family) {
        let table = neighbors[id.index].table(family)
        neighbors[id.index].tables[table].end(&routes)
        if neighbors[id.index].tables[table].epochs > 250 { while flushSlice(id, family, 1000) {} }
        if !routes.isEmpty(neighbors[id.index].tables[table].dying) { start(.flush(id, family)) }
        if family == .ipv4 { forgetMemo(of: id) }
    }

    private mutating func flushSlice(_ id: NeighborID, _ family: Family, _ slice: Int) -> Bool {
        let table = neighbors[id.index].table(family)
        let ring = neighbors[id.index].tables[table].dying
        for _ in 0..<slice {
            let route = routes[ring].next
            guard route != ring else {
                neighbors[id.index].tables[table].epochs = 0
                return false
            }
            remove(route)
        }
        return true
    }

    /// The neighbor begins to send its table anew (RFC 7313 §4): what it doesn't repeat goes at the end.
    package mutating func beginRefresh(_ id: NeighborID, _ family: Family) {
        let table = neighbors[id.index].tables[neighbors[id.index].table(family)]
        routes.splice(table.current, toEndOf: table.stale)
    }

    package mutating func endRefresh(_ id: NeighborID, _ family: Family) {
        let table = neighbors[id.index].tables[neighbors[id.index].table(family)]
        routes.splice(table.stale, toEndOf: table.dying)
        if !routes.isEmpty(table.dying) { start(.flush(id, family)) }
    }

    // MARK: Policies

    package mutating func setImport(_ policy: Policy?, of id: NeighborID) {
        guard neighbors[id.index].neighbor.importing != policy else { return }
        neighbors[id.index].neighbor.importing = policy
        importAgain(id)
    }

    /// What the neighbor sent goes through import again: after a change of its policy, or of what a policy can ask.
    package mutating func importAgain(_ id: NeighborID) {
        forgetMemo(of: id)
        for family in Family.allCases {
            let table = neighbors[id.index].table(family)
            neighbors[id.index].tables[table].cursor = routes[neighbors[id.index].tables[table].current].next
            start(.importAgain(id, family))
        }
    }

    private mutating func importSlice(_ id: NeighborID, _ family: Family, _ slice: Int) -> Bool {
        let table = neighbors[id.index].table(family)
        for _ in 0..<slice {
            let route = neighbors[id.index].tables[table].cursor
            guard route.exists, !routes[route].flags.contains(.ring) else {
                neighbors[id.index].tables[table].cursor = .none
                return false
            }
            neighbors[id.index].tables[table].cursor = routes[route].next
            let prefix = nets.prefix(routes[route].net)
            reaccept(route, accept(routes[route].received, prefix, from: id))
        }
        return true
    }

    // MARK: By prefix

    private mutating func decideSlice(_ place: UInt32, _ slice: Int) -> Job? {
        let end = min(Int(place) + slice, nets.slots.count)
        for number in Int(place)..<max(end, Int(place)) {
            let net = Link<NetSlot>(UInt32(number))
            guard !nets.slots[net].isVacant, nets.slots[net].first.exists else { continue }
            elect(net, changed: .none, former: best(of: net).map { NeighborID(rawValue: routes[$0].neighbor) })
        }
        return end < nets.slots.count ? .decide(at: UInt32(end)) : nil
    }

    private mutating func exportSlice(_ group: Int, _ place: UInt32, _ slice: Int, _ quietly: Bool) -> Job? {
        guard groups[group] != nil else { return nil }
        let end = min(Int(place) + slice, nets.slots.count)
        for number in Int(place)..<max(end, Int(place)) {
            let net = Link<NetSlot>(UInt32(number))
            guard !nets.slots[net].isVacant else { continue }
            let source = best(of: net).map { NeighborID(rawValue: routes[$0].neighbor) }
            export(net, to: group, former: source, quietly: quietly)
        }
        guard end >= nets.slots.count else { return .exportAgain(group: group, at: UInt32(end), quietly: quietly) }
        groups[group]?.isFilling = false
        return nil
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
        case (.exportAgain(let mine, _, _), .exportAgain(let other, _, _)): mine == other
        case (.decide, .decide): true
        case (.flush(let id, let family), .flush(let otherID, let otherFamily)),
            (.importAgain(let id, let family), .importAgain(let otherID, let otherFamily)):
            id == otherID && family == otherFamily
        default: false
        }
    }
}

extension AdjRIBIn {
    /// The session is over.
    fileprivate mutating func end(_ routes: inout Slots<Route>) {
        routes.splice(stale, toEndOf: dying)
        routes.splice(current, toEndOf: dying)
        (count, accepted, cursor, hasWarned, isFull) = (0, 0, .none, false, false)
        epoch &+= 1
        epochs += 1
    }
}
