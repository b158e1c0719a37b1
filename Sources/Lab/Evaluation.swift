package import Net

/// What clients saw between two instants: queries in, outages out.
package struct Evaluation: Sendable {
    /// What was done at `start`.
    package enum Act: Hashable, Sendable {
        case nothing
        /// Those who were there must land elsewhere, or be served again where they were.
        case broke(Target)
        /// Those who are at home there must come back to it.
        case restored(Target)
        /// Clients are moved away; or they stay, if the drain leaves it announced.
        case drained(Target)
        /// Broken and mended again and again; in the end its clients must be back.
        case flapped(Target)
        /// It gets more than it can carry; those who are there lose queries.
        case loaded(Target)

        /// It goes on when the step is over, and nobody waits for clients to be served.
        package var isEndless: Bool { if case .loaded = self { true } else { false } }

        /// What it is about.
        package var target: Target? {
            switch self {
            case .nothing: nil
            case .broke(let it), .restored(let it), .drained(let it), .flapped(let it), .loaded(let it): it
            }
        }
    }

    /// One client in one family.
    package struct Row: Hashable, Sendable {
        package var client: Int
        package var family: Family
        /// Sites.
        package var before: Int?
        package var after: Int?
        /// Hosts, in order, as far as answers say.
        package var hostsBefore: [Int] = []
        package var hostsAfter: [Int] = []
        package var queries = 0
        package var lost = 0
        /// Of flows that others than the target served.
        package var lostElsewhere = 0
        /// From the start to the sending of the last query that was lost.
        package var lastLost: Duration?
        /// Served at the end, and at a restore by the site that it is at home at.
        package var recovered = false
        /// From the start to the sending of the first query that another than the target answered, of a flow that was
        /// there; for who stays, of the first one that was answered after one was lost. nil for who was elsewhere.
        package var outage: Duration?
        /// The same for who is moved without a break.
        package var moved: Duration?
        /// From the start to the sending of the first query that the restored target answered, and no other after it.
        /// nil for who is at home elsewhere.
        package var returned: Duration?
        /// What became of the TCP connection that was there at the start.
        package var connection = Download.Fate.none
        package var medianBefore: Duration?
        package var medianAfter: Duration?
        package var slowest: Duration?
    }

    package var act: Act
    package var start: Instant
    package var end: Instant
    /// Queries that are looked at to see where a client was before, and how fast.
    package static let lookBack: Duration = .seconds(3)
    /// Queries that are looked at to see which hosts serve a client at the end.
    package static let lastLook: Duration = .seconds(1)
    /// One of this many last queries must be answered for a client to count as served: a lost packet is no outage.
    package static let patience = 10

    /// After which a query counts as lost.
    package var deadline: Duration

    package init(_ act: Act, from start: Instant, to end: Instant, deadline: Duration) {
        (self.act, self.start, self.end, self.deadline) = (act, start, end, deadline)
    }

    /// `home`: where this client landed when nothing was broken.
    package func row(for conversation: Conversation, download: Download = Download(), home: Int?) -> Row {
        var row = Row(client: conversation.client, family: conversation.family)
        row.connection = download.fate(from: start, to: end)
        // What was under way at the start tells nothing about before: it may have been answered by whoever came after.
        let before = conversation.queries.slice(from: start + (.zero - Self.lookBack), to: start).filter {
            $0.isAnswered(by: start)
        }
        let during = conversation.queries.slice(from: start, to: end)
        row.before = before.last { $0.server != nil }?.server?.site
        // A query sent while the blow falls may still be answered: only who is served at the end is anywhere.
        let served = during.filter { !$0.isPending }.suffix(patience).contains { $0.roundTrip != nil }
        row.after = served ? during.last { $0.server != nil }?.server?.site : nil
        row.medianBefore = median(before.compactMap(\.roundTrip))
        row.medianAfter = median(during.filter { $0.server?.site == row.after }.compactMap(\.roundTrip))
        row.recovered = served
        let flows = Flows(of: conversation, by: start, at: row.before)
        row.hostsBefore = flows.hosts
        let latest = conversation.queries.slice(from: max(start, end + (.zero - Self.lastLook)), to: end)
        row.hostsAfter = Set(latest.compactMap(\.server).filter { $0.site == row.after }.compactMap(\.host)).sorted()
        count(&row, conversation, flows)
        judge(&row, during, flows, home: home)
        return row
    }

    /// With what was under way at the start.
    private func count(_ row: inout Row, _ conversation: Conversation, _ flows: Flows) {
        let sent = conversation.queries.slice(from: start + (.zero - deadline), to: end)
        let underWay = sent.indices.filter { !sent[$0].isAnswered(by: start) }
        let lost = underWay.filter { sent[$0].isLost }
        row.queries = underWay.count
        row.slowest = underWay.compactMap { sent[$0].roundTrip }.max()
        row.lost = lost.count
        row.lastLost = lost.last.map { max(.zero, sent[$0].sent - start) }
        guard let target = act.target else { return }
        row.lostElsewhere = lost.count { flows.server(of: $0).map(target.excludes) ?? false }
    }

    private func judge(_ row: inout Row, _ during: ArraySlice<Query>, _ flows: Flows, home: Int?) {
        guard let target = act.target else { return }
        let isBack = { (index: Int) in during[index].server.map(target.includes) ?? false }
        let isAway = { (index: Int) in
            (during[index].server.map(target.excludes) ?? false)
                && flows.server(of: index).map(target.includes) ?? false
        }
        switch act {
        case .nothing, .loaded: break
        case .broke: if row.wasServed(by: target) { row.outage = wait(during, isAway) ?? gap(during) }
        case .drained: if row.wasServed(by: target) { row.moved = wait(during, isAway) }
        case .restored:
            guard home == target.site else { break }
            row.returned = wait(during, isBack)
            row.recovered = row.recovered && row.returned != nil && row.after == target.site
        case .flapped:
            guard row.wasServed(by: target) else { break }
            row.outage = wait(during, isAway) ?? gap(during)
            row.returned = during.indices.last(where: isAway).flatMap { wait(during[$0...], isBack) }
            row.recovered = row.recovered && row.after == target.site
        }
    }

    /// Under a load most queries are lost, and still somebody is served.
    private var patience: Int {
        if case .loaded = act { return 10 * Self.patience }
        return Self.patience
    }

    /// For who is served at the same site again: until the first answer after the first loss.
    private func gap(_ queries: ArraySlice<Query>) -> Duration? {
        guard let first = queries.firstIndex(where: \.isLost) else { return nil }
        return wait(queries[first...]) { queries[$0].server != nil }
    }

    private func wait(_ queries: ArraySlice<Query>, _ matches: (Int) -> Bool) -> Duration? {
        queries.indices.first(where: matches).map { queries[$0].sent - start }
    }

    /// Whether every query sent in between is answered or past its deadline.
    package func isDecided(_ conversation: Conversation) -> Bool {
        !conversation.queries.slice(from: start + (.zero - deadline), to: end).contains(where: \.isPending)
    }
}

extension [Query] {
    /// Those sent in a span of time; they are in order.
    package func slice(from start: Instant, to end: Instant) -> ArraySlice<Query> {
        let first = partition { $0.sent >= start }
        return self[first..<Swift.max(first, partition { $0.sent >= end })]
    }

    /// The first index from which on `isBehind` holds.
    private func partition(_ isBehind: (Query) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The middle one, or the mean of the two in the middle.
package func median(_ values: [Duration]) -> Duration? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
