internal import Glibc
package import Kernel
internal import Net
internal import RIB

/// An order that went to the kernel.
struct Sent: Sendable {
    /// nil: it was about a stray.
    var number: UInt32?
    /// The number of what was present before; counted as a use.
    var old: UInt32 = 0
    var isRemoval = true
}

/// A walk over all entries, in slices, for all that has been asked for since it began.
struct Sweep: Sendable {
    struct Kinds: OptionSet, Sendable {
        var rawValue: UInt8
        /// What the last look didn't see isn't there.
        static let missing = Self(rawValue: 1)
        /// What was refused is tried again.
        static let retry = Self(rawValue: 2)
        /// What a predecessor left and nobody wants goes.
        static let left = Self(rawValue: 4)
    }

    var kinds: Kinds
    var circle = Circle()
}

// What the kernel is told, and what it answers.
extension FIB {
    /// There is something to tell the kernel, or to find out whether there is.
    package var isBusy: Bool {
        switch phase {
        case .starting, .stopped: false
        case .flushing: !strays.isEmpty
        case .adopting, .steady: !queue.isEmpty || sweep != nil || !strays.isEmpty || isResolving
        }
    }

    /// Rows of a look may come: those that came before are dealt with.
    package var hasRoom: Bool { strays.count < 1000 }

    /// Up to `limit` orders, and not more than a moment's work to find them; perhaps none. To be followed by `answered`, or by
    /// `failed`.
    package mutating func takeOrders(_ limit: Int = 256) -> [RouteSocket.Order] {
        var orders: [RouteSocket.Order] = []
        guard isBusy else { return orders }
        while orders.count < limit, let stray = strays.popLast() {
            orders.append(.removeExactly(stray))
            sent.append(Sent())
        }
        advanceSweep(2000)
        while orders.count < limit, let number = queue.popFirst() {
            if let order = order(for: number) { orders.append(order) }
        }
        return orders
    }

    /// Which target a prefix is to have; 0: none.
    private func desired(_ entry: Entry) -> UInt32 {
        if entry.flags.contains(.left) { return entry.present }
        return entry.flags.contains(.refused) ? 0 : outcomes[Int(entry.wanted)]
    }

    private func differs(_ entry: Entry) -> Bool {
        entry.flags.contains(.unsure) || desired(entry) != entry.present
    }

    /// Puts it into the queue when there is something to do about it.
    mutating func touch(_ number: UInt32) {
        guard !entries[number].flags.contains(.queued), differs(entries[number]) else { return }
        entries.update(number) { $0.flags.insert(.queued) }
        queue.append(number)
    }

    private mutating func order(for number: UInt32) -> RouteSocket.Order? {
        entries.update(number) { $0.flags.remove(.queued) }
        let rival = rival(of: number)
        if let rival, desired(entries[number]) != 0 { refuse(number, because: rival) }
        let entry = entries[number]
        guard differs(entry) else {
            entries.tidy(number)
            return nil
        }
        let new = desired(entry)
        let order = new == 0 ? removal(number, beside: rival) : placing(number, entry, targets[new])
        targets.useAgain(new)
        sent.append(Sent(number: number, old: entry.present, isRemoval: new == 0))
        entries.update(number) {
            ($0.present, $0.epoch) = (new, pace.epoch)
            $0.flags.remove(.unsure)
            if look != nil { $0.flags.insert(.touched) }
        }
        return order
    }

    /// Where nothing of ours is known to be, nothing is replaced: what has come there unseen is somebody else's.
    private func placing(_ number: UInt32, _ entry: Entry, _ target: Target?) -> RouteSocket.Order {
        let isFree = entry.present == 0 && !entry.flags.contains(.unsure)
        return isFree ? .add(route(number, target)) : .put(route(number, target))
    }

    /// In IPv6, routes with one metric are one route, so ours is told from the other's by its ways.
    private func removal(_ number: UInt32, beside rival: TableRoute?) -> RouteSocket.Order {
        let route = route(number, targets[entries[number].present])
        return rival != nil && route.prefix.family == .ipv6 && !route.ways.isEmpty
            ? .removeExactly(route) : .remove(route)
    }

    private func route(_ number: UInt32, _ target: Target?) -> TableRoute {
        let prefix = entries.prefix(number)
        return TableRoute(
            prefix, table: options.table, protocol: options.protocol, metric: metric(prefix.family),
            kind: target?.kind ?? .unicast, ways: target?.ways ?? [])
    }

    // MARK: Answers

