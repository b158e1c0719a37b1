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
        package var lost = 0
        /// Of flows that others than the target served.
        package var lostElsewhere = 0
        /// From the start to the sending of the last query that was lost.
        package var lastLost: Duration?
        /// Served at the end, and at a restore by the site that it is at home at.
        package var recovered = false
        /// From the start to the sending of the first query that another than the target answered, of a flow that was
        /// there. nil for who was elsewhere.
        package var outage: Duration?
        /// From the start to the sending of the first query that the restored target answered. nil for who is at home
        /// elsewhere.
        package var returned: Duration?
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
    package func row(for conversation: Conversation, home: Int?) -> Row {
        var row = Row(client: conversation.client, family: conversation.family)
        let servers = conversation.servers(by: start)
        let latest = conversation.queries.slice(from: max(start, end + (.zero - Self.lastLook)), to: end)
        // What was under way at the start tells nothing about before: it may have been answered by whoever came after.
        let before = conversation.queries.slice(from: start + (.zero - Self.lookBack), to: start).filter {
            $0.isAnswered(by: start)
        }
        let during = conversation.queries.slice(from: start, to: end)
        let underWay = conversation.queries.slice(from: start + (.zero - deadline), to: end)
        row.before = before.last { $0.server != nil }?.server?.site
        row.hostsBefore = Self.hosts(servers.compactMap(\.self))
        // A query sent while the blow falls may still be answered: only who is served at the end is anywhere.
        let served = during.filter { !$0.isPending }.suffix(Self.patience).contains { $0.roundTrip != nil }
        row.after = served ? during.last { $0.server != nil }?.server?.site : nil
        row.hostsAfter = Self.hosts(latest.compactMap(\.server).filter { $0.site == row.after })
        row.medianBefore = median(before.compactMap(\.roundTrip))
        row.medianAfter = median(during.filter { $0.server?.site == row.after }.compactMap(\.roundTrip))
        row.slowest = underWay.filter { !$0.isAnswered(by: start) }.compactMap(\.roundTrip).max()
        row.recovered = served
        let lost = underWay.indices.filter { underWay[$0].isLost }
        row.lost = lost.count
        row.lastLost = lost.last.map { max(.zero, underWay[$0].sent - start) }
        let server = { servers[conversation.flow(of: $0)] ?? row.before.map { Server(site: $0) } }
        switch act {
        case .nothing: break
        case .broke(let target):
            row.lostElsewhere = lost.count { server($0).map(target.excludes) ?? false }
            row.outage = during.indices.first { index in
                guard let before = server(index), let now = during[index].server else { return false }
                return target.includes(before) && target.excludes(now)
            }.map { during[$0].sent - start }
        case .restored(let target):
            row.lostElsewhere = lost.count { server($0).map(target.excludes) ?? false }
            guard home == target.site else { break }
            row.returned = during.first { $0.server.map(target.includes) ?? false }.map { $0.sent - start }
            row.recovered = served && row.returned != nil && row.after == target.site
        }
        return row
    }

    private static func hosts(_ servers: [Server]) -> [Int] { Set(servers.compactMap(\.host)).sorted() }

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
