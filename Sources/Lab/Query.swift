package import Net

/// One query of a client, as it is remembered: 16 bytes.
package struct Query: Hashable, Sendable {
    package var sent: Instant
    private var microseconds: Int32 = Self.pending
    private var site: Int16 = -1
    private var host: Int16 = -1

    private static let pending: Int32 = -1
    private static let unanswered: Int32 = -2

    package init(sent: Instant) { self.sent = sent }

    /// How long the answer took; nil when there is none (yet).
    package var roundTrip: Duration? { microseconds < 0 ? nil : .microseconds(Int64(microseconds)) }
    /// Who answered; nil when nobody did, or someone who isn't known.
    package var server: Server? { site < 0 ? nil : Server(site: Int(site), host: host < 0 ? nil : Int(host)) }
    /// Neither answered nor past its deadline.
    package var isPending: Bool { microseconds == Self.pending }
    package var isLost: Bool { microseconds == Self.unanswered }

    package func isAnswered(by instant: Instant) -> Bool { roundTrip.map { sent + $0 <= instant } ?? false }

    package mutating func answered(by server: Server?, after roundTrip: Duration) {
        microseconds = Int32(clamping: roundTrip.nanoseconds / 1000)
        site = server.flatMap { Int16(exactly: $0.site) } ?? -1
        host = server?.host.flatMap { Int16(exactly: $0) } ?? -1
    }

    package mutating func lost() { microseconds = Self.unanswered }
}

/// What one client asked in one family, in the order in which it was sent.
///
/// It goes through its ports in turn, so that every query is a flow of its own and yet comes back: a router that spreads
/// flows over hosts sends the same flow to the same host, and a lost query is known to have been that host's.
package struct Conversation: Sendable {
    package var client: Int
    package var family: Family
    /// How many ports it goes through.
    package var flows: Int
    package var queries: [Query] = []

    package init(client: Int, family: Family, flows: Int = 1) {
        (self.client, self.family, self.flows) = (client, family, max(1, flows))
    }

    package func flow(of index: Int) -> Int { index % flows }

    /// How many rounds of its ports are looked at to see who serves a flow.
    static let memory = 3

    /// Who answered each flow last, by an instant.
    package func servers(by instant: Instant) -> [Server?] {
        var servers = [Server?](repeating: nil, count: flows)
        let end = queries.slice(from: instant, to: instant).startIndex
        for index in (max(0, end - Self.memory * flows)..<end).reversed() {
            let flow = flow(of: index)
            if servers[flow] == nil, queries[index].isAnswered(by: instant) { servers[flow] = queries[index].server }
        }
        return servers
    }
}
