internal import Kernel
internal import Net
internal import RIB

/// Reading the whole table, which takes a while: meanwhile changes go on.
struct Look: Sendable {
    /// Those of other protocols, as far as it has come.
    var others = OtherRoutes()
    /// What others changed meanwhile: rows may be older than that.
    var changes: [RouteChanges.Change] = []
    /// Routes of ours that it has seen.
    var found = 0
    /// Something was missed, so it has to be done once more.
    var again = false
}

// The whole table: at the start, and whenever something may have escaped us.
extension FIB {
    mutating func beginLook() -> [Action] {
        // What the last look found missing has to be dealt with first.
        if sweep?.kinds.contains(.missing) == true { return arm(.look, after: .milliseconds(100)) }
        look = Look()
        pace.epoch = pace.epoch == .max ? 1 : pace.epoch + 1
        return [.look]
    }

    mutating func failLook() -> [Action] {
        look = nil
        if case .flushing(let looks) = phase { return failFlush(looks) }
        return arm(.look, after: .seconds(1))
    }

    mutating func begin(with links: [Interface]) -> [Action] {
        topology.setLinks(links)
        return []
    }

    /// Ours are told by table and protocol, whatever their metric.
    func isOurs(_ route: TableRoute) -> Bool { route.table == options.table && route.protocol == options.protocol }

    /// One of ours that is where ours belong.
    func isInPlace(_ route: TableRoute) -> Bool {
        isOurs(route) && route.metric == metric(route.prefix.family) && route.tos == 0
    }

    mutating func take(_ rows: [TableRoute]) -> [Action] {
        guard look != nil else { return [] }
        for route in rows {
            if !isOurs(route) {
                look?.others.insert(route, replacing: false)
            } else if isInPlace(route), !isFlushing {
                adopt(route)
            } else {
                stray(route)
            }
        }
        return []
    }

    private var isFlushing: Bool { if case .flushing = phase { true } else { false } }

    private mutating func stray(_ route: TableRoute) {
        look?.found += 1
        switch phase {
        case .starting, .adopting: pace.hasSeenStrays = true
        default: strays.append(route)
        }
    }

    private mutating func adopt(_ route: TableRoute) {
        let target = use(Target(kind: route.kind, ways: route.ways))
        defer { targets.release(target) }
        let number = entries.insert(route.prefix)
        let entry = entries[number]
        guard !entry.flags.contains(.touched) else { return }
        // IPv4 lets several be there that differ in nothing but their ways.
        if entry.epoch == pace.epoch, entry.present != 0 {
            if entry.present != target { stray(route) }
            return
        }
        if entry.present != target {
            targets.useAgain(target)
            set(number, present: target)
        }
        entries.update(number) {
            $0.epoch = pace.epoch
            $0.flags.remove(.refused)  // what is in its place is ours
            if phase == .starting, $0.wanted == 0 { $0.flags.insert(.left) }
        }
        touch(number)
    }

    mutating func endLook(_ isConsistent: Bool, _ now: Instant) -> [Action] {
        guard let look else { return [] }
        self.look = nil
        tally.looks += 1
        topology.others = look.others
        for change in look.changes { noteOther(change) }
        if case .flushing(let looks) = phase { return endFlush(look, looks) }
        var actions: [Action] = []
        if phase == .starting {
            phase = .adopting
            if entries.counts.left > 0 { tally.notices.append(.found(entries.counts.left)) }
            actions += arm(.settled, after: options.settle)
        }
        startSweep([.missing, .retry])
        if look.again || !isConsistent { actions += arm(.look, after: pace.lookDelay(now)) }
        return actions + resolveAgain() + takeNotices()
    }

    /// The neighbors had their time: what is left over by now was a predecessor's only.
    mutating func settle() -> [Action] {
        guard phase == .adopting else { return [] }
        phase = .steady
        if entries.counts.left > 0 { tally.notices.append(.outdated(entries.counts.left)) }
        startSweep(.left)
        return takeNotices() + (pace.hasSeenStrays ? arm(.look, after: .zero) : [])
    }

    // MARK: The end

    mutating func stop(flush: Bool) -> [Action] {
        if isFlushing { return [] }
        guard flush else {
            phase = .stopped
            return [.stopped]
        }
        phase = .flushing(looks: 1)
        entries = Entries()
        (wishes, outcomes, targets) = (Interned(), [0], Interned())
        (queue, repairs, sweep) = (Queue(), [], nil)
        (tracked, costs, resolving, telling) = (Interned(), [nil], Circle(), Circle())
        interest = Interest()
        return beginLook()
    }

    /// Until a look finds nothing: somebody may still be adding, and a table that changes shows some routes late.
    private mutating func endFlush(_ look: Look, _ looks: Int) -> [Action] {
        guard look.found > 0 else { return end() }
        guard looks < Self.mostLooks else { return abandonFlush() }
        phase = .flushing(looks: looks + 1)
        return strays.isEmpty ? beginLook() : []
    }

    /// The kernel could not be asked, or not be told: once more, a second later, but not for ever.
    mutating func failFlush(_ looks: Int) -> [Action] {
        (look, strays) = (nil, [])
        guard looks < Self.mostLooks else { return abandonFlush() }
        phase = .flushing(looks: looks + 1)
        return arm(.look, after: .seconds(1))
    }

    private static var mostLooks: Int { 5 }

    private mutating func abandonFlush() -> [Action] {
        tally.notices.append(.abandoned)
        return end()
    }

    private mutating func end() -> [Action] {
        phase = .stopped
        return takeNotices() + [.stopped]
    }
}
