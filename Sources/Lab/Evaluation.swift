package import Net

/// What clients saw between two instants: queries in, outages out.
package struct Evaluation: Sendable {
    /// What was done at `start`.
    package enum Act: Hashable, Sendable {
        case nothing
        /// A site was broken; those who were there must land elsewhere, or be served again where they were.
        case broke(site: Int)
        /// A site came back; those who are at home there must come back to it.
        case restored(site: Int)
        /// Clients are moved away from a site; or they stay, if the drain leaves it announced.
        case drained(site: Int)
        /// A site is broken and mended again and again; in the end its clients must be back.
        case flapped(site: Int)
        /// A site gets more than it can carry; those who are there lose queries.
        case loaded(site: Int)

        /// The site that it is about.
        package var site: Int? {
            switch self {
            case .nothing: nil
            case .broke(let site), .restored(let site), .drained(let site), .flapped(let site), .loaded(let site): site
            }
        }
    }

    /// One client in one family.
    package struct Row: Hashable, Sendable {
        package var client: Int
        package var family: Family
        package var before: Int?
        package var after: Int?
        package var queries = 0
        package var lost = 0
        /// Served at the end, and at a restore by the site that it is at home at.
        package var recovered = false
        /// From the start to the sending of the first query that another site answered; for who stays, of the first one
        /// that was answered after one was lost. nil for who was elsewhere.
        package var outage: Duration?
        /// The same for who is moved without a break.
        package var moved: Duration?
        /// From the start to the sending of the first query that the restored site answered, and no other after it. nil
        /// for who is at home elsewhere.
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
            isAnswered($0, by: start)
        }
        let during = conversation.queries.slice(from: start, to: end)
        let underWay = conversation.queries.slice(from: start + (.zero - deadline), to: end).filter {
            !isAnswered($0, by: start)
        }
        row.before = before.last { $0.site != nil }?.site
        // A query sent while the blow falls may still be answered: only who is served at the end is anywhere.
        let served = during.filter { !$0.isPending }.suffix(patience).contains { $0.roundTrip != nil }
        row.after = served ? during.last { $0.site != nil }?.site : nil
        row.medianBefore = median(before.compactMap(\.roundTrip))
        row.medianAfter = median(during.filter { $0.site == row.after }.compactMap(\.roundTrip))
        row.slowest = underWay.compactMap(\.roundTrip).max()
        row.queries = underWay.count
        row.lost = underWay.count { $0.roundTrip == nil && !$0.isPending }
        row.recovered = served
        judge(&row, during, home: home)
        return row
    }

    private func judge(_ row: inout Row, _ during: ArraySlice<Query>, home: Int?) {
        switch act {
        case .nothing, .loaded: break
        case .broke(let site):
            if row.before == site { row.outage = wait(during) { $0.site != nil && $0.site != site } ?? gap(during) }
        case .drained(let site):
            if row.before == site { row.moved = wait(during) { $0.site != nil && $0.site != site } }
        case .restored(let site):
            guard home == site else { break }
            row.returned = wait(during) { $0.site == site }
            row.recovered = row.recovered && row.returned != nil && row.after == site
        case .flapped(let site):
            guard row.before == site else { break }
            row.outage = wait(during) { $0.site != nil && $0.site != site } ?? gap(during)
            let away = during.lastIndex { $0.site != nil && $0.site != site }
            row.returned = away.flatMap { wait(during[$0...]) { $0.site == site } }
            row.recovered = row.recovered && row.after == site
        }
    }

    /// Under a load most queries are lost, and still somebody is served.
    private var patience: Int {
        if case .loaded = act { return 10 * Self.patience }
        return Self.patience
    }

    /// For who is served at the same site again: until the first answer after the first loss.
    private func gap(_ queries: ArraySlice<Query>) -> Duration? {
        guard let first = queries.firstIndex(where: { $0.roundTrip == nil && !$0.isPending }) else { return nil }
        return wait(queries[first...]) { $0.site != nil }
    }

    private func isAnswered(_ query: Query, by instant: Instant) -> Bool {
        query.roundTrip.map { query.sent + $0 <= instant } ?? false
    }

    private func wait(_ queries: ArraySlice<Query>, _ matches: (Query) -> Bool) -> Duration? {
        queries.first(where: matches).map { $0.sent - start }
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