    package mutating func answered(_ refusals: [RouteSocket.Refusal]) -> [Action] {
        for refusal in refusals where refusal.index < sent.count { take(refusal, of: sent[refusal.index]) }
        for order in sent {
            targets.release(order.old)
            if let number = order.number { entries.tidy(number) }
        }
        sent = []
        if case .flushing = phase, look == nil, strays.isEmpty { return beginLook() }
        let news = isResolving ? resolveSlice() : []
        return news + takeNotices() + (tally.wantsRetry ? armRetry() : [])
    }

    /// It isn't known what became of the orders.
    package mutating func failed() -> [Action] {
        for order in sent {
            if let number = order.number { entries.update(number) { $0.flags.insert(.unsure) } }
            targets.release(order.old)
        }
        sent = []
        if case .flushing(let looks) = phase { return failFlush(looks) }
        return armRetry() + arm(.look, after: .seconds(1))
    }

    private mutating func take(_ refusal: RouteSocket.Refusal, of order: Sent) {
        guard let number = order.number else { return }
        if order.isRemoval {
            // It, or its interface, was gone already.
            if [ESRCH, ENOENT, ENODEV].contains(refusal.code) { return }
            entries.update(number) { $0.flags.insert(.unsure) }
            tally.wantsRetry = true
        } else {
            targets.useAgain(order.old)
            targets.release(entries[number].present)
            entries.update(number) {
                $0.present = order.old
                $0.flags.insert(.refused)
            }
            touch(number)
        }
        let prefix = entries.prefix(number)
        let isTaken = refusal.code == EEXIST
        let reason = isTaken ? "another route has the same metric, \(metric(prefix.family))" : refusal.reason
        tally.note(Refused(prefix: prefix, code: refusal.code, reason: reason))
    }

    private func rival(of number: UInt32) -> TableRoute? {
        let prefix = entries.prefix(number)
        return topology.others.rival(prefix, table: options.table, metric: metric(prefix.family))
    }

    private mutating func refuse(_ number: UInt32, because rival: TableRoute) {
        entries.update(number) { $0.flags.insert(.refused) }
        let reason = rival.reason(against: metric(rival.prefix.family))
        tally.note(Refused(prefix: rival.prefix, code: EEXIST, reason: reason))
    }

    // MARK: Again

    private mutating func armRetry() -> [Action] {
        tally.wantsRetry = false
        guard !pace.armed.contains(.retry) else { return [] }
        defer { pace.retry = min(pace.retry * 2, .seconds(60)) }
        return arm(.retry, after: pace.retry)
    }

    /// Goes on, more and more seldom, until a round has found nothing left to try.
    mutating func retry() -> [Action] {
        tally.beginRound()
        startSweep(.retry)
        if entries.counts.refused > 0 { return armRetry() }
        pace.retry = .seconds(1)
        return []
    }

    mutating func startSweep(_ kinds: Sweep.Kinds) {
        var new = sweep ?? Sweep(kinds: [])
        new.kinds.formUnion(kinds)
        new.circle.begin()
        sweep = new
    }

    private mutating func advanceSweep(_ budget: Int) {
        guard let kinds = sweep?.kinds else { return }
        var left = budget
        // Entries are numbered from 0 on.
        while left > 0, let place = sweep?.circle.next(below: entries.end + 1) {
            left -= 1
            let number = UInt32(place - 1)
            if !entries[number].flags.contains(.vacant) { visit(number, kinds) }
        }
        if left > 0 { endSweep(kinds) }
    }

    private mutating func visit(_ number: UInt32, _ kinds: Sweep.Kinds) {
        let entry = entries[number]
        if kinds.contains(.missing), entry.present != 0, entry.epoch != pace.epoch, !entry.flags.contains(.touched) {
            set(number, present: 0)
            tally.lost += 1
        }
        entries.update(number) {
            // It may be visited twice, and will not be missed the second time.
            if kinds.contains(.missing) { $0.epoch = pace.epoch }
            if kinds.contains(.missing) { $0.flags.remove(.touched) }
            if kinds.contains(.retry) { $0.flags.remove(.refused) }
            if kinds.contains(.left) { $0.flags.remove(.left) }
        }
        touch(number)
        entries.tidy(number)
    }

    private mutating func endSweep(_ kinds: Sweep.Kinds) {
        sweep = nil
        if kinds.contains(.missing), tally.lost > 0 {
            if tally.looks > 1 { tally.notices.append(.lost(tally.lost)) }
            tally.repaired += tally.lost
            tally.lost = 0
        }
    }

    /// What the kernel has for it, as somebody says.
    mutating func set(_ number: UInt32, present: UInt32) {
        targets.release(entries[number].present)
        entries.update(number) { ($0.present, $0.epoch) = (present, pace.epoch) }
        if present == 0 { entries.update(number) { $0.flags.remove(.left) } }
    }
}
