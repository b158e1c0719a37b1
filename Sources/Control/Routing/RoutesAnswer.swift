/// `GET /routes`: one page of a router's routes, in the order of their prefixes. Documented in docs/router-json.md.
package struct RoutesAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.routes/1"

    package var schema = Self.schema
    /// `best`, `all`, `received`, `filtered`, `sent` or `withheld`.
    package var table = ""
    /// Whose table it is.
    package var neighbor: String?
    package var time = ""
    package var routes: [RouteAnswer] = []
    /// Of routes on this page, where only that was asked for.
    package var count: Int?
    /// The question for the next page has this as its `after`; left out on the last one.
    package var next: String?

    package init() {}
}

/// A route, what became of it and why.
package struct RouteAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.route/1"

    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// In use.
        case best
        /// In use beside the best (ECMP).
        case multipath
        /// A step of the decision preferred another.
        case lost
        /// Its next hop can't be reached.
        case unreachable
        /// Import let it not pass.
        case dropped
        /// Not decided yet: a policy has changed.
        case pending
        /// Of the best routes, told to the neighbor whose table was asked for; or not.
        case sent, withheld
    }

    /// Of a line of its own; nil within a page.
    package var schema: String?
    package var prefix = ""
    /// Who it came from; nil: ourselves.
    package var neighbor: String?
    package var asn: UInt32?
    /// Where a neighbor sends several paths (RFC 7911).
    package var pathID: UInt32?
    package var state = State.best
    /// Why, in words: `lost at step (a) to peer-v4: longer AS path`.
    package var reason = ""
    /// Of `lost`: which step of the decision, its letter in RFC 4271 §9.1.2.2, and who won there.
    package var step: String?
    package var letter: String?
    package var lostTo: String?
    /// Of `dropped` and `withheld`: which check, and of a policy its name and rule.
    package var check: String?
    package var policy: String?
    package var rule: String?
    package var attributes = RouteAttributes()
    /// When it came, or came with other attributes.
    package var since = ""

    package init() {}
}

/// Path attributes in the words of operators.
package struct RouteAttributes: Codable, Hashable, Sendable {
    /// `IGP`, `EGP` or `incomplete`.
    package var origin: String?
    /// `64501 64502 {64503}`; empty for our own routes and those of our AS.
    package var path = ""
    package var nextHops: [String] = []
    package var localPref: UInt32?
    package var med: UInt32?
    package var communities: [String]?
    package var largeCommunities: [String]?
    package var extendedCommunities: [String]?
    package var atomicAggregate: Bool?
    package var aggregator: String?
    package var originatorID: String?
    package var clusterList: [String]?
    package var onlyToCustomer: UInt32?
    /// Attributes that nothing here uses: `code 99, flags 0xc0: 0102`.
    package var others: [String]?

    package init() {}
}
