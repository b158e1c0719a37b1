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
}

/// Who served each flow of a conversation, at some moment.
struct Flows {
    private var servers: [Server?]
    private let site: Server?

    /// How many rounds of its ports are looked at.
    private static let memory = 3

    /// By the answers that had come by an instant. `site`: where the client was then. All of its flows are there, so an
    /// older answer from elsewhere means nothing any more.
    init(of conversation: Conversation, by instant: Instant, at site: Int?) {
        let (queries, count) = (conversation.queries, conversation.flows)
        servers = [Server?](repeating: nil, count: count)
        self.site = site.map { Server(site: $0) }
        let end = queries.slice(from: instant, to: instant).startIndex
        for index in (max(0, end - Self.memory * count)..<end).reversed()
        where servers[index % count] == nil && queries[index].isAnswered(by: instant) {
            servers[index % count] = queries[index].server.flatMap { $0.site == site ? $0 : nil }
        }
    }

    /// Of the flow that the query with this index belongs to.
    func server(of index: Int) -> Server? { servers[index % servers.count] ?? site }

    /// As far as answers say.
    var hosts: [Int] { Set(servers.compactMap { $0?.host }).sorted() }
}
