package import Net

/// One query of a client, as it is remembered: 16 bytes.
package struct Query: Hashable, Sendable {
    package var sent: Instant
    private var microseconds: Int32 = -1
    private var answeredBy: Int16 = -1
    private var isDecided = false

    package init(sent: Instant) { self.sent = sent }

    /// How long the answer took; nil when there is none (yet).
    package var roundTrip: Duration? { microseconds < 0 ? nil : .microseconds(Int64(microseconds)) }
    /// Index of the site that answered; nil when nobody did, or someone who isn't known.
    package var site: Int? { answeredBy < 0 ? nil : Int(answeredBy) }
    /// Neither answered nor past its deadline.
    package var isPending: Bool { !isDecided }

    package mutating func answered(by site: Int?, after roundTrip: Duration) {
        microseconds = Int32(clamping: roundTrip.nanoseconds / 1000)
        answeredBy = site.flatMap { Int16(exactly: $0) } ?? -1
        isDecided = true
    }

    package mutating func lost() { isDecided = true }
}

/// What one client asked in one family, in the order in which it was sent.
package struct Conversation: Sendable {
    package var client: Int
    package var family: Family
    package var queries: [Query] = []

    package init(client: Int, family: Family) { (self.client, self.family) = (client, family) }
}
