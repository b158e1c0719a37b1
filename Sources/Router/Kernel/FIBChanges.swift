internal import Kernel
internal import Net

// What others do to the table, and what happens to interfaces.
extension FIB {
    mutating func note(_ changes: [RouteChanges.Change], _ now: Instant) -> [Action] {
        var actions: [Action] = []
        var mayResolve = false
        for change in changes {
            keepForLook(change)
            switch change {
            case .route(let route, _) where isOurs(route), .routeGone(let route) where isOurs(route):
                noteOurs(change, route)
            case .route(let route, let replaces):
                noteOther(change)
                noteRival(route, replaces)
                mayResolve = mayResolve || interest.covers(route.prefix)
            case .routeGone(let route):
                noteOther(change)
                noteRivalGone(route)
                mayResolve = mayResolve || interest.covers(route.prefix)
            case .link, .linkGone:
                let (resolves, dropped) = noteLink(change)
                mayResolve = mayResolve || resolves
                if dropped { actions += arm(.look, after: pace.lookDelay(now)) }
            }
        }
        if mayResolve { actions += resolveAgain() }
        if !repairs.isEmpty { actions += arm(.repair, after: pace.repairDelay(now)) }
        if mayResolve, entries.counts.refused > 0 { startSweep(.retry) }
        return actions
    }

    private mutating func keepForLook(_ change: RouteChanges.Change) {
        guard let look else { return }
        if look.changes.count < 10_000 { self.look?.changes.append(change) } else { self.look?.again = true }
    }

    mutating func noteOverrun(_ now: Instant) -> [Action] {
        tally.overruns += 1
        look?.again = true
        return look == nil ? arm(.look, after: pace.lookDelay(now)) : []
    }

    // MARK: Ours

    /// Somebody else changed a route with our protocol number.
    private mutating func noteOurs(_ change: RouteChanges.Change, _ route: TableRoute) {
        if phase == .starting { look?.again = true }
        guard isInPlace(route), phase == .adopting || phase == .steady else { return }
        if case .routeGone = change { return noteGone(route) }
        let number = entries.insert(route.prefix)
        let target = use(Target(kind: route.kind, ways: route.ways))
        set(number, present: target)
        wait(number, isSure: true)
    }

    /// Of an IPv6 route perhaps only one of its ways; of what is IPv4's perhaps one of two.
    private mutating func noteGone(_ route: TableRoute) {
        guard let number = entries.find(route.prefix), entries[number].present != 0 else { return }
        set(number, present: 0)
        wait(number, isSure: false)
    }

    /// It is put right when the repair timer is due, not before: a program that takes away one route often takes more.
    private mutating func wait(_ number: UInt32, isSure: Bool) {
        entries.update(number) {
            if isSure { $0.flags.remove(.unsure) } else { $0.flags.insert(.unsure) }
            if look != nil { $0.flags.insert(.touched) }
        }
        repairs.append(number)
        if repairs.count > 2 * entries.end + 1000 { repairs = Set(repairs).sorted() }
    }

    mutating func repair() -> [Action] {
        var count = 0
        for number in repairs where number < entries.end && !entries[number].flags.contains(.vacant) {
            if entries[number].wanted != 0, differsForRepair(number) { count += 1 }
            touch(number)
            entries.tidy(number)
        }
        repairs = []
        tally.repaired += count
        if count > 0 { tally.notices.append(.lost(count)) }
        return takeNotices()
    }

    private func differsForRepair(_ number: UInt32) -> Bool {
        entries[number].present != outcomes[Int(entries[number].wanted)]
    }

    // MARK: Others

    mutating func noteOther(_ change: RouteChanges.Change) {
        switch change {
        case .route(let route, let replaces) where isOthers(route): topology.others.insert(route, replacing: replaces)
        case .routeGone(let route) where isOthers(route): topology.others.remove(route)
        case .link(let link) where !link.isUp: topology.others.removeIPv4(on: link.index)
        case .linkGone(let index): topology.others.removeIPv4(on: index)
        default: break
        }
    }

    /// In a table that is read.
    private func isOthers(_ route: TableRoute) -> Bool {
        !isOurs(route) && (route.table == options.table || route.table == OtherRoutes.mainTable)
    }

    private func isRival(_ route: TableRoute) -> Bool {
        route.isRival(table: options.table, metric: metric(route.prefix.family))
    }

    /// It has taken the place of ours, or shares it: we give way.
    private mutating func noteRival(_ route: TableRoute, _ replaces: Bool) {
        guard isRival(route), let number = entries.find(route.prefix) else { return }
        if replaces { set(number, present: 0) } else { entries.update(number) { $0.flags.insert(.unsure) } }
        touch(number)
        entries.tidy(number)
    }

    private mutating func noteRivalGone(_ route: TableRoute) {
        guard isRival(route), let number = entries.find(route.prefix) else { return }
        entries.update(number) { $0.flags.remove(.refused) }
        touch(number)
    }

    // MARK: Interfaces

    /// Whether next hops may be reached otherwise than before, and whether the kernel may have dropped routes of ours.
    private mutating func noteLink(_ change: RouteChanges.Change) -> (resolves: Bool, dropped: Bool) {
        noteOther(change)
        switch change {
        case .link(let link):
            let old = topology.link(link.index)
            topology.setLink(link.index, link)
            let isSame = old?.isUp == link.isUp && old?.hasCarrier == link.hasCarrier && old?.name == link.name
            return (!isSame, !isSame && isUsed(link.index))
        case .linkGone(let index):
            topology.setLink(index, nil)
            return (true, isUsed(index))
        case .route, .routeGone: return (false, false)
        }
    }

    private func isUsed(_ interface: Int32) -> Bool {
        (1..<max(targets.end, 1)).contains { targets[$0]?.ways.contains { $0.interface == interface } ?? false }
    }
}
